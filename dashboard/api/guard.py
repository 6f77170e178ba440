"""Deny by default: what the server answers at all, to which host names, and the headers on every answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.exposure import everybody_allowed, is_loopback
from dashboard.api.service import Service

# The one inline script of Streamlit 1.67.0's index.html; a test compares it with the installed file.
INLINE_SCRIPT = "sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA="
POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' 'wasm-unsafe-eval' blob: '{INLINE_SCRIPT}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# What a page needs from Streamlit; uploads, metrics, components and the agent's interface are not among it.
STREAMLIT = (
    r"/_stcore/(health|host-config|stream)",
    r"/static/.+",
    r"/media/[\w.-]+",
    r"/(favicon\.png|manifest\.json)",
)
PROGRAMS = r"/(healthz|readyz|metrics|api/v1/(openapi\.json|lineage|(views|actions)/[a-z_-]+))"

# Asked for every few seconds; their answers are counted, not logged.
PROBES = ("/healthz", "/readyz", "/metrics")
LOG = logging.getLogger("dashboard.requests")


class Guard:
    """ASGI middleware before everything else, for pages, programs and web sockets alike."""

    def __init__(self, app: ASGIApp, service: Service, pages: Iterable[str]) -> None:
        """Let the addresses of `pages` through, and the list of this module."""
        self._app = app
        self._service = service
        named = "|".join(re.escape(page) for page in sorted(pages))
        # A page below an address looks for the server's own address there, too.
        self._pages = re.compile(rf"/({named})?/?|/({named})/_stcore/(health|host-config)|{'|'.join(STREAMLIT)}")
        self._programs = re.compile(PROGRAMS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        programs = self._programs.fullmatch(path) is not None

        async def guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if programs:
                    headers["cache-control"] = "no-store"
                group = path if programs else "pages"
                called = (group, str(scope.get("method", "GET")), int(message["status"]))
                self._service.requests[called] += 1
                if programs and path not in PROBES:
                    LOG.info("%s %s: %s", called[1], path, called[2], extra={"status": called[2]})
            await send(message)

        if not programs and not self._pages.fullmatch(path):
            await self._refuse(scope, receive, guarded, 404)
        elif not self._known_host(Headers(scope=scope).get("host", "")):
            await self._refuse(scope, receive, guarded, 421)
        elif not programs and scope.get("method", "GET") not in ("GET", "HEAD"):
            await self._refuse(scope, receive, guarded, 405)
        else:
            await self._app(scope, receive, guarded)

    def _known_host(self, host: str) -> bool:
        """Without login, a foreign name that leads to this machine must not open the pages to a foreign site."""
        name = re.sub(r":\d+$", "", host)
        return everybody_allowed() or is_loopback(name)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        words = {404: "not found", 405: "not allowed", 421: "unknown host name"}
        await PlainTextResponse(words[status], status)(scope, receive, send)
