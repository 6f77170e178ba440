"""The doors: unknown keys slow down nobody else, foreign pages open nothing, slow connections make room."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access import login
from dashboard.access.exposure import Exposure
from dashboard.access.login import Login
from dashboard.access.origins import is_own
from dashboard.access.proxies import LIBRARY_SETTING, SETTING, check_library_setting, trusted_proxies
from dashboard.api import access_failures, connections
from dashboard.api.access_failures import Failures
from dashboard.errors import InputRefusedError
from dashboard.store.engine.database import open_store
from tests.access.world import SETTINGS
from tests.api.conftest import Api

LOGIN = Login(*SETTINGS.values())
HERE = Exposure("127.0.0.1", None, everybody=False)
EVERYWHERE = Exposure("0.0.0.0", None, everybody=True)
BEHIND_LOGIN = Exposure("0.0.0.0", LOGIN, everybody=False)
# Files that a server may open; so many connections have room.
FEW_FILES = 256
ROOM = (FEW_FILES - connections.RESERVED) // 2


def test_unknown_keys_slow_down_those_who_send_them_and_no_valid_one(api: Api) -> None:
    api.service.access._failures.clear()
    try:
        unknown = [
            api.client.get("/metrics", headers={"Authorization": f"Bearer ml_{number:05}"}).status_code
            for number in range(access_failures.ALLOWED + 5)
        ]
        assert unknown == [401] * access_failures.ALLOWED + [429] * 5
        assert api.client.get("/metrics", headers=api.headers("read")).status_code == 200
        mine = {"Authorization": f"Bearer {api.service.access.secret}", "X-Actor": "cli:me"}
        # The client of these tests has no address of this machine, so the secret counts as an unknown key.
        assert api.client.get("/metrics", headers=mine).status_code == 429
    finally:
        api.service.access._failures.clear()


def test_keys_that_begin_alike_are_counted_together_wherever_they_come_from() -> None:
    failures = Failures()
    said = [failures.note(f"ml_abcde{number}", f"10.0.0.{number}") for number in range(access_failures.ALLOWED + 1)]
    assert said == [False] * access_failures.ALLOWED + [True]
    assert not failures.note("ml_other1", "10.0.1.1")


def test_what_is_remembered_of_failures_is_bounded_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    failures, moment = Failures(), [0.0]
    monkeypatch.setattr(access_failures.time, "monotonic", lambda: moment[0])
    assert [failures.note("k", "a") for _ in range(access_failures.ALLOWED + 1)][-1]
    moment[0] = access_failures.WITHIN_S + 1
    assert not failures.note("k", "a")
    for number in range(2 * access_failures.REMEMBERED):
        failures.note(f"{number:09}", f"{number}")
    assert len(failures._times) <= access_failures.REMEMBERED


@pytest.mark.parametrize(
    ("exposure", "scheme", "host", "origin", "own"),
    [
        (HERE, "ws", "127.0.0.1:8501", "http://127.0.0.1:8501", True),
        (HERE, "ws", "localhost:8501", "http://localhost:8501", True),
        (HERE, "ws", "127.0.0.1:8501", "http://localhost:8501", False),
        (HERE, "ws", "127.0.0.1:8501", "http://127.0.0.1:9999", False),
        (HERE, "ws", "127.0.0.1:8501", "https://127.0.0.1:8501", False),
        (HERE, "ws", "127.0.0.1:8501", "null", False),
        (HERE, "ws", "127.0.0.1:8501", "", False),
        (HERE, "ws", "127.0.0.1:8501", None, False),
        (HERE, "wss", "localhost:443", "https://localhost", True),
        (BEHIND_LOGIN, "ws", "ledger.example.org", "https://ledger.example.org", True),
        (BEHIND_LOGIN, "ws", "ledger.example.org", "http://ledger.example.org", False),
        (BEHIND_LOGIN, "ws", "ledger.example.org", "https://ledger.example.org:8443", False),
        (BEHIND_LOGIN, "ws", "ledger.example.org", "https://a.ledger.example.org", False),
        (EVERYWHERE, "ws", "192.168.1.9:8501", "http://192.168.1.9:8501", True),
        (EVERYWHERE, "ws", "ledger.example.org", "https://ledger.example.org:8443", True),
        (EVERYWHERE, "ws", "ledger.example.org", "http://ledger.example.org", False),
        (EVERYWHERE, "ws", "[::1]:8501", "http://[::1]:8501", True),
        (EVERYWHERE, "ws", "x:99999999", "http://x:99999999", False),
    ],
)
def test_pages_of_this_dashboard_are_told_by_scheme_host_and_port(
    monkeypatch: pytest.MonkeyPatch, exposure: Exposure, scheme: str, host: str, origin: str | None, own: bool
) -> None:
    monkeypatch.setenv(login.PUBLIC_URL, "https://Ledger.example.org:8443" if exposure is EVERYWHERE else "")
    assert is_own(exposure, scheme, host, origin) is own


def test_writes_from_a_foreign_page_are_refused_even_with_a_key(api: Api) -> None:
    post = {"url": "/api/v1/actions/monitor", "json": {"models": ["no-such-model"]}}
    for origin, status in (("http://evil.example", 403), ("null", 403), ("http://127.0.0.1:8501", 404)):
        answer = api.client.post(**post, headers={**api.headers("actions"), "Origin": origin})
        assert answer.status_code == status, origin
    assert api.client.get("/healthz", headers={"Origin": "http://evil.example"}).status_code == 200


@pytest.mark.parametrize("given", ["*", "proxy.example.org", "0.0.0.0/0", "10.0.0.0/8", "::/0", "10.0.0.1/24"])
def test_unsafe_proxies_are_refused_by_the_name_of_the_setting(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(SETTING, f"10.0.0.7,{given}")
    with pytest.raises(InputRefusedError) as refused:
        trusted_proxies()
    assert [problem.field for problem in refused.value.problems] == [SETTING]


def test_only_the_named_proxies_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, " 10.0.0.7 , 10.1.0.0/28,::1 ")
    assert trusted_proxies() == "10.0.0.7,10.1.0.0/28,::1"
    for found in (None, "*", "127.0.0.1"):
        monkeypatch.delenv(LIBRARY_SETTING, raising=False)
        if found is not None:
            monkeypatch.setenv(LIBRARY_SETTING, found)
        with pytest.raises(InputRefusedError, match=LIBRARY_SETTING):
            check_library_setting()
    monkeypatch.setenv(LIBRARY_SETTING, trusted_proxies())
    check_library_setting()


@pytest.fixture(scope="module")
def cramped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A server that may open few files: its home and port."""
    home = tmp_path_factory.mktemp("cramped") / "home"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    serve = [sys.executable, "-m", "dashboard", "serve", "--port", str(port), "--home", str(home)]
    limited = ["bash", "-c", f'ulimit -n {FEW_FILES}; exec "$@"', "serve", *serve]
    with subprocess.Popen(limited, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_until_ready(port, process)
            yield home, port
        finally:
            process.terminate()


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if ask(port, "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"server not ready; exit code {process.poll()}")


def ask(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def open_socket(port: int, origin: str | None) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    head = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as opened:
        opened.sendall((head + (f"Origin: {origin}\r\n" if origin else "") + "\r\n").encode())
        return opened.recv(64).split(b"\r\n")[0].split()[1]


def test_a_page_opens_its_socket_and_no_other_page_does(cramped: tuple[Path, int]) -> None:
    _, port = cramped
    assert open_socket(port, f"http://127.0.0.1:{port}") == b"101"
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{port + 1}", f"https://127.0.0.1:{port}", None):
        assert open_socket(port, origin) == b"403", origin


def test_the_command_line_works_while_somebody_guesses_keys(cramped: tuple[Path, int]) -> None:
    home, port = cramped
    for number in range(access_failures.ALLOWED + 3):
        ask(port, "/metrics", Authorization=f"Bearer ml_{number}", **{"X-Forwarded-For": f"10.0.0.{number}"})
    # The word of this machine's programs about their address is not taken: no proxy is named.
    assert ask(port, "/metrics", Authorization="Bearer ml_x", **{"X-Forwarded-For": "10.9.9.9"})[0] == 429
    secret = json.loads((home / "server.json").read_text("utf-8"))["secret"]
    assert ask(port, "/metrics", Authorization=f"Bearer {secret}")[0] == 200


HALF = {
    "nothing": b"",
    "half a head": b"POST /api/v1/actions/ingest_events HTTP/1.1\r\nHost: x\r\n",
    "half a body": b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n1",
}


@pytest.mark.parametrize("kind", HALF)
def test_half_open_connections_make_room(cramped: tuple[Path, int], kind: str) -> None:
    _, port = cramped
    opened = []
    try:
        for _ in range(300):
            one = socket.create_connection(("127.0.0.1", port), timeout=60)
            one.sendall(HALF[kind])
            opened.append(one)
        assert ask(port, "/healthz") == (200, b"ok")
        assert open_socket(port, f"http://127.0.0.1:{port}") == b"101"
    finally:
        for one in opened:
            one.close()


def test_a_head_that_does_not_end_is_refused(cramped: tuple[Path, int]) -> None:
    _, port = cramped
    with socket.create_connection(("127.0.0.1", port), timeout=60) as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * (2 * connections.HEAD_BYTES))
        assert opened.recv(64).startswith(b"HTTP/1.1 431")


def modes(home: Path) -> set[str]:
    return {stat.filemode(path.stat().st_mode) for path in [home, *home.rglob("*")]}


def test_a_home_is_its_owners_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = tmp_path / "home"
    open_store(home).close()
    assert stat.filemode(home.stat().st_mode) == "drwx------"
    assert "could be read" not in caplog.text
    (home / "log" / "m").mkdir()
    (home / "log" / "m" / "x.parquet").write_bytes(b"rows")
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    open_store(home).close()
    assert modes(home) == {"drwx------", "-rw-------"}
    assert f"home {home} could be read by other accounts of this machine" in caplog.text
    caplog.clear()
    open_store(home).close()
    assert caplog.text == ""


def test_the_command_line_says_that_it_closed_a_home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dashboard.cli.command_line import main

    before = os.umask(0o022)
    try:
        (tmp_path / "home").mkdir(mode=0o755)
        assert main(["show", "models", "--home", str(tmp_path / "home")]) == 0
        assert "from now on only its owner can" in capsys.readouterr().err
        assert modes(tmp_path / "home") == {"drwx------", "-rw-------"}
    finally:
        os.umask(before)
