"""Where rows and events are fetched from, how each source does, and what became of each reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from dashboard.connectors.incoming.sources.standing import standing_of, visible_sources
from dashboard.schema.access import BUILDERS
from dashboard.schema.config.sources import Source
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.source_records import SourceRecord, list_source_records
from dashboard.views.columns import declare
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

SOURCE = Column("source", "id", mark("Source"))
SAID = Column("said", "text", mark("What was said"))
SOURCES = declare(
    SOURCE,
    "kind",
    Column("gives", "code", mark("Gives")),
    "model",
    Column("every_minutes", "number", mark("Every"), unit=mark("minutes")),
    "state",
    Column("taken", "count", mark("Items taken")),
    Column("refused", "count", mark("Items refused")),
    Column("last_at", "instant", mark("Last new item")),
    Column("problem", "text", mark("Problem")),
)
READINGS = declare(
    SOURCE,
    "at",
    Column("became", "code", mark("What became of it")),
    Column("item", "text", mark("Item")),
    SAID,
    "actor",
)


@view("sources", columns=SOURCES, model="none", roles=frozenset(BUILDERS))
def sources(store: Store, query: Query) -> pd.DataFrame:
    """Where are rows and events fetched from, and does each source work?

    Columns: source (its name), kind (files, database), gives (predictions, actuals, attributions, events, lineage),
    model (null = the events name theirs), every_minutes, state (works: nothing of it is refused; never_read: nothing
    was read of it yet; paused; refuses: an item is refused; fails: it cannot be read), taken and refused (items whose
    newest reading ended so), last_at (UTC, when an item was taken last), problem (what is refused, or why it fails).
    """
    records = list_source_records(store, None, query.as_of)
    found = [
        _source(one, [record for record in records if record.source == one.name])
        for one in visible_sources(store.home, query.sees).values()
    ]
    return pd.DataFrame(found, columns=SOURCES.names, dtype=object)


def _source(one: Source, records: Sequence[SourceRecord]) -> tuple[object, ...]:
    newest = {record.content["item"]: record for record in records if record.kind in ("taken", "refused")}
    counts = Counter(record.kind for record in newest.values())
    taken = [record.recorded_at for record in records if record.kind == "taken"]
    state, problem = standing_of(records)
    return (
        one.name, one.kind, one.gives, one.model, one.every.total_seconds() / 60, state, counts["taken"],
        counts["refused"], written(max(taken)) if taken else None, problem,
    )  # fmt: skip


@view("source-readings", columns=READINGS, model="none", roles=frozenset(BUILDERS))
def source_readings(store: Store, query: Query) -> pd.DataFrame:
    """What was read from the sources, and what became of it?

    Columns: source, at (UTC), became (taken, refused, failed, paused, resumed), item (a file, or the stretch of a
    query), said (what was done, or why not), actor (who asked for it). Newest first.
    """
    seen = visible_sources(store.home, query.sees)
    found = [
        (
            record.source, written(record.recorded_at), record.kind, record.content.get("item"),
            record.content.get("said") or record.content.get("reason"), record.actor,
        )
        for record in reversed(list_source_records(store, None, query.as_of))
        if record.source in seen
    ]  # fmt: skip
    return pd.DataFrame(found, columns=READINGS.names, dtype=object)
