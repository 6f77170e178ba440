"""OpenLineage events as they were received: each once, whole. What they say of the graph is derived elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.lineage import Received
from dashboard.store.audit.facts import canonical, digest
from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, append_rows, rows


@dataclass(frozen=True)
class LineageEvent:
    """A recorded event; `content` is its JSON text."""

    fact_id: str
    recorded_at: datetime
    actor: str
    event_time: datetime
    event_type: str | None
    run_id: str | None
    job_namespace: str | None
    job_name: str | None
    content: str


def lineage_id(event: Received) -> str:
    """The key of an event: SHA-256 of its canonical content, so that one sent twice is the same.

    Raises InputRefusedError for content that no JSON text holds: infinite numbers, halves of characters.
    """
    try:
        return digest(event.content)
    except UnicodeEncodeError:
        raise _unwritable("half of a character (a lone surrogate)", "correct the sender's encoding") from None


def append_lineage(
    cursor: duckdb.DuckDBPyConnection, events: Sequence[tuple[str, Received]], actor: str
) -> tuple[datetime, dict[str, Received]]:
    """Record events with their keys that are not recorded yet; returns those by key, and when (UTC, as stored)."""
    recorded_at = stored(now())
    known = cursor.execute(
        "SELECT fact_id FROM lineage_events WHERE fact_id IN (SELECT unnest(?))", [[key for key, _ in events]]
    ).fetchall()
    new = {key: event for key, event in events if (key,) not in set(known)}
    append_rows(cursor, "lineage_events", [_row(key, event, recorded_at, actor) for key, event in new.items()])
    return recorded_at, new


def _row(key: str, event: Received, recorded_at: datetime, actor: str) -> list[object]:
    namespace, name = event.job or (None, None)
    return [
        key, recorded_at, actor, stored(event.event_time), event.event_type, event.run_id, namespace, name,
        canonical(event.content),
    ]  # fmt: skip


def names_model(text: str, model_id: str) -> bool:
    """Return whether the JSON text of an event names a model: as a value, or as the last part of one."""
    return any(name in text for name in (f'"{model_id}"', f'/{model_id}"', f'.{model_id}"', f':{model_id}"'))


def list_lineage(
    store: Store, start: datetime | None, end: datetime | None, as_of: datetime | None, most: int
) -> list[LineageEvent]:
    """The `most` newest events with `start` <= event time < `end`, known at `as_of`; newest first."""
    statement = (
        "SELECT * FROM lineage_events WHERE recorded_at <= ? AND event_time >= ? AND event_time < ? "
        "ORDER BY event_time DESC, recorded_at DESC, fact_id LIMIT ?"
    )
    first = datetime(1, 1, 1) if start is None else stored(start)
    with store.cursor() as cursor:
        found = rows(cursor, statement, [horizon(as_of), first, horizon(end), most])
    events = [LineageEvent(**row) for row in found]  # type: ignore[arg-type]
    return [_aware(event) for event in events]


def _aware(event: LineageEvent) -> LineageEvent:
    values = {**vars(event), "recorded_at": as_utc(event.recorded_at), "event_time": as_utc(event.event_time)}
    return LineageEvent(**values)


def _unwritable(what: str, repair: str) -> InputRefusedError:
    return InputRefusedError([Problem(f"received {what}; allowed is what JSON can hold; {repair}")])


def models_named(text: str, models: Collection[str]) -> set[str]:
    """Select the models that the JSON text of an event names, as `names_model` does."""
    found = set()
    for ending in text.split('"'):
        found.add(ending)
        found.update(ending[place + 1 :] for place, sign in enumerate(ending) if sign in "/.:")
    return {model_id for model_id in found if model_id in models}
