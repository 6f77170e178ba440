"""Bodies that are cut, go on, unpack to too much or are too long: refused before anything of them counts."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pandas as pd
import pytest

from dashboard.actions.registry import ACTIONS
from dashboard.store.engine.database import Store
from tests.api.conftest import Api
from tests.api.test_refused_uploads import NEW, PREDICTIONS, ROWS, csv, tree
from tests.examples import RUN

BOUNDARY = "X" * 20
WITH = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def part(disposition: str, content: bytes) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def whole(rows: bytes) -> bytes:
    """A body with a model and a file, up to its last boundary."""
    parts = part('name="model"', b"claims") + part('name="files"; filename="a.csv"', rows)
    return parts + f"--{BOUNDARY}--\r\n".encode()


def send(api: Api, content: bytes, action: str = PREDICTIONS, scope: str = "predictions", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.client.post(f"/api/v1/actions/{action}", headers=api.headers(scope) | WITH | named, content=content)


@pytest.fixture
def before(api: Api) -> dict[str, str | None]:
    return tree(api.store.home)


def test_a_body_that_is_cut_anywhere_is_refused(api: Api, before: dict[str, str | None]) -> None:
    body = whole(csv(NEW.head(3)))
    end = len(body) - len("\r\n")
    for length in (*range(0, end, 29), *range(end - len(BOUNDARY) - 8, end)):
        answer = send(api, body[:length])
        assert answer.status_code == 422, (length, answer.text)
        assert answer.json()["problems"][0]["message"].startswith("received a broken multipart body"), answer.text
    assert tree(api.store.home) == before


@pytest.mark.parametrize("tail", [b"more", b"\r\n--XX", whole(csv(NEW.tail(2)))])
def test_a_body_that_goes_on_after_its_end_is_refused(api: Api, before: dict[str, str | None], tail: bytes) -> None:
    answer = send(api, whole(csv(NEW.head(3))) + tail)
    assert answer.status_code == 422
    assert "goes on after its last boundary" in answer.text
    assert tree(api.store.home) == before


def test_the_end_is_found_wherever_the_steps_part_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    body = whole(csv(ROWS.head(3)))
    for size in (1, 7, 16, len(body)):
        monkeypatch.setattr("dashboard.api.uploads.STEP_BYTES", size)

        def pieces(size: int = size) -> Any:
            yield from (body[at : at + size] for at in range(0, len(body), size))

        done = send(api, pieces())  # type: ignore[arg-type]
        assert done.status_code == 200, (size, done.text)


@pytest.mark.parametrize("length", [0, 71, 5_000])
def test_a_boundary_has_a_length_that_is_allowed(api: Api, before: dict[str, str | None], length: int) -> None:
    content_type = f'multipart/form-data; boundary="{"b" * length}"'
    answer = send(api, b"--b--", Content_Type=content_type)
    assert answer.status_code == 422
    assert "boundary" in answer.json()["problems"][0]["message"]
    assert tree(api.store.home) == before


@pytest.mark.parametrize("what", ["cut", "tail", "second", "bomb", "other"])
def test_a_packed_body_is_whole_and_no_more(api: Api, before: dict[str, str | None], what: str) -> None:
    packed = gzip.compress(whole(csv(NEW.head(3))))
    content, status = {
        "cut": (packed[:-9], 422),
        "tail": (packed + b"and more", 422),
        "second": (packed + gzip.compress(b"and more"), 422),
        "bomb": (gzip.compress(whole(b"x" * 100_000_000)), 413),
        "other": (b"no gzip at all", 422),
    }[what]
    answer = send(api, content, Content_Encoding="gzip")
    assert answer.status_code == status, answer.text
    assert tree(api.store.home) == before


def test_a_bomb_is_known_by_how_much_more_it_unpacks_to(
    api: Api, before: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.service, "upload_limit", 2**40)
    answer = send(api, gzip.compress(whole(b"x" * 120_000_000)), Content_Encoding="gzip")
    assert answer.status_code == 413
    assert "times its size" in answer.text
    assert tree(api.store.home) == before


def test_each_action_says_how_much_it_takes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.service, "upload_limit", 2**30)
    opened: list[str] = []
    monkeypatch.setattr("dashboard.api.uploads._space", lambda folder: opened.append(str(folder)))
    for name, scope in (("ingest_events", "events"), ("ingest_lineage", "lineage")):
        limit = ACTIONS.get(name).body
        headers = api.headers(scope) | {"Content-Type": "application/x-ndjson"}
        content = b" " * (limit.whole + 1)
        answer = api.client.post(f"/api/v1/actions/{name}", headers=headers, content=content)
        assert (answer.status_code, opened) == (413, [])
        assert "allowed are 5 MB" in answer.text


@pytest.mark.parametrize(
    ("name", "scope", "file"), [("register", "cards", "a.yaml"), ("ingest_events", "events", "a.jsonl")]
)
def test_each_file_has_its_limit(
    api: Api, before: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, name: str, scope: str, file: str
) -> None:
    monkeypatch.setattr(api.service, "upload_limit", 2**30)
    content = b"#" * (ACTIONS.get(name).body.each + 1)
    answer = api.client.post(f"/api/v1/actions/{name}", headers=api.headers(scope), files=[("files", (file, content))])
    assert answer.status_code == 413
    assert "in a file" in answer.text
    assert tree(api.store.home) == before


def test_messages_tell_no_place_on_the_server(api: Api) -> None:
    repeated = pd.concat([NEW.head(2), NEW.head(1).assign(p=0.987)])
    changed = NEW.tail(1).assign(p=0.1)
    for files in (
        [("a.csv", csv(repeated))],
        [("a.csv", csv(NEW.tail(1))), ("b.csv", csv(changed))],
        [("a.csv", csv(NEW.tail(1))), ("a.csv", csv(changed))],
        [("a.csv.gz", b"no gzip")],
        [("a.parquet", b"PAR1 is not all")],
    ):
        answer = api.client.post(
            f"/api/v1/actions/{PREDICTIONS}",
            headers=api.headers("predictions"),
            data={"model": "claims"},
            files=[("files", file) for file in files],
        )
        assert answer.status_code == 422
        assert str(api.store.home) not in answer.text
        assert "/uploads/" not in answer.text
        assert "/.staging/" not in answer.text


def test_what_a_store_tells_is_told_without_its_place(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.errors import StoreReopeningError

    def away(store: Store) -> Any:
        raise StoreReopeningError(
            f"the store in {store.home} is being opened anew, see {store.home}/journal.jsonl; wait"
        )

    monkeypatch.setattr(Store, "cursor", away)
    answer = api.client.get("/api/v1/views/models", headers=api.headers("read"))
    assert answer.status_code == 503
    assert answer.json()["error"] == "the store in the home is being opened anew, see journal.jsonl; wait"


def test_json_that_is_not_valid_is_told_by_its_place(api: Api) -> None:
    headers = api.headers("actions") | {"Content-Type": "application/json"}
    answer = api.client.post("/api/v1/actions/comment", headers=headers, content=b'{"model": "claims",\n "text" 1}')
    problem = answer.json()["problems"][0]
    assert (answer.status_code, problem["row"]) == (422, 2)
    assert "line 2, column 9" in problem["message"]


def test_one_event_of_lineage_may_be_as_long_as_events_may(api: Api) -> None:
    long = json.dumps({**RUN, "note": "x" * 3_000_000}).encode()
    headers = api.headers("lineage") | {"Content-Type": "application/json"}
    limit = api.service.upload_limit
    try:
        api.service.upload_limit = 2**30
        assert api.client.post("/api/v1/lineage", headers=headers, content=long).status_code == 200
    finally:
        api.service.upload_limit = limit
