"""An action sent twice under one key is done once, and the second answer says so."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.comments import Comment
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import ACTIONS, do_action, run_action
from dashboard.cli.client import RunningServer
from dashboard.errors import InputRefusedError
from dashboard.store.audit.chain import AuditContext, read_entries
from dashboard.store.audit.requests import Request, request_of
from dashboard.store.engine.database import Store
from tests.acceptance.portfolio import claims, write_rows
from tests.api.conftest import Api

EVENT = {"kind": "usage", "model": "claims", "at": "2024-05-01", "consumer": "repeats", "purpose": "p", "calls": 1}
PATH = "/api/v1/actions/ingest_events"
OLD_COMMENT = "5c5d30311ef9549085342e83eb30615b78047b221361e36f887379f262478bb0"


def count(store: Store, consumer: str) -> int:
    with store.cursor() as cursor:
        statement = "SELECT count(*) FROM events WHERE contains(content, ?)"
        return int((cursor.execute(statement, [consumer]).fetchone() or (0,))[0])


def test_the_second_answer_names_the_record_of_the_first(api: Api) -> None:
    body = json.dumps({**EVENT, "consumer": "twice"})
    headers = {**api.headers("events"), "Content-Type": "application/x-ndjson", "Idempotency-Key": "k-1"}
    first = api.client.post(PATH, content=body, headers=headers)
    with api.store.cursor() as cursor:
        before = read_entries(cursor)
    second = api.client.post(PATH, content=body, headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    assert "repeated" not in first.json()
    assert second.json()["repeated"]["record"] == before[-1].seq
    assert second.json()["done"].startswith(f"done before: record {before[-1].seq} of 20")
    with api.store.cursor() as cursor:
        assert read_entries(cursor) == before
    assert "requests" in {table for table, _, _ in before[-1].claims()}
    assert count(api.store, "twice") == 1


def test_a_key_stands_for_one_content_and_one_caller(api: Api) -> None:
    kind = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "k-2"}
    body = json.dumps({**EVENT, "consumer": "other"})
    assert api.client.post(PATH, content=body, headers={**api.headers("events"), **kind}).status_code == 200
    changed = json.dumps({**EVENT, "consumer": "changed"})
    refused = api.client.post(PATH, content=changed, headers={**api.headers("events"), **kind})
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["field"] == "Idempotency-Key"
    assert "ingest_events" in refused.json()["problems"][0]["message"]
    assert count(api.store, "changed") == 0
    # Somebody else's key of the same text is another key.
    person = b"people: [{id: rita.key, name: Rita}]"
    answer = api.client.post(
        "/api/v1/actions/register?name=p.yaml", content=person,
        headers={**api.headers("cards"), "Idempotency-Key": "k-2"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert "repeated" not in answer.json()


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "ü".encode().decode("latin-1")])
def test_a_strange_key_is_refused(api: Api, key: str) -> None:
    headers = {**api.headers("events"), "Idempotency-Key": key.encode("latin-1")}
    answer = api.client.post(PATH, content=json.dumps(EVENT), headers=headers)
    assert answer.status_code == 422


def test_long_actions_are_done_once_too(api: Api, tmp_path: Path) -> None:
    rows = claims(number=30).frame
    rows["id"] = [f"again-{number}" for number in range(30)]
    path = write_rows(rows, tmp_path / "again.parquet")
    payload = Delivery(model="claims", files=(path,))
    first = do_action(api.store, "ingest_predictions", payload, operator("p"), request_key="k-3")
    second = do_action(api.store, "ingest_predictions", payload, operator("p"), request_key="k-3")
    assert "added 30" in first.sentence
    assert first.before is None
    assert second.before is not None
    assert second.before.request.action == "ingest_predictions"


def test_a_key_that_was_taken_meanwhile_undoes_the_second(api: Api, tmp_path: Path) -> None:
    """Two long actions under one key at once: both found nothing at their begin, one of them is done."""
    path = tmp_path / "p.yaml"
    path.write_text("people: [{id: once.only, name: Once}]")
    real = ACTIONS.get("register").run

    def slow(call, payload):  # type: ignore[no-untyped-def]
        both.wait(20)
        return real(call, payload)

    both, found = threading.Barrier(2), []
    object.__setattr__(ACTIONS.get("register"), "run", slow)
    object.__setattr__(ACTIONS.get("register"), "long", True)
    try:
        call = (api.store, "register", Files(files=(path,)), operator("p"))
        threads = [threading.Thread(target=lambda: found.append(do_action(*call, request_key="k-4"))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        object.__setattr__(ACTIONS.get("register"), "run", real)
        object.__setattr__(ACTIONS.get("register"), "long", False)
    # Whoever came second found the person registered, or the key taken: the fact is there once either way.
    assert len(found) == 2
    with api.store.cursor() as cursor:
        there = cursor.execute("SELECT count(*) FROM organisation WHERE subject_id = 'once.only'").fetchone()
    assert there == (1,)


def test_another_file_under_the_key_is_refused_by_its_content(api: Api, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(json.dumps({**EVENT, "consumer": "file-a"}))
    run_action(api.store, "ingest_events", Files(files=(path,)), operator("p"), request_key="k-5")
    path.write_text(json.dumps({**EVENT, "consumer": "file-b"}))
    with pytest.raises(InputRefusedError, match="one key stands for one request"):
        run_action(api.store, "ingest_events", Files(files=(path,)), operator("p"), request_key="k-5")
    assert count(api.store, "file-b") == 0


def test_a_request_of_the_version_before_is_known_and_a_later_field_makes_no_other(api: Api) -> None:
    class LaterComment(Comment):
        later: str | None = None
        flag: bool = False

    # The version before hashed defaults too; this is its hash of the comment below.
    old = Request(request_of("p", "k-6", "", {}).fact_id, "p", "comment", OLD_COMMENT)
    with api.store.under(old), api.store.writing(AuditContext("comment", "p", after={"claims": {}})):
        pass
    comment, later = Comment(model="claims", text="Seen."), LaterComment(model="claims", text="Seen.", about=None)
    assert do_action(api.store, "comment", comment, operator("p"), request_key="k-6").before is not None
    assert do_action(api.store, "comment", comment, operator("p"), request_key="k-7").before is None
    assert do_action(api.store, "comment", later, operator("p"), request_key="k-7").before is not None
    other = LaterComment(model="claims", text="Seen.", flag=True)
    with pytest.raises(InputRefusedError, match="one key stands for one request"):
        run_action(api.store, "comment", other, operator("p"), request_key="k-7")


def test_the_command_line_sends_again_under_the_same_key(tmp_path: Path) -> None:
    """The first connection breaks after the request was read; the second is answered."""
    path = tmp_path / "e.jsonl"
    path.write_text(json.dumps(EVENT))
    keys: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for attempt in range(2):
            connection, _ = listening.accept()
            text = b""
            while b"0\r\n\r\n" not in text:
                text += connection.recv(65536)
            keys.extend(line for line in text.decode().splitlines() if line.startswith("Idempotency-Key"))
            if attempt:
                body = b'{"done": "done before"}'
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    server = RunningServer("127.0.0.1", listening.getsockname()[1], "secret")
    assert server.act(ACTIONS.get("ingest_events"), {"files": [path]}, "cli:x", None) == "done before"
    thread.join()
    listening.close()
    assert len(keys) == 2
    assert len(set(keys)) == 1
