"""Deny by default: what the server answers at all, to which host names, and the headers on every answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.exposure import Exposure, exposure_of
from dashboard.access.origins import is_own
from dashboard.api.connections import most_connections
from dashboard.api.exposure import name_of
from dashboard.api.service import Service
from dashboard.api.signin import CALLBACK, ENTER, LEAVE, PAGE, ROUTES, START, Cookies, SignIn

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
    r"/static/[\w./-]+",
    r"/media/[\w.-]+",
    r"/(favicon\.png|manifest\.json)",
)
PROGRAMS = r"/(healthz|readyz|metrics|api/v1/(openapi\.json|jobs|lineage|(views|actions|upkeep)/[a-z_-]+))"
# What is answered to people who have not logged in, besides the sign-in page: whether the process lives, and the login.
HEALTH = "/_stcore/health"
PUBLIC = frozenset({HEALTH, *ROUTES})
# Where programs act; everything else is only read.
WRITING_PATHS = ("/api/v1/actions/", "/api/v1/lineage", "/api/v1/upkeep/")
LOOPBACK = "127.0.0.1"
WORDS = {
    401: "sign in first",
    403: "asked from a page of another origin",
    404: "not found",
    405: "not allowed",
    421: "unknown host name",
    503: "too many open pages",
}

# Asked for every few seconds; their answers are counted, not logged.
PROBES = ("/healthz", "/readyz", "/metrics")
LOG = logging.getLogger("dashboard.requests")


def _methods(path: str, *, door: bool) -> frozenset[str]:
    """The methods by which an address is asked."""
    if path.startswith(WRITING_PATHS):
        return frozenset({"POST"})
    return frozenset({"GET", "POST"} if path == LEAVE else {"GET"} if door else {"GET", "HEAD"})


class Guard:
    """ASGI middleware before everything else, for pages, programs and web sockets alike."""

    def __init__(
        self,
        app: ASGIApp,
        service: Service,
        pages: Iterable[str],
        exposure: Exposure | None = None,
        cookies: Cookies | None = None,
    ) -> None:
        """Let the addresses of `pages` through, and the list of this module; with a login only to who is logged in."""
        self._app = app
        self._service = service
        self._exposure = exposure or exposure_of(LOOPBACK)
        named = "|".join(re.escape(page) for page in sorted(pages))
        self._addresses = re.compile(rf"/({named})?/?")
        # A page below an address looks for the server's own address there, too.
        self._pages = re.compile(rf"/({named})?/?|/({named})/_stcore/(health|host-config)|{'|'.join(STREAMLIT)}")
        self._programs = re.compile(PROGRAMS)
        login = self._exposure.login
        assert login is None or cookies is not None, "a login needs to know its cookies"
        self._sockets = 0
        self._door = SignIn(login, service, cookies, self._addresses) if login is not None and cookies else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        programs = self._programs.fullmatch(path) is not None
        refused = self._refusal(scope, programs=programs)

        async def guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                if self._door is not None and refused is None and path in (ENTER, CALLBACK):
                    self._door.on_the_way(scope, message)
                self._complete(message, programs=programs)
                self._note(scope, int(message["status"]), programs=programs)
            await send(message)

        if refused is not None:
            await self._refuse(scope, receive, guarded, refused)
        elif self._door is None or programs:
            await self._pass_on(scope, receive, guarded)
        elif path in (PAGE, START):
            answer = self._door.page(scope) if path == PAGE else self._door.start(scope)
            await answer(scope, receive, guarded)
        elif path == LEAVE and (leaving := await self._door.leaving(scope)) is not None:
            await leaving(scope, receive, guarded)
        elif (path not in PUBLIC and not await self._door.lets_in(scope)) or scope.get("method") == "POST":
            await self._refuse(scope, receive, guarded, 401)
        else:
            await self._pass_on(scope, receive, guarded)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the program behind answer, and count the pages that are open."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        self._sockets += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._sockets -= 1

    def _note(self, scope: Scope, status: int, *, programs: bool) -> None:
        """Count an answer, and log it where a program asked."""
        path, method = str(scope["path"]), str(scope.get("method", "GET"))
        self._service.requests[path if programs else "pages", method, status] += 1
        if programs and path not in PROBES:
            LOG.info("%s %s: %s", method, path, status, extra={"status": status})

    def _refusal(self, scope: Scope, *, programs: bool) -> int | None:
        """The status of what is refused to everybody."""
        path = str(scope["path"])
        door = self._door is not None and path in ROUTES
        if not (programs or door or self._pages.fullmatch(path)) or ".." in path or "//" in path:
            return 404
        headers = Headers(scope=scope)
        local = programs or path == HEALTH
        if not self._exposure.answers_to(name_of(headers.get("host", "")), program=local):
            return 421
        if scope.get("method", "GET") not in _methods(path, door=door):
            return 405
        if not self._may_come_from(scope, headers.get("origin")):
            return 403
        return 503 if scope["type"] == "websocket" and self._sockets >= most_connections() else None

    def _may_come_from(self, scope: Scope, origin: str | None) -> bool:
        """Whether a request that acts comes from a page of the dashboard, or from no page at all.

        Sockets are opened by browsers, which name the page, and so is the end of a login asked for. Programs come
        without a page and with a token. Streamlit, which would ask the internet for its own address, is not asked.
        """
        by_page = scope["type"] == "websocket" or scope["path"] == LEAVE
        acts = scope["type"] == "websocket" or scope.get("method") == "POST"
        if not acts or (origin is None and not by_page):
            return True
        return is_own(self._exposure, str(scope["scheme"]), Headers(scope=scope).get("host", ""), origin)

    def _complete(self, message: Message, *, programs: bool) -> None:
        """Put what every answer carries on its head."""
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers[name] = value
        if programs:
            headers["cache-control"] = "no-store"
        if self._door is not None:
            self._door.secure(headers)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if status == 401 and self._door is not None and self._addresses.fullmatch(scope["path"]):
            await self._door.page(scope)(scope, receive, send)
            return
        await PlainTextResponse(WORDS[status], status)(scope, receive, send)
