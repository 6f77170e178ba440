"""Two clocks: what figures, money and statuses were on a day, and what they are now that more is known."""

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
from dashboard.store.listed_models import list_models
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
MONEY = declare(
    "period",
    Column("believed_on", "day", mark("Believed on")),
    Column("believed", "money", mark("Believed then")),
    Column("believed_low", "money", mark("Believed, 95% from")),
    Column("believed_high", "money", mark("Believed, 95% to")),
    Column("believed_source", "code", mark("Believed because")),
    Column("believed_promised", "money", mark("Promised then")),
    Column("believed_verdict", "code", mark("Verdict then")),
    Column("value", "money", mark("Known now")),
    Column("low", "money", mark("Now, 95% from")),
    Column("high", "money", mark("Now, 95% to")),
    "source",
    Column("promised", "money", mark("Promised as known now")),
    Column("verdict", "code", mark("Verdict now")),
    Column("difference", "money", mark("Difference")),
    "currency",
)
STATUSES = declare(
    "area",
    Column("believed_on", "day", mark("Believed on")),
    Column("believed_status", "status", mark("Status then")),
    Column("believed_reason", "text", mark("Reason then")),
    "status reason",
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
    day, then = _then(store, query)
    measured, estimated = _figures(store, "performance", then), _figures(store, "estimate", then)
    known = _figures(store, "performance", replace(query, on=None))
    keys = dict.fromkeys([*measured, *estimated])
    found = [_row(key, day, (measured.get(key), estimated.get(key), known.get(key))) for key in keys]
    found.sort(key=lambda row: (str(row["metric"]), str(row["period"])))
    return pd.DataFrame(found, columns=COLUMNS.names, dtype=object)


def _then(store: Store, query: Query) -> tuple[date, Query]:
    """The day that is asked about, else the usual one, and the query as known at the end of that day."""
    assert query.model is not None
    card = get_card(store, query.model)
    day = query.on or card.local_day(query.as_of or now()) - USUAL
    return day, replace(query, on=None, as_of=end_instant(day, card.time_zone) - timedelta(microseconds=1))


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


@view("value-two-clocks", columns=MONEY)
def value_two_clocks(store: Store, query: Query) -> pd.DataFrame:
    """What money did we believe on a day that each period brings, and what did it bring?

    Columns: period, believed_on (the day: `on`, else 90 days ago), believed with believed_low and believed_high (95 %
    interval), believed_source (realised, estimated, reported), believed_promised and believed_verdict as shown at the
    end of that day; value, low, high, source, promised and verdict as known at `as_of`, else now; difference (value -
    believed), currency. Money is what the verdict rests on. Only periods of which predictions were logged by that day.
    """
    day, then = _then(store, query)
    believed = records(VIEWS.get("value").read(store, then))
    known = {row["period"]: row for row in records(VIEWS.get("value").read(store, replace(query, on=None)))}
    rows = [_money_row(row, known.get(row["period"], {}), day) for row in believed]
    return pd.DataFrame(rows, columns=MONEY.names, dtype=object)


def _money_row(then: Mapping[str, Any], known: Mapping[str, Any], day: date) -> dict[str, object]:
    before, after = _money(then), _money(known)
    return {
        "period": then["period"],
        "believed_on": day.isoformat(),
        "believed": before,
        "believed_low": then["low"],
        "believed_high": then["high"],
        "believed_source": then["source"],
        "believed_promised": then["promised"],
        "believed_verdict": then["verdict"],
        "value": after,
        **{name: known.get(name) for name in ("low", "high", "source", "promised", "verdict")},
        "difference": None if before is None or after is None else after - before,
        "currency": then["currency"],
    }


def _money(row: Mapping[str, Any]) -> float | None:
    """The money that the verdict of a period rests on; None where nothing is known."""
    amount: float | None = row["estimated" if row["source"] == "estimated" else "realised"] if row else None
    return amount


@view("status-two-clocks", columns=STATUSES)
def status_two_clocks(store: Store, query: Query) -> pd.DataFrame:
    """Which status did we believe in on a day, and which one was it by all that is known now?

    Columns: area, believed_on (the day: `on`, else 90 days ago), believed_status and believed_reason (of that day, as
    known at its end), status and reason (of the same day, as known at `as_of`, else now). Nothing where the model was
    not known on that day.
    """
    day, then = _then(store, query)
    if query.model not in list_models(store, then.as_of):
        return pd.DataFrame()
    read = VIEWS.get("status").read
    believed = {row["area"]: row for row in records(read(store, replace(then, on=day)))}
    known = {row["area"]: row for row in records(read(store, replace(query, on=day)))}
    rows = [
        (
            area, day.isoformat(), *(believed.get(area, {}).get(name) for name in ("status", "reason")),
            *(known.get(area, {}).get(name) for name in ("status", "reason")),
        )
        for area in dict.fromkeys([*believed, *known])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=STATUSES.names, dtype=object)
