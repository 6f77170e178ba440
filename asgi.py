"""The one process: pages and API as an ASGI application. `python -m dashboard serve` starts it."""

from __future__ import annotations

import os
import sys

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from dashboard.access.exposure import Exposure, exposure_of
from dashboard.access.proxies import check_library_setting
from dashboard.api.exposure import SAFE, check_settings
from dashboard.api.guard import Guard
from dashboard.api.routes import routes
from dashboard.api.server import lifespan
from dashboard.api.service import Service
from dashboard.api.signin import Cookies
from dashboard.errors import DashboardError, InputRefusedError
from dashboard.resources import PACKAGE
from dashboard.ui.layout.cookies import signed_claims, ticket
from dashboard.ui.layout.faults import show_fault
from dashboard.ui.session.home import home
from dashboard.ui.session.page_registry import find_pages


def to_first_page(request: Request) -> RedirectResponse:
    """Send the first page's own address to the root, where Streamlit serves it, with what was picked."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{query}")


def safe_exposure(host: str) -> Exposure:
    """How the server is exposed; unsafe settings end the program with their names."""
    try:
        check_settings({name: st.get_option(name) for name in SAFE})
        check_library_setting()
        return exposure_of(host)
    except DashboardError as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(InputRefusedError.exit_code)


# What the server writes is for the account that runs it.
os.umask(0o077)
pages = [page.url_path for _, page in find_pages()]
service = Service(home())
# Without an address Streamlit listens everywhere.
exposure = safe_exposure(str(st.get_option("server.address") or "0.0.0.0"))  # noqa: S104 - named here to be refused
cookies = Cookies(signed_claims, ticket)
app = st.App(
    PACKAGE / "app.py",
    routes=[Route(f"/{pages[0]}", to_first_page), *routes(service)],
    middleware=[Middleware(Guard, service=service, pages=pages, exposure=exposure, cookies=cookies)],
    lifespan=lifespan(service, exposure.host, int(st.get_option("server.port"))),
    on_script_error=show_fault,
    secrets={"auth": exposure.login.secrets()} if exposure.login is not None else None,
)
