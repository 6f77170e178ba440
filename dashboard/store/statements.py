"""What people state about models, each with who and when: comments, decisions, acknowledgements, answers, looks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, rows

# The kinds of statements that are talk about a model as a whole.
COMMENT, DECISION, RATING_REQUESTED = "comment", "decision", "rating_requested"
DISCUSSION_KINDS = (COMMENT, DECISION, RATING_REQUESTED)


@dataclass(frozen=True)
class NewStatement:
    """What is stated: a `kind` of statement about a model, by a person (None: a program) through an `actor`.

    `subject` names what it is about within the model: an alert, an area, a risk, a role.
    """

    kind: str
    model_id: str
    actor: str
    person_id: str | None = None
    subject: str | None = None
    content: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Statement:
    """A recorded statement."""

    fact_id: str
    recorded_at: datetime
    actor: str
    person_id: str | None
    model_id: str
    kind: str
    subject: str | None
    content: dict[str, object]


def append_statement(cursor: duckdb.DuckDBPyConnection, said: NewStatement) -> str:
    """Record a statement and return its key."""
    fact_id = str(uuid.uuid4())
    content = json.dumps(dict(said.content or {}), sort_keys=True, ensure_ascii=False, default=str)
    cursor.execute(
        "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [fact_id, stored(now()), said.actor, said.person_id, said.model_id, said.kind, said.subject, content],
    )
    return fact_id


def list_statements(
    store: Store, kinds: Sequence[str] | None = None, model_id: str | None = None, as_of: datetime | None = None
) -> list[Statement]:
    """Statements of some kinds (None: of all) known at `as_of`, oldest first."""
    where, values = ["recorded_at <= ?"], [horizon(as_of)]
    if kinds is not None:
        where.append("kind IN (SELECT unnest(?))")
        values.append(list(kinds))  # type: ignore[arg-type]
    if model_id is not None:
        where.append("model_id = ?")
        values.append(model_id)  # type: ignore[arg-type]
    statement = f"SELECT * FROM statements WHERE {' AND '.join(where)} ORDER BY recorded_at, fact_id"
    with store.cursor() as cursor:
        return [_statement(row) for row in rows(cursor, statement, values)]


def _statement(row: dict[str, object]) -> Statement:
    recorded_at = row["recorded_at"]
    assert isinstance(recorded_at, datetime)
    person, subject = row["person_id"], row["subject"]
    return Statement(
        fact_id=str(row["fact_id"]),
        recorded_at=as_utc(recorded_at),
        actor=str(row["actor"]),
        person_id=None if person is None else str(person),
        model_id=str(row["model_id"]),
        kind=str(row["kind"]),
        subject=None if subject is None else str(subject),
        content=json.loads(str(row["content"])),
    )
