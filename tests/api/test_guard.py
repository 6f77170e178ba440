"""Deny by default with a login: which addresses answer whom, forged cookies, host names, settings that are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import pytest
import streamlit as st
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from dashboard.access import exposure, login
from dashboard.access.exposure import Exposure, exposure_of
from dashboard.access.login import Login, configured_login
from dashboard.access.sessions import end_session
from dashboard.api.exposure import SAFE, check_settings
from dashboard.api.guard import Guard
from dashboard.api.routes import routes
from dashboard.api.service import Service
from dashboard.api.signin import Cookies
from dashboard.errors import InputRefusedError
from dashboard.store.engine.shared_stores import release_store
from dashboard.ui.layout.cookies import signed_claims
from tests.access.world import SETTINGS, claims_of

LOGIN = Login(*SETTINGS.values())
HOST = {"host": "ledger.example.org"}
OWN_PAGE = {"origin": "https://ledger.example.org"}
SECRET = SETTINGS[login.COOKIE_SECRET]
COOKIE = "_streamlit_user"
PAGES = ("overview", "drift")
# The whole list of what answers without a login, beside the API, which asks for its token.
OPEN = {"/_stcore/health", "/healthz", "/readyz", "/sign-in/start", "/auth/login", "/auth/logout", "/oauth2callback"}
KNOWN = (
    "/", "/overview", "/drift", "/drift/", "/_stcore/health", "/_stcore/host-config", "/_stcore/stream",
    "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/_stcore/script-health-check",
    "/component/x/index.html", "/media/abc.csv", "/static/js/index.js", "/app/static/x", "/favicon.png",
    "/manifest.json", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/api/v1/views/models",
    "/api/v1/actions/register", "/api/docs", "/docs", "/sign-in", "/sign-in/start", "/auth/login",
    "/auth/logout", "/oauth2callback", "/openapi.json", "/server.json",
)  # fmt: skip


def cookie(claims: dict[str, Any], secret: str = SECRET) -> str:
    """A login cookie as Streamlit signs it."""
    return str(URLSafeTimedSerializer(secret, salt=COOKIE).dumps(json.dumps(claims)))


def good(**more: Any) -> dict[str, Any]:
    return {**claims_of("person.a"), "origin": LOGIN.public_url, "nonce": "n1", **more}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(secrets_singleton, "load_if_toml_exists", lambda: False)
    kept = config.get_option("server.cookieSecret")
    config.set_option("server.cookieSecret", SECRET)
    yield
    config.set_option("server.cookieSecret", kept)


class Behind:
    """What stands behind the guard: everything answers, and notes that it was asked."""

    def __init__(self, service: Service) -> None:
        self.asked: list[str] = []

        async def answer(request: Request) -> Response:
            self.asked.append(request.url.path)
            if request.url.path == "/oauth2callback" and "code" in request.query_params:
                reply = RedirectResponse("/", 302)
                reply.set_cookie(COOKIE, "fresh", httponly=True)
                return reply
            return PlainTextResponse("inside")

        async def stream(socket: WebSocket) -> None:
            self.asked.append("socket")
            await socket.accept()
            await socket.close()

        everything = Route("/{path:path}", answer, methods=["GET", "POST", "PUT", "OPTIONS", "DELETE", "PATCH"])
        self.routes = [WebSocketRoute("/_stcore/stream", stream), *routes(service), everything]


@pytest.fixture
def guarded(tmp_path: Path, secret: None) -> Iterator[tuple[TestClient, Behind, Service]]:
    service = Service(tmp_path / "home")
    behind = Behind(service)
    shown = Exposure("0.0.0.0", LOGIN, everybody=False)
    cookies = Cookies(signed_claims, lambda: "ticket")
    guard = Middleware(Guard, service=service, pages=PAGES, exposure=shown, cookies=cookies)
    with TestClient(
        Starlette(routes=behind.routes, middleware=[guard]), base_url=LOGIN.public_url, follow_redirects=False
    ) as client:
        yield client, behind, service
    release_store(tmp_path / "home")


def raw_status(app: Any, method: str, path: str) -> int:
    """The status of a request whose path is sent as it stands; clients would tidy it up."""
    told: list[int] = []
    raw, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
        "path": unquote(raw), "raw_path": raw.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"ledger.example.org")], "client": ("10.0.0.9", 1), "server": ("ledger.example.org", 443),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    # In a thread of its own: a browser test of the same process keeps a loop running in this one.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(anyio.run, app, scope, receive, send).result()
    return told[0]


def variants(path: str) -> set[str]:
    return {
        path, path + "/", "/" + path, path + ";x=1", path + "/%2e", path + "/..", path.replace("/", "/%2e/", 1),
        path.upper(), path + "%00", path + "/x", path.replace("/", "//"), path + "?x=/healthz", path + "%3fhealthz",
        "/healthz/.." + path, path + "%0a", path.replace("/", "/./", 1), path.replace("/", "\\"),
    }  # fmt: skip


def test_without_a_login_only_the_list_answers(guarded: tuple[TestClient, Behind, Service]) -> None:
    client, behind, _ = guarded
    answered = set()
    for path in sorted({variant for known in KNOWN for variant in variants(known)}):
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH"):
            if raw_status(client.app, method, path) not in (401, 403, 404, 405):
                answered.add((method, path.split("?")[0]))
    heads = {("HEAD", path) for path in ("/_stcore/health", "/healthz", "/readyz")}
    assert answered == {("GET", path) for path in OPEN} | heads
    assert set(behind.asked) == {"/_stcore/health", "/auth/login", "/auth/logout", "/oauth2callback"}


def test_the_sign_in_page_stands_at_the_address_of_every_page(guarded: tuple[TestClient, Behind, Service]) -> None:
    client, behind, _ = guarded
    for path in ("/", "/drift?model=churn&q=a%26b", "/overview/"):
        answer = client.get(path, headers={"accept-language": "de-CH,en;q=0.5"})
        assert answer.status_code == 401
        assert '<html lang="de">' in answer.text
        assert "Anmelden" in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "<script>" not in client.get('/drift?model="><script>').text
    assert behind.asked == []


def test_a_login_opens_pages_and_sockets(guarded: tuple[TestClient, Behind, Service]) -> None:
    client, behind, _ = guarded
    client.cookies.set(COOKIE, cookie(good()))
    for path in ("/", "/drift", "/static/js/index.js", "/media/abc.csv", "/_stcore/host-config"):
        assert client.get(path).text == "inside"
    with client.websocket_connect("/_stcore/stream", headers=HOST | OWN_PAGE):
        pass
    assert behind.asked.count("socket") == 1
    for origin in (None, "null", "https://evil.example", "http://ledger.example.org", "https://ledger.example.org:1"):
        foreign = HOST | ({} if origin is None else {"origin": origin})
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=foreign):
            pass
    assert behind.asked.count("socket") == 1
    assert client.get("/_stcore/metrics").status_code == 404
    assert client.put("/_stcore/upload_file/a/b").status_code == 404


BAD = {
    "signed by somebody else": cookie(good(), "another-secret-that-is-long-enough-0123456789"),
    "of another address": cookie(good(origin="https://evil.example")),
    "not logged in": cookie(good(is_logged_in=False)),
    "without subject": cookie(good(sub="")),
    "expired": cookie(good(exp=1)),
    "without expiry": cookie({name: value for name, value in good().items() if name != "exp"}),
    "expiry as text": cookie(good(exp="4102444800")),
    "older than eight hours": cookie(good(iat=good()["iat"] - 8 * 3600)),
    "begun in the future": cookie(good(iat=good()["iat"] + 3600)),
    "without beginning": cookie({name: value for name, value in good().items() if name != "iat"}),
    "no object": str(URLSafeTimedSerializer(SECRET, salt=COOKIE).dumps("[1]")),
    "no JSON": str(URLSafeTimedSerializer(SECRET, salt=COOKIE).dumps("{")),
    "signed for another cookie": str(URLSafeTimedSerializer(SECRET, salt="_streamlit_xsrf").dumps(json.dumps(good()))),
    "chunks that are missing": str(URLSafeTimedSerializer(SECRET, salt=COOKIE).dumps("chunks-3:abc")),
    "empty": "",
    "no cookie at all": "abc.def.ghi",
}


@pytest.mark.parametrize("what", BAD)
def test_a_cookie_opens_nothing_that_is(guarded: tuple[TestClient, Behind, Service], what: str) -> None:
    client, behind, _ = guarded
    client.cookies.set(COOKIE, BAD[what])
    assert client.get("/drift").status_code == 401
    assert client.get("/media/abc.csv").status_code == 401
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=HOST | OWN_PAGE):
        pass
    assert behind.asked == []


def test_a_changed_sign_anywhere_spoils_the_cookie(guarded: tuple[TestClient, Behind, Service]) -> None:
    client, _, _ = guarded
    whole = cookie(good())
    for place in range(0, len(whole) - 1, 7):
        other = "A" if whole[place] != "A" else "B"
        client.cookies.set(COOKIE, whole[:place] + other + whole[place + 1 :])
        assert client.get("/drift").status_code == 401, place


def test_who_left_by_any_way_has_left(guarded: tuple[TestClient, Behind, Service]) -> None:
    client, behind, service = guarded
    claims = good()
    first, second = cookie(claims), cookie({**claims, "nonce": "n2"})
    for value in (first, second):
        client.cookies.set(COOKIE, value)
        assert client.get("/drift").status_code == 200
    # The address alone asks, whatever page led there; the answer is sent from a page of the dashboard.
    asked = client.get("/auth/logout", headers={"accept-language": "de"})
    assert "Möchten Sie Ihre Anmeldung hier beenden?" in asked.text
    assert '<form method="post" action="/auth/logout">' in asked.text
    for origin in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert client.post("/auth/logout", headers=origin).status_code == 403
    assert client.get("/drift").status_code == 200
    assert "/auth/logout" not in behind.asked
    over = client.post("/auth/logout", headers=OWN_PAGE)
    assert (over.status_code, "Your login here has ended." in over.text) == (200, True)
    assert client.get("/drift").status_code == 401
    assert client.post("/auth/logout", headers=OWN_PAGE).status_code == 401
    assert client.get("/auth/logout").text == "inside"
    client.cookies.set(COOKIE, first)
    assert client.get("/drift").status_code == 200
    end_session(service.store, claims, LOGIN)
    assert client.get("/drift").status_code == 401
    with service.store.cursor() as cursor:
        actors = cursor.execute("SELECT action, actor FROM audit ORDER BY seq").fetchall()
    assert actors == [("log_out", "login:sub-a")] * 2


def test_cookies_travel_encrypted_only_and_the_way_back_stays_here(guarded: tuple[TestClient, Behind, Service]) -> None:
    client, _, _ = guarded
    start = client.get("/sign-in/start", params={"to": "/drift?model=churn&window=2024-01-01:2024-02-01"})
    assert start.headers["location"] == "/auth/login?provider=ticket"
    assert "; Secure" in start.headers["set-cookie"]
    assert "HttpOnly" in start.headers["set-cookie"]
    back = client.get("/oauth2callback?code=1&state=2")
    assert back.headers["location"] == "/drift?model=churn&window=2024-01-01:2024-02-01"
    assert all("Secure" in value for value in back.headers.get_list("set-cookie"))
    assert "max-age" in back.headers["strict-transport-security"]
    failed = client.get("/oauth2callback?error=access_denied&state=2")
    assert failed.headers["location"] == "/sign-in?failed"
    assert "did not succeed" in client.get("/sign-in?failed").text
    for wanted in (
        "//evil.example",
        "https://evil.example/drift",
        "/\\evil.example",
        "/auth/logout",
        "/drift\r\nx: y",
        "drift",
    ):
        client.get("/sign-in/start", params={"to": wanted})
        assert client.get("/oauth2callback?code=1&state=2").headers["location"] == "/"


def test_other_host_names_open_nothing(guarded: tuple[TestClient, Behind, Service]) -> None:
    client, behind, _ = guarded
    client.cookies.set(COOKIE, cookie(good()))
    for host in (
        "evil.example",
        "127.0.0.1:8501",
        "localhost",
        "ledger.example.org.evil.example",
        "",
        "ledger.example.org@x",
    ):
        assert client.get("/drift", headers={"host": host}).status_code == 421, host
    assert behind.asked == []
    assert client.get("/drift", headers={"host": "LEDGER.example.org:443"}).status_code == 200
    # The health of the container and the command line of this machine ask by the loopback address.
    assert client.get("/healthz", headers={"host": "127.0.0.1:8501"}).status_code == 200
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 421


def test_without_login_only_names_of_this_machine_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    here, everywhere = Exposure("127.0.0.1", None, everybody=True), Exposure("0.0.0.0", None, everybody=True)
    assert not here.reading_only
    assert everywhere.reading_only
    names = ("localhost", "127.0.0.1", "[::1]", "192.168.1.9", "ledger.example.org", "evil.example")
    assert [name for name in names if here.answers_to(name, program=False)] == ["localhost", "127.0.0.1", "[::1]"]
    monkeypatch.setenv(login.PUBLIC_URL, "https://ledger.example.org")
    # A foreign name cannot lead a browser here by the number of the machine, so numbers are let through.
    assert [name for name in names if everywhere.answers_to(name, program=False)] == list(names[:5])


UNSAFE = {
    "server.enableCORS": False, "server.enableXsrfProtection": False, "server.enableAgentApi": True,
    "server.enableStaticServing": True, "server.baseUrlPath": "x", "server.trustedUserHeaders": {"X-User": "email"},
    "client.showErrorDetails": "full",
}  # fmt: skip


def test_every_guarded_setting_has_an_unsafe_value_here_and_the_files_own_are_safe() -> None:
    assert set(UNSAFE) == set(SAFE)
    check_settings({name: st.get_option(name) for name in SAFE}, [])


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_setting_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(InputRefusedError, match=name.replace(".", r"\.")):
        check_settings({name: UNSAFE[name]}, [])


def test_a_file_of_secrets_that_others_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text("[auth]\n", encoding="utf-8")
    path.chmod(0o644)
    with pytest.raises(InputRefusedError, match="chmod 600"):
        check_settings({}, [path])
    path.chmod(0o600)
    check_settings({}, [path])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        *(({name: ""}, name) for name in SETTINGS),
        ({login.COOKIE_SECRET: "short"}, login.COOKIE_SECRET),
        ({login.COOKIE_SECRET: "a" * 64}, login.COOKIE_SECRET),
        ({login.PUBLIC_URL: "http://ledger.example.org"}, login.PUBLIC_URL),
        ({login.PUBLIC_URL: "https://ledger.example.org/path"}, login.PUBLIC_URL),
        ({login.PUBLIC_URL: "ledger.example.org"}, login.PUBLIC_URL),
        ({login.METADATA_URL: "http://id.example.org/x"}, login.METADATA_URL),
        ({login.METADATA_URL: "https://user:secret@id.example.org/x"}, login.METADATA_URL),
        ({login.HOURS: "0"}, login.HOURS),
        ({login.HOURS: "720"}, login.HOURS),
        ({login.SCOPE: "profile"}, login.SCOPE),
        ({exposure.SETTING: "1"}, exposure.SETTING),
    ],
)
def test_an_unsafe_login_is_refused_by_the_name_of_its_setting(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], named: str
) -> None:
    for name, value in (SETTINGS | changed).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputRefusedError) as refused:
        exposure_of("127.0.0.1")
    assert named in [problem.field for problem in refused.value.problems]
    assert SETTINGS[login.CLIENT_SECRET] not in str(refused.value).split()


def test_without_login_other_addresses_are_refused_unless_everybody_may_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SETTINGS, exposure.SETTING):
        monkeypatch.delenv(name, raising=False)
    assert exposure_of("127.0.0.1") == Exposure("127.0.0.1", None, everybody=False)
    with pytest.raises(InputRefusedError, match="--host"):
        exposure_of("0.0.0.0")
    monkeypatch.setenv(exposure.SETTING, "1")
    assert exposure_of("0.0.0.0").reading_only


def test_the_login_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    assert configured_login() == LOGIN
    for told, meant in (
        ("https://Ledger.Example.org:443/", LOGIN.public_url),
        ("https://ledger.example.org:8443", "https://ledger.example.org:8443"),
        ("http://[::1]:8501/", "http://[::1]:8501"),
    ):
        monkeypatch.setenv(login.PUBLIC_URL, told)
        assert configured_login() == replace(LOGIN, public_url=meant)
    monkeypatch.setenv(login.PUBLIC_URL, LOGIN.public_url)
    monkeypatch.setenv(login.HOURS, "2.5")
    assert configured_login() == replace(LOGIN, hours=2.5)
    told = LOGIN.secrets()
    assert told["redirect_uri"] == "https://ledger.example.org/oauth2callback"
    assert SETTINGS[login.CLIENT_SECRET] not in repr(LOGIN)
