"""The OpenLineage events that arrived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from dashboard.store.cards import list_cards
from dashboard.store.engine.database import Store
from dashboard.store.lineage import LineageEvent, list_lineage, names_model
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("at type job run received_at by event")
MOST = 10_000


@view("lineage-events", columns=COLUMNS, model="none", roles=frozenset({"data_scientist", "manager", "admin"}))
def lineage_events(store: Store, query: Query) -> pd.DataFrame:
    """Which OpenLineage events have arrived, and from whom?

    Columns: at (the event's own time, UTC), type (START ... OTHER; job or dataset for events outside a run), job
    (namespace and name), run (its id), received_at (UTC), by (who sent it), event (its id). Newest first, at most
    10,000; `start` and `end` are days in UTC, `on` leaves out what came later than that day. Who does not see every
    model gets the events that name a model they see, and none that names another one.
    """
    last = min((day for day in (query.end, query.on) if day is not None), default=None)
    start = None if query.start is None else _midnight(query.start)
    end = None if last is None else _midnight(last + timedelta(days=1))
    found = list_lineage(store, start, end, query.as_of, MOST)
    if query.seen is not None:
        hidden = list_cards(store, query.as_of).keys() - query.seen
        found = [event for event in found if _may_be_seen(event.content, query.seen, hidden)]
    records = [(e.event_time, _type(e), _job(e), e.run_id, e.recorded_at, e.actor, e.fact_id) for e in found]
    return pd.DataFrame(records, columns=COLUMNS.names, dtype=object)


def _may_be_seen(text: str, seen: Iterable[str], hidden: Iterable[str]) -> bool:
    return any(names_model(text, one) for one in seen) and not any(names_model(text, one) for one in hidden)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _type(event: LineageEvent) -> str:
    if event.event_type is not None:
        return event.event_type
    return "OTHER" if event.run_id is not None else "dataset" if event.job_name is None else "job"


def _job(event: LineageEvent) -> str | None:
    return None if event.job_name is None else f"{event.job_namespace}/{event.job_name}"
