"""The one process: pages and API as an ASGI application. `python -m dashboard serve` starts it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from dashboard.api.guard import Guard
from dashboard.api.routes import routes
from dashboard.api.server import lifespan
from dashboard.api.service import Service
from dashboard.ui.data import home
from dashboard.ui.faults import show_fault
from dashboard.ui.pages import find_pages


def to_first_page(request: Request) -> RedirectResponse:
    """Send the first page's own address to the root, where Streamlit serves it, with what was picked."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{query}")


pages = [page.url_path for _, page in find_pages()]
service = Service(home())
# Without an address Streamlit listens everywhere.
host = str(st.get_option("server.address") or "0.0.0.0")  # noqa: S104 - named here to be refused
app = st.App(
    Path(__file__).resolve().parent / "dashboard" / "app.py",
    routes=[Route(f"/{pages[0]}", to_first_page), *routes(service)],
    middleware=[Middleware(Guard, service=service, pages=pages)],
    lifespan=lifespan(service, host, int(st.get_option("server.port"))),
    on_script_error=show_fault,
)
