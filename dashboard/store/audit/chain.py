"""The chain of audit records: each holds what an action did, the hashes of its facts and of the record before it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import duckdb

from dashboard.store.audit.facts import Fact, canonical, digest
from dashboard.store.engine.clock import horizon, real_now, replayed_now, stored

BEGINNING = "0" * 64
COLUMNS = (
    "fact_id", "seq", "recorded_at", "actor", "action", "subject", "before", "after", "facts", "prev_hash", "hash",
    "replayed_at",
)  # fmt: skip
NAMES = frozenset(COLUMNS)
# A record from before there were replays does not name the last one, nor does any that is not replayed.
LATER = "replayed_at"
TEXTS = tuple(name for name in COLUMNS if name not in ("seq", "subject", LATER))
SELECTED = ", ".join(f'"{name}"' for name in COLUMNS)


@dataclass
class AuditContext:
    """The context of a transaction: who does what, and by subject what was there before and is after.

    A subject is a model id, or a kind and an id (`person anna.keller`); values are JSON. A transaction that writes
    facts needs one; without facts and without anything in `before` and `after` no record is made. `computes` is true
    of a transaction that keeps what was computed while its action goes on.
    """

    action: str
    actor: str
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)
    fact_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    computes: bool = False


@dataclass(frozen=True)
class Head:
    """The end of a chain: the number and the hash of its last record, and the instant for which it was replayed."""

    seq: int = 0
    hash: str = BEGINNING
    replayed_at: str | None = None

    def __str__(self) -> str:
        """Number and first digits of the hash."""
        return f"record {self.seq} ({self.hash[:12]})" if self.seq else "no record"


@dataclass(frozen=True)
class Entry:
    """One audit record as stored; `before`, `after` and `facts` are JSON texts, instants ISO texts in UTC.

    `recorded_at` is when it was written. Where the demo replays its history, `replayed_at` is the instant for which the
    record and its facts stand.
    """

    fact_id: str
    seq: int
    recorded_at: str
    actor: str
    action: str
    subject: str | None
    before: str
    after: str
    facts: str
    prev_hash: str
    hash: str
    replayed_at: str | None = None

    @property
    def head(self) -> Head:
        """The head of the chain that ends here."""
        return Head(self.seq, self.hash, self.replayed_at)

    @property
    def stands_for(self) -> str:
        """The instant from which on what it tells was known: that of the replay, else when it was written."""
        return self.replayed_at or self.recorded_at

    def columns(self) -> dict[str, object]:
        """Its values by column, without the mark of a replay where there is none."""
        return {name: value for name, value in vars(self).items() if name != LATER or value is not None}

    def computed_hash(self) -> str:
        """Compute the hash of a record: SHA-256 over everything else of it, the previous hash included."""
        content = self.columns()
        del content["hash"]
        return digest(content)

    def claims(self) -> list[tuple[str, str, str]]:
        """Table, fact_id and SHA-256 of each fact that the action wrote."""
        return [(str(table), str(fact_id), str(sha256)) for table, fact_id, sha256 in json.loads(self.facts)]


class ReplayRefusedError(Exception):
    """A record was to be replayed in a chain that holds others, or out of order: a defect of the program."""


def audit_record(audit_context: AuditContext, facts: Sequence[Fact], head: Head) -> Entry:
    """The record of an audit context and its facts that follows on `head`.

    While the demo replays, it says so, and ReplayRefusedError is raised unless all before it were replayed, in order.
    """
    replayed_at = _replayed_at(head)
    subjects = sorted({*audit_context.before, *audit_context.after})
    content: dict[str, object] = {
        "fact_id": audit_context.fact_id,
        "seq": head.seq + 1,
        "recorded_at": stored(real_now()).isoformat(timespec="microseconds"),
        "actor": audit_context.actor,
        "action": audit_context.action,
        "subject": subjects[0] if len(subjects) == 1 else None,
        "before": canonical(audit_context.before),
        "after": canonical(audit_context.after),
        "facts": canonical([[fact.table, fact.fact_id, fact.sha256] for fact in facts]),
        "prev_hash": head.hash,
    }
    if replayed_at is not None:
        content[LATER] = replayed_at
    return entry_of({**content, "hash": digest(content)})


def _replayed_at(head: Head) -> str | None:
    """The instant that is replayed, as a record tells it; None when the clock is that of the machine."""
    instant = replayed_now()
    if instant is None:
        return None
    written = stored(instant).isoformat(timespec="microseconds")
    if head.seq and (head.replayed_at is None or head.replayed_at > written):
        raise ReplayRefusedError(
            f"{written} cannot be replayed after {head}; only the demo replays, in a home it makes"
        )
    return written


def entry_of(values: Mapping[str, object]) -> Entry:
    """A record from its columns; raises ValueError when one is missing or of another type."""
    if values.keys() | {LATER} != NAMES or not isinstance(values["seq"], int):
        raise ValueError("an audit record has other columns")
    if not all(isinstance(values[name], str) for name in TEXTS) or not isinstance(values.get(LATER), str | None):
        raise ValueError("an audit record has columns of other types")
    return Entry(**values)  # type: ignore[arg-type]


class HasCursor(Protocol):
    """A store that gives cursors."""

    def cursor(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A cursor for one call."""


def list_entries(store: HasCursor, as_of: datetime | None = None) -> list[Entry]:
    """The records of the store in their order, as known at `as_of`."""
    with store.cursor() as cursor:
        return read_entries(cursor, as_of=as_of)


def read_entries(
    cursor: duckdb.DuckDBPyConnection, *, last: bool = False, as_of: datetime | None = None
) -> list[Entry]:
    """The records of the store in their order, or only the last one; as known at `as_of`."""
    order = "ORDER BY seq DESC LIMIT 1" if last else "ORDER BY seq"
    found = []
    statement = f"SELECT {SELECTED} FROM audit WHERE coalesce(replayed_at, recorded_at) <= ? {order}"
    for row in cursor.execute(statement, [horizon(as_of)]).fetchall():
        values = dict(zip(COLUMNS, row, strict=True))
        for name in ("recorded_at", LATER):
            moment = values[name]
            values[name] = moment.isoformat(timespec="microseconds") if isinstance(moment, datetime) else moment
        found.append(entry_of(values))
    return found


def insert_entries(cursor: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Add records to the store."""
    marks = ", ".join(f"({', '.join('?' for _ in COLUMNS)})" for _ in entries)
    values = [getattr(entry, name) for entry in entries for name in COLUMNS]
    cursor.execute(f"INSERT INTO audit ({SELECTED}) VALUES {marks}", values)
