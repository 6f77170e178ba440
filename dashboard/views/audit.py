"""Who did what, when, and what it changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.store.cards import get_card, list_cards
from dashboard.store.chain import Entry, list_entries
from dashboard.store.clock import told
from dashboard.store.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = ("at", "actor", "action", "subject", "before", "after", "hash")


@view("audit", columns=COLUMNS, model="optional", roles=frozenset({"manager", "admin"}))
def audit(store: Store, query: Query) -> pd.DataFrame:
    """Who did what, when, to what, and what was there before and after?

    Columns: at (UTC), actor, action, subject (a model id, or a kind and an id), before and after (JSON; null =
    nothing), hash of the record in the chain. One row for each subject, newest first. `start` and `end` are days in the
    model's time zone, in UTC without a model. Raises NotFoundError for an unknown model.
    """
    zone = ZoneInfo("UTC")
    if query.model is not None:
        known = list_cards(store)
        card = known[query.model].card if query.model in known else get_card(store, query.model)
        zone = ZoneInfo(card.time_zone)
    entries = list_entries(store, query.as_of)
    rows = [row for entry in reversed(entries) if _within(entry, query, zone) for row in _rows(entry, query.model)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _within(entry: Entry, query: Query, zone: ZoneInfo) -> bool:
    at = told(datetime.fromisoformat(entry.recorded_at))
    if query.start is not None and at < datetime.combine(query.start, time.min, zone).astimezone(UTC):
        return False
    end = query.end
    return end is None or at < datetime.combine(end + timedelta(days=1), time.min, zone).astimezone(UTC)


def _rows(entry: Entry, model: str | None) -> Iterator[tuple[object, ...]]:
    before, after = json.loads(entry.before), json.loads(entry.after)
    at = f"{entry.recorded_at}Z"
    for subject in sorted({*before, *after}) or [None]:
        if model is None or subject == model:
            values = (_text(before.get(subject)), _text(after.get(subject)))
            yield (at, entry.actor, entry.action, subject, *values, entry.hash)


def _text(value: object) -> str | None:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
