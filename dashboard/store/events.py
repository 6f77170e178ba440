"""What happened to models: deployments, incidents and the other kinds of events, each with its own time."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from dashboard.schema.card.card import ModelCard
from dashboard.schema.events import Event
from dashboard.schema.recorded import content_text, recorded_content, text_key
from dashboard.schema.times import end_instant, instant
from dashboard.store.audit.facts import known_ids
from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, append_rows
from dashboard.store.engine.selection import Models, of_models


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it was recorded; instants are aware and in UTC, `content` is the event as JSON values.

    `recorded_at` and `actor` tell when and by whom; `source_name` names the files of an import, and is None for what
    somebody did by an action.
    """

    fact_id: str
    model_id: str
    kind: str
    happened_at: datetime
    happened_until: datetime | None
    version: str | None
    known_at: datetime
    content: dict[str, Any]
    recorded_at: datetime
    actor: str
    source_name: str | None

    @property
    def imported_by(self) -> str | None:
        """Who imported the event, as the ledger names them; None for what a person did by an action."""
        return self.actor if self.source_name is not None else None

    def days(self, card: ModelCard) -> tuple[date, date]:
        """The first and the last day of the event in the time zone of its model's card."""
        first, until = card.local_day(self.happened_at), self.happened_until
        last = first if until is None else card.local_day(until - timedelta(microseconds=1))
        return first, max(first, last)


def append_events(
    cursor: duckdb.DuckDBPyConnection, events: Sequence[tuple[Event, str]], actor: str, source_name: str | None
) -> list[Event]:
    """Record events that are not recorded yet; days begin in the model's zone. Returns the new ones."""
    recorded_at = stored(now())
    found, read = {}, {}
    for event, zone in events:
        content = content_text(recorded_content(event))
        digest = text_key(content)
        known_at = stored(instant(event.known_at, zone)) if event.known_at else recorded_at
        until = stored(end_instant(event.until, zone)) if event.until else None
        read[digest] = event
        found[digest] = [
            digest, recorded_at, actor, event.model, event.kind, stored(instant(event.at, zone)), until,
            event.version, known_at, content, source_name,
        ]  # fmt: skip
    # Asking first is quicker than ON CONFLICT DO NOTHING, which DuckDB 1.5.5 takes three times as long to plan.
    known = known_ids(cursor, "events", list(found))
    append_rows(cursor, "events", [values for digest, values in found.items() if digest not in known])
    return [event for digest, event in read.items() if digest not in known]


def list_events(
    store: Store, models: Models = None, kinds: Sequence[str] | None = None, as_of: datetime | None = None
) -> list[RecordedEvent]:
    """Events known at `as_of`, by time."""
    only, chosen = of_models(models)
    where, values = ["least(known_at, recorded_at) <= ?", only], [horizon(as_of), *chosen]
    if kinds is not None:
        where.append("kind IN (SELECT unnest(?))")
        values.append(list(kinds))
    statement = (
        "SELECT fact_id, model_id, kind, happened_at, happened_until, version, known_at, content, "
        f"recorded_at, actor, source_name FROM events WHERE {' AND '.join(where)} "
        "ORDER BY happened_at, least(known_at, recorded_at), recorded_at, fact_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, values).fetchall()
    return [
        RecordedEvent(
            fact_id,
            model,
            kind,
            as_utc(start),
            as_utc(end) if end else None,
            version,
            as_utc(known_at),
            json.loads(content),
            as_utc(recorded),
            actor,
            source,
        )
        for fact_id, model, kind, start, end, version, known_at, content, recorded, actor, source in found
    ]


def lineage_texts(
    store: Store, as_of: datetime | None = None, words: Collection[str] | None = None
) -> list[tuple[datetime, str]]:
    """Return the instant (UTC, aware) and the received JSON of each lineage run recorded by `as_of`.

    With `words` those whose text holds one of them.
    """
    only = "true" if words is None else " OR ".join("contains(content, ?)" for _ in words) or "false"
    statement = (
        f"SELECT event_time, content FROM lineage_events WHERE recorded_at <= ? AND ({only}) ORDER BY event_time"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *(words or ())]).fetchall()
    return [(as_utc(moment), str(content)) for moment, content in found]
