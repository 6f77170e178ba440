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
from dashboard.store.engine.clock import horizon, now, stored

BEGINNING = "0" * 64
COLUMNS = (
    "fact_id", "seq", "recorded_at", "actor", "action", "subject", "before", "after", "facts", "prev_hash", "hash",
)  # fmt: skip
NAMES = frozenset(COLUMNS)
TEXTS = tuple(name for name in COLUMNS if name not in ("seq", "subject"))
SELECTED = ", ".join(f'"{name}"' for name in COLUMNS)


@dataclass
class AuditContext:
    """The context of a transaction: who does what, and by subject what was there before and is after.

    A subject is a model id, or a kind and an id (`person anna.keller`); values are JSON. A transaction that writes
    facts needs one; without facts and without anything in `before` and `after` no record is made.
    """

    action: str
    actor: str
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)
    fact_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Head:
    """The end of a chain: the number and the hash of its last record."""

    seq: int = 0
    hash: str = BEGINNING

    def __str__(self) -> str:
        """Number and first digits of the hash."""
        return f"record {self.seq} ({self.hash[:12]})" if self.seq else "no record"


@dataclass(frozen=True)
class Entry:
    """One audit record as stored; `before`, `after` and `facts` are JSON texts, `recorded_at` an ISO text in UTC."""

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

    @property
    def head(self) -> Head:
        """The head of the chain that ends here."""
        return Head(self.seq, self.hash)

    def columns(self) -> dict[str, object]:
        """Its values by column."""
        return dict(vars(self))

    def computed_hash(self) -> str:
        """Compute the hash of a record: SHA-256 over everything else of it, the previous hash included."""
        content = self.columns()
        del content["hash"]
        return digest(content)

    def claims(self) -> list[tuple[str, str, str]]:
        """Table, fact_id and SHA-256 of each fact that the action wrote."""
        return [(str(table), str(fact_id), str(sha256)) for table, fact_id, sha256 in json.loads(self.facts)]


def audit_record(audit_context: AuditContext, facts: Sequence[Fact], head: Head) -> Entry:
    """The record of an audit context and its facts that follows on `head`."""
    subjects = sorted({*audit_context.before, *audit_context.after})
    content: dict[str, object] = {
        "fact_id": audit_context.fact_id,
        "seq": head.seq + 1,
        "recorded_at": stored(now()).isoformat(timespec="microseconds"),
        "actor": audit_context.actor,
        "action": audit_context.action,
        "subject": subjects[0] if len(subjects) == 1 else None,
        "before": canonical(audit_context.before),
        "after": canonical(audit_context.after),
        "facts": canonical([[fact.table, fact.fact_id, fact.sha256] for fact in facts]),
        "prev_hash": head.hash,
    }
    return entry_of({**content, "hash": digest(content)})


def entry_of(values: Mapping[str, object]) -> Entry:
    """A record from its columns; raises ValueError when one is missing or of another type."""
    if values.keys() != NAMES or not isinstance(values["seq"], int):
        raise ValueError("an audit record has other columns")
    if not all(isinstance(values[name], str) for name in TEXTS):
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
    statement = f"SELECT {SELECTED} FROM audit WHERE recorded_at <= ? {order}"
    for row in cursor.execute(statement, [horizon(as_of)]).fetchall():
        values = dict(zip(COLUMNS, row, strict=True))
        moment = values["recorded_at"]
        assert isinstance(moment, datetime)
        found.append(entry_of({**values, "recorded_at": moment.isoformat(timespec="microseconds")}))
    return found


def insert_entries(cursor: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Add records to the store."""
    marks = ", ".join(f"({', '.join('?' for _ in COLUMNS)})" for _ in entries)
    values = [value for entry in entries for value in entry.columns().values()]
    cursor.execute(f"INSERT INTO audit ({SELECTED}) VALUES {marks}", values)
