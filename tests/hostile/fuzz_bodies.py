"""Bodies of requests that were good and are made bad: forms of several parts, and bodies packed with gzip."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from typing import Any

from tests.hostile.corpus import PATHS
from tests.hostile.fuzz_files import CARDS, EVENTS, PEOPLE, ROWS, RUNS
from tests.hostile.fuzzing import UNDONE, Arena, Tally, faults_of
from tests.hostile.mutations import damaged

BOUNDARY = "part-of-a-form"
GOOD_EVENTS = [json.dumps({**json.loads(line), "model": "claims"}).encode() for line in EVENTS]
LINES = b"\n".join(GOOD_EVENTS[:4])
TABLE = ROWS.head(3).to_csv(index=False).encode()
# Action, fields, and files as (field, name, content).
FORMS: tuple[tuple[str, dict[str, bytes], list[tuple[str, str, bytes]]], ...] = (
    ("ingest_events", {}, [("files", "a.jsonl", LINES), ("files", "b.jsonl", GOOD_EVENTS[0])]),
    ("ingest_lineage", {}, [("files", "runs.json", RUNS[0])]),
    ("register", {}, [("files", "people.yaml", PEOPLE[1]), ("files", "card.yaml", CARDS[1])]),
    ("register", {}, [("files", "card.yaml", CARDS[1]), ("artifacts", "models/a.skops", b"PK\x03\x04 no model")]),
    ("ingest_predictions", {"model": b"claims"}, [("files", "rows.csv", TABLE)]),
    ("ingest_actuals", {"model": b"claims"}, [("files", "labels.csv", b"id,fraud\nx,1\n")]),
)
HEADERS = (
    b'Content-Disposition: form-data; name="files"', b"Content-Disposition: attachment", b"Content-Disposition:",
    b'Content-Disposition: form-data; name="files"; filename=""', b"X: " + b"y" * 9_000, b"no colon", b": x",
    b'Content-Disposition: form-data; name="model"', b"Content-Transfer-Encoding: base64", b"\xff\xfe: \x00",
)  # fmt: skip
# Of ten cases of tables, which cost a hundred times as much as the others, one is tried.
SELDOM = 0.1


def body_of(fields: dict[str, bytes], files: Sequence[tuple[str, str, bytes]], chance: random.Random) -> bytes:
    """A form, in which a part may be doubled, left out, or have other headers than it should."""
    parts = [(f'name="{name}"'.encode(), value) for name, value in fields.items()]
    for name, file, content in files:
        named = chance.choice(PATHS) if chance.random() < 0.15 else file
        quoted = named.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22").encode("utf-8", "replace")
        shown = damaged(content, chance, [content]) if chance.random() < 0.3 else content
        parts.append((f'name="{name}"; filename="'.encode() + quoted + b'"', shown))
    if chance.random() < 0.2:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(parts))
    if chance.random() < 0.1:
        parts.pop(chance.randrange(len(parts)))
    written = b""
    for disposition, content in parts:
        head = b"Content-Disposition: form-data; " + disposition
        if chance.random() < 0.1:
            head = chance.choice(HEADERS)
        written += b"--" + BOUNDARY.encode() + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n"
    return written + b"--" + BOUNDARY.encode() + b"--\r\n"


def form(chance: random.Random) -> tuple[str, bytes]:
    """An action and a form for it, most with damaged bytes."""
    action, fields, files = chance.choice(FORMS[:4] if chance.random() > SELDOM else FORMS[4:])
    body = body_of(fields, files, chance)
    return action, damaged(body, chance, [body]) if chance.random() < 0.7 else body


def multipart(arena: Arena, chance: random.Random, tally: Tally) -> None:
    """One form."""
    action, body = form(chance)
    boundary = BOUNDARY if chance.random() < 0.95 else chance.choice(("", "x" * 71, "other", '"', "ü", "a b"))
    kind = f"multipart/form-data; boundary={boundary}".encode()
    send(arena, action, body, {b"Content-Type": kind}, tally)


def in_gzip(arena: Arena, chance: random.Random, tally: Tally) -> None:
    """One packed body: a form, or one file as it is."""
    headers = {b"Content-Encoding": b"gzip"}
    if chance.random() < 0.3:
        action, content = form(chance)
        headers[b"Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}".encode()
    else:
        action, content = chance.choice((("ingest_events", LINES), ("ingest_lineage", RUNS[0]), ("register", CARDS[1])))
        content = damaged(content, chance, [content]) if chance.random() < 0.3 else content
        ending = {"register": "yaml", "ingest_lineage": "json"}.get(action, "jsonl")
        action = f"{action}?name=upload.{ending}"
    if chance.random() < 0.05:
        content += b"\n" * 3_000_000
    body = gzip.compress(content, chance.choice((1, 9)), mtime=0)
    if chance.random() < 0.6:
        body = damaged(body, chance, [body])
    send(arena, action, body, headers, tally)


def send(arena: Arena, action: str, body: bytes, headers: dict[bytes, bytes], tally: Tally) -> None:
    """Send a body and look at the answer."""
    head = arena.store.ledger.head
    named: Any = {b"Authorization": f"Bearer {arena.key}".encode(), **headers}
    answer = arena.client.post(f"/api/v1/actions/{action}", headers=named, content=body)
    shown = (action, body[:500])
    if answer.status_code == 200 or UNDONE in answer.text:
        tally.accepted += 1
        return
    tally.refused += 1
    for problem in faults_of(answer.status_code, answer.text, tally):
        tally.blame(problem, shown)
    if str(arena.folder) in answer.text:
        tally.blame(f"a place of the server in {answer.text[:300]!r}", shown)
    if arena.store.ledger.head != head:
        tally.blame("committed and then refused", shown)
