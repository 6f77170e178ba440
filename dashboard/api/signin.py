"""The door of a deployment with login: who is let through, where others sign in, and the way back to their address."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Message, Scope

from dashboard.access.login import Login
from dashboard.access.sessions import SignedOutError, end_session, note_login, open_session
from dashboard.api.service import Service
from dashboard.resources import PACKAGE
from dashboard.words import LANGUAGES, SOURCE_LANGUAGE, mark, translate

Claims = Mapping[str, object]
PAGE, START = "/sign-in", "/sign-in/start"
ENTER, CALLBACK, LEAVE = "/auth/login", "/oauth2callback", "/auth/logout"
ROUTES = (PAGE, START, ENTER, CALLBACK, LEAVE)
RETURN_COOKIE = "ledger_wanted"
RETURN_COOKIE_S = 900
LONGEST_WANTED = 1500
FIRST_PAGE = "/"
LOGO = PACKAGE / "static" / "logo.svg"
TITLE = mark("Sign in")
WHAT = mark("Model Ledger shows which models are in use, how they perform and who is accountable for them.")
SIGN_OUT = mark("Sign out")
ASKED_TO_LEAVE = mark("End your login here? Every copy of its cookie then opens nothing any more.")
LOGIN_OVER = mark("Your login here has ended.")
FURTHER = mark("Sign out at the login provider, too")
FAILED = mark("The login did not succeed, or the login provider did not answer. Please try again.")
STYLE = """
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;background:#f3f5f7;color:#1a2530;
font:16px/1.5 "Source Sans",system-ui,sans-serif}
main{background:#fff;border:1px solid #d5dbe1;border-radius:8px;padding:2.5rem 3rem;max-width:26rem;margin:1rem}
h1{font-size:1.5rem;margin:1.5rem 0 .5rem}
a,button{display:inline-block;margin-top:1rem;padding:.6rem 1.6rem;border:0;border-radius:6px;font:inherit;
font-weight:600;background:#1f6fa8;color:#fff;text-decoration:none;cursor:pointer}
a:focus-visible,button:focus-visible{outline:3px solid #c98500}
.fault{border-left:4px solid #c2410c;padding-left:.8rem}
@media(prefers-color-scheme:dark){body{background:#11171d;color:#e8edf2}main{background:#1b242d;border-color:#33404c}}
"""


@dataclass(frozen=True)
class Cookies:
    """How the login's cookies are read, and what opens the way to the login provider: both are Streamlit's."""

    read: Callable[[Mapping[str, str]], Claims | None]
    ticket: Callable[[], str]


class SignIn:
    """Decides on each request of a deployment with login."""

    def __init__(self, login: Login, service: Service, cookies: Cookies, pages: re.Pattern[str]) -> None:
        """`pages` matches the addresses to which people may come back."""
        self.login = login
        self._service = service
        self._cookies = cookies
        self._pages = pages

    async def lets_in(self, scope: Scope) -> bool:
        """Whether a request comes with a login that holds."""
        claims = self._claims(scope)
        if claims is None:
            return False
        try:
            session = await anyio.to_thread.run_sync(open_session, self._service.store, claims, self.login)
        except SignedOutError:
            return False
        if scope["type"] == "http" and self._pages.fullmatch(scope["path"]):
            agent = Headers(scope=scope).get("user-agent", "")
            await anyio.to_thread.run_sync(note_login, self._service.store, session, self.login, agent)
        return True

    async def leaving(self, scope: Scope) -> Response | None:
        """The page about the end of a login that still holds; None where none does, and the cookie may go.

        A link of a foreign page gets no further than the question. Who answers it ends the login for every copy of the
        cookie; the page that follows leads to the end of the cookie, and of the login at the provider.
        """
        claims = self._claims(scope)
        if claims is None or not await self.lets_in(scope):
            return None
        asked = scope["method"] == "GET"
        if not asked:
            await anyio.to_thread.run_sync(end_session, self._service.store, claims, self.login)
        return HTMLResponse(leaving_page(_language(scope), asked=asked), 200, {"cache-control": "no-store"})

    def page(self, scope: Scope) -> Response:
        """The page on which people sign in, at whatever address they came to."""
        failed = scope["path"] == PAGE and b"failed" in scope["query_string"]
        wanted = FIRST_PAGE if scope["path"] == PAGE else _address(scope)
        return HTMLResponse(sign_in_page(wanted, _language(scope), failed=failed), 401, {"cache-control": "no-store"})

    def start(self, scope: Scope) -> Response:
        """The way to the login provider, remembering where to come back to."""
        wanted = parse_qs(scope["query_string"].decode("latin-1")).get("to", [FIRST_PAGE])[0]
        answer = RedirectResponse(f"{ENTER}?{urlencode({'provider': self._cookies.ticket()})}", 302)
        self._remember(answer.headers, wanted)
        return answer

    def on_the_way(self, scope: Scope, message: Message) -> None:
        """Change the head of an answer of Streamlit's login routes: the way back, and what failed."""
        headers = MutableHeaders(scope=message)
        path, asked = scope["path"], scope["query_string"]
        if path == ENTER and message["status"] >= 400:
            message["status"] = 302
            headers["location"] = f"{PAGE}?failed"
        elif path == ENTER and RETURN_COOKIE not in _cookies(scope):
            came_from = urlsplit(Headers(scope=scope).get("referer", ""))
            self._remember(headers, came_from.path + (f"?{came_from.query}" if came_from.query else ""))
        elif path == CALLBACK:
            entered = any(value.startswith("_streamlit_user=") for value in headers.getlist("set-cookie"))
            if entered:
                headers["location"] = self.wanted(_cookies(scope).get(RETURN_COOKIE, ""))
                headers.append("set-cookie", f"{RETURN_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
            elif b"code=" in asked or b"error=" in asked:
                headers["location"] = f"{PAGE}?failed"

    def secure(self, headers: MutableHeaders) -> None:
        """Send cookies over encrypted connections only, where the dashboard is reached by one."""
        if self.login.secure:
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for value in cookies:
                headers.append("set-cookie", value if "; secure" in value.lower() else f"{value}; Secure")
            headers["strict-transport-security"] = "max-age=31536000"

    def wanted(self, address: str) -> str:
        """Where to go back to: an address of one of the pages, never of another site; else the first page."""
        try:
            found = urlsplit(_unquoted(address))
        except ValueError:
            return FIRST_PAGE
        if found.scheme or found.netloc or not self._pages.fullmatch(found.path):
            return FIRST_PAGE
        return found.path + (f"?{quote(found.query, safe='=&%:+-._~|,')}" if found.query else "")

    def _remember(self, headers: MutableHeaders, address: str) -> None:
        kept = self.wanted(quote(address, safe="/?=&%:+-._~|,"))
        if len(kept) <= LONGEST_WANTED:
            value = (
                f"{RETURN_COOKIE}={quote(kept, safe='/')}; Path=/; Max-Age={RETURN_COOKIE_S}; HttpOnly; SameSite=Lax"
            )
            headers.append("set-cookie", value)

    def _claims(self, scope: Scope) -> Claims | None:
        claims = self._cookies.read(_cookies(scope))
        # A cookie that was made for another address of the dashboard is none here.
        return claims if claims is not None and claims.get("origin") == self.login.public_url else None


def sign_in_page(wanted: str, language: str, *, failed: bool) -> str:
    """The page as HTML; `wanted` is where its link leads back to."""
    title, what, failure = (html.escape(translate(text, language)) for text in (TITLE, WHAT, FAILED))
    link = html.escape(f"{START}?{urlencode({'to': wanted})}")
    fault = f'<p class="fault" role="alert">{failure}</p>' if failed else ""
    return _page(language, title, f'<p>{what}</p>{fault}<a href="{link}">{title}</a>')


def leaving_page(language: str, *, asked: bool) -> str:
    """The page as HTML: the question, or that the login is over."""
    title, question, over, further = (
        html.escape(translate(text, language)) for text in (SIGN_OUT, ASKED_TO_LEAVE, LOGIN_OVER, FURTHER)
    )
    inside = (
        f'<p>{question}</p><form method="post" action="{LEAVE}"><button>{title}</button></form>'
        if asked
        else f'<p>{over}</p><a href="{LEAVE}">{further}</a>'
    )
    return _page(language, title, inside)


def _page(language: str, title: str, inside: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} · Model Ledger</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>'
        f"{LOGO.read_text(encoding='utf-8')}<h1>{title}</h1>{inside}</main></body></html>"
    )


def _cookies(scope: Scope) -> Mapping[str, str]:
    return HTTPConnection(scope).cookies


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")


def _unquoted(address: str) -> str:
    """The address of the cookie, whose value was quoted once."""
    from urllib.parse import unquote

    text = unquote(address)
    if re.search(r"[\x00-\x20\\]", text) or text.startswith("//"):
        raise ValueError("no address of a page")
    return text


def _language(scope: Scope) -> str:
    """The language of the address, else the first of the browser's that there is."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [])
    spoken = re.findall(r"[a-z]{2}", Headers(scope=scope).get("accept-language", "").lower())
    return next((code for code in (*asked, *spoken) if code in LANGUAGES), SOURCE_LANGUAGE)
