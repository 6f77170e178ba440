"""Two clocks: what the figures of periods were on a day, and what they are now that more is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.schema.times import end_instant
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark

# How long ago is asked about where nobody names a day.
USUAL = timedelta(days=90)
COLUMNS = declare(
    "period metric",
    Column("believed_on", "day", mark("Believed on")),
    Column("believed", "number", mark("Believed then")),
    Column("believed_low", "number", mark("Believed, 95% from")),
    Column("believed_high", "number", mark("Believed, 95% to")),
    Column("believed_source", "code", mark("Believed because")),
    Column("believed_labelled", "count", mark("Outcomes known then")),
    Column("value", "number", mark("Known now")),
    Column("low", "number", mark("Now, 95% from")),
    Column("high", "number", mark("Now, 95% to")),
    Column("labelled", "count", mark("Outcomes known now")),
    "difference",
)
Key = tuple[str, str]
Rows = Mapping[Key, Mapping[str, Any]]


@view("two-clocks", columns=COLUMNS)
def two_clocks(store: Store, query: Query) -> pd.DataFrame:
    """What did we believe on a day about each period, and what was true?

    Columns: period, metric, believed_on (the day: `on`, else 90 days ago), believed with believed_low and believed_high
    (95 % interval) as shown at the end of that day, believed_source (measured from outcomes known then; estimated from
    scores where none were), believed_labelled, value, low, high and labelled (as known at `as_of`, else now; null = no
    outcome is known yet), difference (value - believed). Only periods of which predictions were logged by that day.
    """
    assert query.model is not None
    card = get_card(store, query.model)
    day = query.on or card.local_day(query.as_of or now()) - USUAL
    then = replace(query, on=None, as_of=end_instant(day, card.time_zone) - timedelta(microseconds=1))
    measured, estimated = _figures(store, "performance", then), _figures(store, "estimate", then)
    known = _figures(store, "performance", replace(query, on=None))
    keys = dict.fromkeys([*measured, *estimated])
    found = [_row(key, day, (measured.get(key), estimated.get(key), known.get(key))) for key in keys]
    found.sort(key=lambda row: (str(row["metric"]), str(row["period"])))
    return pd.DataFrame(found, columns=COLUMNS.names, dtype=object)


def _figures(store: Store, name: str, query: Query) -> Rows:
    rows = records(VIEWS.get(name).read(store, query))
    return {
        (row["period"], row["metric"]): row for row in rows if query.metric is None or row["metric"] == query.metric
    }


def _row(
    key: Key, day: date, figures: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None, Mapping[str, Any] | None]
) -> dict[str, object]:
    """One period and metric; what was measured on the day counts before what was estimated."""
    measured, estimated, known = figures
    is_measured = measured is not None and measured["value"] is not None
    believed = measured if is_measured else estimated
    before = believed["value"] if believed else None
    after = known["value"] if known else None
    return {
        "period": key[0],
        "metric": key[1],
        "believed_on": day.isoformat(),
        "believed": before,
        "believed_low": believed["low"] if believed else None,
        "believed_high": believed["high"] if believed else None,
        "believed_source": None if before is None else "measured" if is_measured else "estimated",
        "believed_labelled": measured["labelled"] if measured else 0,
        "value": after,
        "low": known["low"] if known else None,
        "high": known["high"] if known else None,
        "labelled": known["labelled"] if known else 0,
        "difference": None if before is None or after is None else after - before,
    }
