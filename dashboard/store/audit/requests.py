"""Keys under which programs and forms send actions, so that one whose answer was lost is not done twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.audit.chain import HasCursor
from dashboard.store.audit.facts import Fact, digest
from dashboard.store.engine.clock import as_utc, now, stored


@dataclass(frozen=True)
class Request:
    """An action as somebody sent it under a key: `fact_id` stands for who and key, `payload_sha256` for what."""

    fact_id: str
    actor: str
    action: str
    payload_sha256: str


@dataclass(frozen=True)
class Answered:
    """What was done under a key before: the number of its record, and when."""

    request: Request
    seq: int
    recorded_at: datetime


def request_of(actor: str, key: str, action: str, content: object) -> Request:
    """The request of an actor under a key; `content` is the payload of the action, as JSON values."""
    fact_id = hashlib.sha256(f"{actor}\n{key}".encode()).hexdigest()
    return Request(fact_id, actor, action, digest({"action": action, "payload": content}))


class RequestKnownError(Exception):
    """Something was done under the key meanwhile."""


def insert_request(cursor: duckdb.DuckDBPyConnection, request: Request) -> Fact:
    """Keep a request beside what it did; returns the row as a fact. Raises RequestKnownError when the key is known."""
    recorded_at = stored(now())
    values = [request.fact_id, recorded_at, request.actor, request.action, request.payload_sha256]
    try:
        cursor.execute("INSERT INTO requests VALUES (?, ?, ?, ?, ?)", values)
    except duckdb.ConstraintException:
        raise RequestKnownError from None
    content = {**vars(request), "recorded_at": recorded_at.isoformat(timespec="microseconds")}
    return Fact("requests", request.fact_id, content)


def find_request(store: HasCursor, fact_id: str) -> Answered | None:
    """Find the outcome of a request key; None when nothing was done under it."""
    statement = "SELECT recorded_at, actor, action, payload_sha256 FROM requests WHERE fact_id = ?"
    record = "SELECT min(seq) FROM audit WHERE recorded_at >= ? AND contains(facts, ?)"
    with store.cursor() as cursor:
        found = cursor.execute(statement, [fact_id]).fetchone()
        if found is None:
            return None
        # The record is sealed after its facts; the clock may have been set back in between.
        for since in (found[0], datetime(1970, 1, 1)):
            number = cursor.execute(record, [since, f'["requests","{fact_id}",']).fetchone()
            if number and number[0] is not None:
                break
    return Answered(Request(fact_id, *found[1:]), int(number[0]) if number else 0, as_utc(found[0]))
