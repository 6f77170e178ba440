"""The server's log: one object a line that nothing logged can break out of, and no secret in it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.access.rights import check_open, check_visible
from dashboard.api.logs import SETTING, Lines, log_form, masked
from dashboard.cli.command_line import main
from dashboard.errors import DashboardError, ForbiddenError, InputRefusedError
from dashboard.views.registry import VIEWS
from tests.api.test_server import Server
from tests.hostile.corpus import PATHS, SCRIPTS

KEY = "ml_Canary0000000000000000000000000000000000"
HIDDEN = "Canary00"
SECRET_TEXTS = (
    f"token {KEY}",
    f"Authorization: Bearer {KEY}",
    "authorization: Bearer Canary00.Canary00-x_y/z+==",
    "{'Authorization': 'Basic Canary00Canary00=='}",
    "Authorization: Canary00",
    "Cookie: _streamlit_user=Canary00; _xsrf=Canary00",
    "'set-cookie': 'session=Canary00; HttpOnly'",
    "postgresql://user:Canary00@db.example/ledger",
    "https://Canary00@example.org/x",
    "/oauth2callback?code=Canary00xyz&state=Canary00abc",
    "password=Canary00 next",
    '{"client_secret": "Canary00"}',
    "api_key: Canary00",
    "eyJhbGciOiJub25lIn0.eyJDYW5hcnkwMCI6MX0.Canary00",
    "bearer Canary00Canary00",
)
BREAKING = (
    *SCRIPTS,
    *PATHS,
    'x\n{"level": "info", "message": "forged"}',
    "x\r\ny",
    "\x1b[2J\x1b[31mred",
    "\u2028",
    "\x85",
    "\ud800",
)


def line(message: str, *values: object, as_json: bool = True, **fields: object) -> str:
    record = logging.makeLogRecord({"name": "n", "levelname": "INFO", "msg": message, "args": values, **fields})
    return Lines(as_json=as_json).format(record)


@pytest.mark.parametrize("text", SECRET_TEXTS)
def test_secrets_are_masked(text: str) -> None:
    assert HIDDEN not in masked(text)
    for as_json in (True, False):
        told = line("received %s", text, as_json=as_json, told=text)
        assert HIDDEN not in told
        assert "received" in told


def test_other_words_stay() -> None:
    for text in (
        "refused show to token:nightly: other roles",
        "the token does not open this",
        "model m at https://x.org/a@b",
    ):
        assert masked(text) == text


@pytest.mark.parametrize("text", BREAKING, ids=range(len(BREAKING)))
def test_nothing_logged_ends_its_line(text: str) -> None:
    told = line("received %s", text, told=text)
    assert len(told.splitlines()) == 1
    assert told.isascii()
    assert json.loads(told)["message"].startswith("received ")
    plain = line("received %s", text, as_json=False, told=text)
    assert len(plain.splitlines()) == 1
    assert "\x1b" not in plain


def test_a_fault_is_one_line_with_its_traceback() -> None:
    try:
        raise ValueError(f"a\nb {KEY}")
    except ValueError:
        told = json.loads(line("it broke", exc_info=sys.exc_info()))
    assert "ValueError: a\nb ***" in told["fault"]
    assert set(told) == {"time", "level", "logger", "message", "fault"}


def test_the_setting_is_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert log_form() == "json"
    monkeypatch.setenv(SETTING, "xml")
    with pytest.raises(InputRefusedError, match="text, json"):
        log_form()
    assert main(["serve", "--home", str(tmp_path / "home")]) == 2
    assert capsys.readouterr().err.startswith("DASHBOARD_LOG: received 'xml'; allowed are text, json")


def test_refused_attempts_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    nobody = Principal("person\nforged", "eve", models=frozenset())
    with pytest.raises(ForbiddenError):
        check_open(nobody, VIEWS.get("audit"))
    with pytest.raises(DashboardError):
        check_visible(nobody, ["secret\nmodel"])
    told = [Lines().format(record) for record in caplog.records]
    assert len(told) == 2
    assert all(len(entry.splitlines()) == 1 for entry in told)
    assert [record.name for record in caplog.records] == ["dashboard.access"] * 2


def test_a_server_logs_objects_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = tmp_path / "log.txt"
    popen = subprocess.Popen

    def logging_popen(words: list[str], **_: object) -> subprocess.Popen[bytes]:
        with written.open("wb") as errors:
            return popen(words, stdout=subprocess.DEVNULL, stderr=errors)

    monkeypatch.setattr(subprocess, "Popen", logging_popen)
    monkeypatch.setenv(SETTING, "json")
    server = Server(tmp_path / "home")
    secret = json.loads((tmp_path / "home" / "server.json").read_text())["secret"]
    address = f"http://127.0.0.1:{server.port}/api/v1"
    for path, key in (("/views/models", secret), (f"/views/models?token={KEY}", KEY), ("/views/a%0Ab%1B%5B31m", KEY)):
        request = urllib.request.Request(address + path, headers={"Authorization": f"Bearer {key}", "Cookie": HIDDEN})
        with suppress(OSError):
            urllib.request.urlopen(request, timeout=300).close()
    server.end()
    text = written.read_text(encoding="utf-8")
    entries = [json.loads(entry) for entry in text.splitlines()]
    assert {"time", "level", "logger", "message"} <= set(entries[0])
    assert "GET /api/v1/views/models: 200" in [entry["message"] for entry in entries]
    assert "GET /api/v1/views/models: 401" in [entry["message"] for entry in entries]
    assert HIDDEN not in text
    assert secret not in text
