"""Input that is refused changes nothing in the home: no file, no folder, no row, by whatever it is refused."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from starlette.testclient import TestClient

from dashboard.store.log import writing
from tests.acceptance.portfolio import BINARY_CARD, claims
from tests.api.conftest import Api
from tests.api.test_api import contents
from tests.examples import RUN

ROWS = claims(number=900).frame
KNOWN = ROWS[ROWS["fraud"].notna()].head(20)
NEW = ROWS.head(50).assign(id=[f"new-{number}" for number in range(50)])
TURNED = KNOWN.assign(fraud=1 - KNOWN["fraud"].astype(int))
CARD = BINARY_CARD.replace('{version: "2"}', '{version: "2", artifact: m.bin, artifact_sha256: ' + "a" * 64 + "}")
USAGE = {"kind": "usage", "model": "claims", "at": "2024-05-01", "consumer": "web", "purpose": "p", "calls": 3}


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def lines(*values: dict[str, Any]) -> bytes:
    return "".join(json.dumps(value) + "\n" for value in values).encode()


PREDICTIONS, ACTUALS, EVENTS, LINEAGE, CARDS = (
    "ingest_predictions", "ingest_actuals", "ingest_events", "ingest_lineage", "register",
)  # fmt: skip
SCOPES = {PREDICTIONS: "predictions", ACTUALS: "predictions", EVENTS: "events", LINEAGE: "lineage", CARDS: "cards"}
# What is wrong, the action, files by name, and the status of the refusal.
REFUSED: dict[str, tuple[str, list[tuple[str, bytes]], int]] = {
    "rows again with other content": (PREDICTIONS, [("a.csv", csv(ROWS.head(9).assign(p=0.123)))], 422),
    "rows with another label": (PREDICTIONS, [("a.csv", csv(TURNED))], 422),
    "good rows and a bad one": (PREDICTIONS, [("a.csv", csv(NEW.assign(p=["x", *NEW["p"][1:]])))], 422),
    "a good file and a bad one": (PREDICTIONS, [("a.csv", csv(NEW)), ("b.csv", csv(NEW.drop(columns="p")))], 422),
    "a column that is missing": (PREDICTIONS, [("a.csv", csv(NEW.drop(columns="p")))], 422),
    "no Parquet": (PREDICTIONS, [("a.parquet", b"PAR1 is not all")], 422),
    "half a gzip file": (PREDICTIONS, [("a.csv.gz", gzip.compress(csv(NEW))[:200])], 422),
    "an unknown ending": (PREDICTIONS, [("a.xlsx", csv(NEW))], 422),
    "too much": (PREDICTIONS, [("a.csv", b"x" * 1_100_000)], 413),
    "an actual that is known otherwise": (ACTUALS, [("a.csv", csv(TURNED[["id", "fraud"]]))], 422),
    "two actuals of one new case": (ACTUALS, [("a.csv", csv(pd.DataFrame({"id": ["z", "z"], "fraud": [0, 1]})))], 422),
    "an actual that is none": (ACTUALS, [("a.csv", csv(pd.DataFrame({"id": ["z"], "fraud": ["maybe"]})))], 422),
    "an event of an unknown model": (EVENTS, [("a.jsonl", lines(USAGE, USAGE | {"model": "none"}))], 422),
    "an event of an unknown kind": (EVENTS, [("a.jsonl", lines(USAGE, USAGE | {"kind": "dance"}))], 422),
    "no JSON": (EVENTS, [("a.jsonl", b"{")], 422),
    "a run without its job": (LINEAGE, [("a.jsonl", lines(RUN, {"eventType": "START"}))], 422),
    "a card and an unknown key": (CARDS, [("a.yaml", f"{BINARY_CARD}colour: red\n".encode())], 422),
    "a good card and a bad one": (CARDS, [("a.yaml", BINARY_CARD.encode()), ("b.yaml", b"id: half\n")], 422),
}  # fmt: skip


def tree(home: Path) -> dict[str, str | None]:
    """Everything in the home by its place; files by their hash, but for those that DuckDB writes as it likes."""
    kept = {}
    for path in home.rglob("*"):
        inside = path.is_file() and not path.name.startswith("store.")
        kept[str(path.relative_to(home))] = hashlib.sha256(path.read_bytes()).hexdigest() if inside else None
    return kept


@pytest.fixture
def unchanged(api: Api) -> Iterator[None]:
    """What a test does leaves the home as it was."""
    before, rows = tree(api.store.home), contents(api)
    yield
    assert tree(api.store.home) == before
    assert contents(api) == rows


def send(api: Api, action: str, parts: list[tuple[str, tuple[str, bytes]]], **more: Any) -> Any:
    fields = {"model": "claims"} if action in (PREDICTIONS, ACTUALS) else {}
    headers = api.headers(SCOPES[action])
    return api.client.post(f"/api/v1/actions/{action}", headers=headers, data=fields, files=parts, **more)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_upload_changes_nothing(api: Api, what: str) -> None:
    action, files, status = REFUSED[what]
    answer = send(api, action, [("files", file) for file in files])
    assert answer.status_code == status, answer.text


@pytest.mark.usefixtures("unchanged")
def test_refused_model_files_change_nothing(api: Api) -> None:
    for name, status in (("m.bin", 422), ("../m.bin", 422), ("/m.bin", 422)):
        answer = send(api, CARDS, [("files", ("c.yaml", CARD.encode())), ("artifacts", (name, b"another model"))])
        assert answer.status_code == status, answer.text


@pytest.mark.usefixtures("unchanged")
def test_bodies_that_break_off_change_nothing(api: Api) -> None:
    headers = api.headers("predictions") | {"Content-Type": "multipart/form-data; boundary=x"}
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nid'
    for content in (body, b"nothing of the kind", b""):
        assert api.client.post(f"/api/v1/actions/{PREDICTIONS}", headers=headers, content=content).status_code == 422
    raw = api.headers("predictions") | {"Content-Type": "text/csv"}
    answer = api.client.post(f"/api/v1/actions/{PREDICTIONS}?model=none&name=a.csv", headers=raw, content=body)
    assert answer.status_code == 404


@pytest.mark.usefixtures("unchanged")
def test_a_commit_that_fails_takes_its_folders_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "record_log_files", fails)
    client = TestClient(api.client.app, base_url="http://127.0.0.1:8501", raise_server_exceptions=False)
    far = NEW.assign(decided="2001-05-01T10:00:00Z")
    pending = pd.DataFrame({"id": ["never-seen"], "fraud": [1]})
    for action, frame in ((PREDICTIONS, far), (ACTUALS, pending)):
        answer = client.post(
            f"/api/v1/actions/{action}",
            headers=api.headers("predictions"),
            data={"model": "claims"},
            files=[("files", ("a.csv", csv(frame)))],
        )
        assert answer.status_code == 507, answer.text
