"""Paths and SQL in every name that reaches the program: nothing outside is read or written, text stays text."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from dashboard.access.principal import operator
from dashboard.api.uploads import clean_name
from dashboard.cli.command_line import main
from dashboard.errors import DashboardError, InputRefusedError, shorten
from dashboard.schema.reading.documents import read_document
from dashboard.store.audit.facts import list_fact_tables, read_facts
from dashboard.store.engine.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, run_view
from tests.api.conftest import Api
from tests.hostile.corpus import PATHS, SQL

SECRET = "canary-7f3a"
PRINTED = [(number, path) for number, path in enumerate(PATHS)]


@dataclass
class Watch:
    """The files that Python opens while `on`; the hook cannot be taken back, so it is made once."""

    on: bool = False
    opened: list[str] = field(default_factory=list)

    def __call__(self, event: str, values: tuple[object, ...]) -> None:
        if self.on and event == "open" and isinstance(values[0], str | bytes):
            self.opened.append(os.path.realpath(os.fsdecode(values[0])))


WATCH = Watch()
sys.addaudithook(WATCH)


@pytest.fixture
def outside(api: Api) -> Iterator[Path]:
    """A folder with a secret beside the home; in the end nothing in it has changed and nobody has opened it."""
    canary = api.folder / "canary.txt"
    canary.write_text(SECRET, encoding="utf-8")
    before = tree(api.folder)
    WATCH.opened.clear()
    WATCH.on = True
    yield canary
    WATCH.on = False
    assert tree(api.folder) == before
    home = os.path.realpath(api.folder / "home")
    private = ("/etc/passwd", "/proc/", "/root/.ssh", os.path.realpath(api.folder))
    ledger = [f"{home}/{name}" for name in ("store.duckdb", "server.json", "store.lock")]
    for opened in WATCH.opened:
        assert not opened.startswith(private) or opened.startswith(f"{home}/"), opened
        assert opened not in ledger
    assert list((api.folder / "home" / "uploads").glob("*")) == []


def tree(folder: Path) -> dict[str, int]:
    """Every file outside the home with its size."""
    return {
        str(path): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and folder / "home" not in path.parents
    }


def ledger(api: Api) -> dict[str, list[str]]:
    """The hashes of all facts."""
    with api.store.cursor() as cursor:
        return {name: [fact.sha256 for fact in read_facts(cursor, name)] for name in list_fact_tables(cursor)}


def answered(api: Api, path: str, raw: bytes) -> tuple[int, bytes]:
    """Status and body for a path as no client would send it."""
    headers = [(b"host", b"127.0.0.1:8501"), (b"authorization", api.headers("read")["Authorization"].encode())]
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "raw_path": raw,
        "root_path": "", "query_string": b"", "headers": headers, "client": ("10.0.0.9", 1), "server": ("x", 80),
    }  # fmt: skip
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    api.client.portal.call(api.client.app, scope, receive, send)
    return told[0]["status"], b"".join(message.get("body", b"") for message in told[1:])


def test_addresses_lead_nowhere(api: Api, outside: Path) -> None:
    before = ledger(api)
    for path in PATHS:
        for place in ("/api/v1/views/", "/api/v1/actions/", "/api/v1/", "/media/", "/static/", "/drift/", "/"):
            for shown in (path, quote(path), unquote(path)):
                status, body = answered(api, place + shown, (place + quote(shown)).encode())
                assert status in (404, 405), (place, shown, status)
                assert SECRET.encode() not in body
                assert b"root:" not in body
        for name in ("performance", "status"):
            answer = api.client.get(f"/api/v1/views/{name}", params={"model": path}, headers=api.headers("read"))
            assert answer.status_code == 404, path
            assert SECRET not in answer.text
    assert ledger(api) == before


@pytest.mark.parametrize("door", ["register", "ingest_events", "ingest_lineage", "ingest_predictions"])
def test_names_of_uploads_stay_names(api: Api, outside: Path, door: str) -> None:
    scopes = {"register": "cards", "ingest_events": "events", "ingest_lineage": "lineage"}
    headers = api.headers(scopes.get(door, "predictions"))
    where = f"/api/v1/actions/{door}"
    before = ledger(api)
    for path in PATHS:
        raw = api.client.post(f"{where}?name={quote(path)}", headers=headers, content=b"\x00 nothing")
        form = api.client.post(where, headers=headers, data={"model": path}, files={"files": (path, b"\x00 nothing")})
        beside = api.client.post(
            where, headers=headers, files=[("files", ("a.yaml", b"id: x")), ("artifacts", (path, b"\x00"))]
        )
        for answer in (raw, form, beside):
            assert answer.status_code in (404, 413, 422), (path, answer.status_code, answer.text)
            assert SECRET not in answer.text
            assert str(api.folder) not in answer.text
    assert ledger(api) == before


@pytest.mark.parametrize("path", PATHS)
def test_a_clean_name_is_one_short_name(path: str) -> None:
    for told in (path, path * 3, f"x/{path}"):
        name = clean_name(told)
        assert name not in ("", ".", "..")
        assert not set(name) & set("/\\\x00\n\r\t")
        assert not name.startswith(".")
        assert len(name) <= 120


CARD = """
id: {model}
name: x
task: regression
versions: [{{version: "1", artifact: {path}}}]
data: {{prediction_id: id, predicted_at: at, score: p, features: {{a: {{kind: numeric}}}}}}
"""


@pytest.mark.parametrize(("number", "path"), PRINTED)
def test_a_card_names_no_model_file_outside_its_folder(api: Api, outside: Path, number: int, path: str) -> None:
    card = CARD.format(model="escaping", path=json.dumps(path))
    answer = api.client.post(
        "/api/v1/actions/register?name=card.yaml", headers=api.headers("cards"), content=card.encode()
    )
    assert answer.status_code in (200, 422)
    assert SECRET not in answer.text
    kept = [p.read_bytes() for p in (api.folder / "home").glob("artifacts/*")]
    assert kept == []


@pytest.mark.parametrize(("number", "path"), PRINTED)
def test_an_id_is_no_path(number: int, path: str) -> None:
    with pytest.raises(InputRefusedError):
        read_document("card.yaml", CARD.format(model=json.dumps(path), path="null").encode())


def test_the_command_line_takes_them_for_names(
    api: Api,
    outside: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = ["--home", str(tmp_path / "home")]
    for path in PATHS[::3]:
        if path.startswith("-"):
            continue
        for words in (["show", "status", path], ["show", "performance", path], ["ingest", "predictions", path, path]):
            with suppress(SystemExit):
                assert main([*words, *home]) in (1, 2), words
            told = capsys.readouterr()
            assert SECRET not in told.out + told.err
            assert "Traceback" not in told.err
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def questions(text: str) -> list[tuple[str, Query]]:
    """A text in every place of a question that takes any text."""
    claims = Query(model="claims", by="year")
    return [
        *((name, Query(model=text)) for name in ("performance", "status", "audit", "risk", "timeline")),
        ("distribution", replace(claims, feature=text)),
        ("drift", replace(claims, feature=text)),
        ("performance", replace(claims, version=text)),
        ("performance", replace(claims, metric=text)),
        ("performance", replace(claims, segment=("region", text))),
        ("performance", replace(claims, segment=(text, "north"))),
    ]


def refusal(store: Store, name: str, query: Query) -> str:
    """What is told when a question is refused; nothing when it is answered, which then tells nothing secret."""
    try:
        frame = run_view(store, name, query, operator("test"))
    except DashboardError as refused:
        return str(refused)
    told = [str(value) for column in frame for value in frame[column]]
    assert not any(value.startswith("root:") for value in told)
    if name == "performance" and query.version is not None:
        assert frame["value"].isna().all()
    return ""


@pytest.mark.parametrize("text", SQL, ids=range(len(SQL)))
def test_sql_in_a_question_is_text(api: Api, text: str) -> None:
    before = ledger(api)
    for name, query in questions(text):
        told = refusal(api.store, name, query)
        assert "Error:" not in told
        assert "SELECT" not in told.replace(text, "").replace(repr(text), "").replace(shorten(text), "")
    assert ledger(api) == before


def test_sql_over_http_is_text(api: Api) -> None:
    before = ledger(api)
    for text in SQL:
        for name in ("model", "feature", "by", "method", "threshold", "language", "on", text):
            told = {"model": "claims", name: text}
            answer = api.client.get("/api/v1/views/ranking", params=told, headers=api.headers("read"))
            assert answer.status_code in (200, 404, 422), (name, answer.text)
        for name in ("events", "lineage"):
            where = f"/api/v1/actions/ingest_{name}"
            files = {"files": (f"{text}.jsonl", text.encode())}
            assert api.client.post(where, headers=api.headers(name), files=files).status_code == 422
    assert ledger(api) == before


def test_every_view_takes_sql_for_text(api: Api) -> None:
    for name in VIEWS.all():
        for text in SQL[::9]:
            query = Query(model=text, feature=text, version=text, metric=text, segment=(text, text))
            assert "Error:" not in refusal(api.store, name, query)
