"""What happened to models: deployments, incidents and the other kinds of events, each with its own time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dashboard.schema.events import Event
from dashboard.schema.times import end_instant, instant
from dashboard.store.clock import horizon, now, stored, told
from dashboard.store.database import Store, append_rows
from dashboard.store.facts import known_ids


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it was recorded; instants are aware and in UTC, `content` is the event as JSON values."""

    fact_id: str
    model_id: str
    kind: str
    happened_at: datetime
    happened_until: datetime | None
    version: str | None
    known_at: datetime
    content: dict[str, Any]


def append_events(
    cursor: duckdb.DuckDBPyConnection, events: Sequence[tuple[Event, str]], actor: str, source_name: str | None
) -> list[tuple[str, str]]:
    """Record events that are not recorded yet; days begin in the model's zone. Returns model and kind of new ones."""
    recorded_at = stored(now())
    found = {}
    for event, zone in events:
        content = json.dumps(event.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(content.encode()).hexdigest()
        known_at = stored(instant(event.known_at, zone)) if event.known_at else recorded_at
        until = stored(end_instant(event.until, zone)) if event.until else None
        found[digest] = [
            digest, recorded_at, actor, event.model, event.kind, stored(instant(event.at, zone)), until,
            event.version, known_at, content, source_name,
        ]  # fmt: skip
    # Asking first is quicker than ON CONFLICT DO NOTHING, which DuckDB 1.5.5 takes three times as long to plan.
    known = known_ids(cursor, "events", list(found))
    new = [values for digest, values in found.items() if digest not in known]
    append_rows(cursor, "events", new)
    return [(str(values[3]), str(values[4])) for values in new]


def list_events(
    store: Store, model_id: str | None = None, kinds: Sequence[str] | None = None, as_of: datetime | None = None
) -> list[RecordedEvent]:
    """Events known at `as_of`, by time."""
    where, values = ["least(known_at, recorded_at) <= ?"], [horizon(as_of)]
    if model_id is not None:
        where.append("model_id = ?")
        values.append(model_id)  # type: ignore[arg-type]
    if kinds is not None:
        where.append("kind IN (SELECT unnest(?))")
        values.append(list(kinds))  # type: ignore[arg-type]
    statement = (
        "SELECT fact_id, model_id, kind, happened_at, happened_until, version, known_at, content FROM events "
        f"WHERE {' AND '.join(where)} ORDER BY happened_at, least(known_at, recorded_at), recorded_at, fact_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, values).fetchall()
    return [
        RecordedEvent(
            fact_id, model, kind, told(start), told(end) if end else None, version, told(known_at), json.loads(content)
        )
        for fact_id, model, kind, start, end, version, known_at, content in found
    ]


def lineage_texts(store: Store, as_of: datetime | None = None) -> list[tuple[datetime, str]]:
    """When each lineage run recorded by `as_of` happened (UTC, aware), and what was received of it as JSON."""
    statement = "SELECT event_time, content FROM lineage_events WHERE recorded_at <= ? ORDER BY event_time"
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of)]).fetchall()
    return [(told(moment), str(content)) for moment, content in found]
