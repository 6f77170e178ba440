"""The one process: the dashboard's script as an ASGI application. Start it with `streamlit run asgi.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from dashboard.ui.faults import show_fault
from dashboard.ui.pages import find_pages


def to_first_page(request: Request) -> RedirectResponse:
    """Send the first page's own address to the root, where Streamlit serves it, with what was picked."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{query}")


first = find_pages()[0][1]
app = st.App(
    Path(__file__).resolve().parent / "dashboard" / "app.py",
    routes=[Route(f"/{first.url_path}", to_first_page)],
    on_script_error=show_fault,
)
