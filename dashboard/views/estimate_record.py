"""How good estimates were: what was estimated before outcomes were known beside what they showed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from dashboard.measures.intervals import wilson
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import ALL_METRICS
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import VIEWS, view
from dashboard.words import Sentence, mark

COLUMNS = declare(
    "metric",
    Column("periods", "count", mark("Periods compared")),
    Column("within", "count", mark("Outcome within the interval")),
    Column("within_share", "share", mark("Share within the interval")),
    "low high limit",
    Column("right_alarms", "count", mark("Right alarms")),
    Column("wrong_alarms", "count", mark("Wrong alarms")),
    Column("missed_alarms", "count", mark("Missed alerts")),
    "reason",
)
# Of fewer periods no share is given.
FEWEST = 5
# A period counts once so much of the usual share of its outcomes (the median of all periods) is known.
SETTLED = 0.8
BETTER = {metric.name: metric.better for metric in ALL_METRICS}
TOO_FEW = mark("Periods with an estimate and known outcomes: {n}; a share needs {fewest}.")
Row = dict[str, Any]


@view("estimate-record", columns=COLUMNS)
def estimate_record(store: Store, query: Query) -> pd.DataFrame:
    """How often did outcomes turn out within the interval of the estimate, and how often did it warn rightly?

    Columns: metric, periods (with an estimate with its interval, and at least 0.8 of the usual share of outcomes
    known), within (periods whose measured value lies in the estimate's 95 % interval), within_share with low and high
    (Wilson, 95 %; null: fewer than five periods, with the reason), limit (of the card), right_alarms (the whole
    interval of the estimate lay beyond the limit, and outcomes alert), wrong_alarms (it did, and outcomes do not),
    missed_alarms (outcomes alert, and it did not; null: the card has no limit), reason.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    performance, estimate = (VIEWS.get(name).read(store, query) for name in ("performance", "estimate"))
    found = compared(performance, estimate, card, query.language)
    return found if query.metric is None else found[found["metric"] == query.metric].reset_index(drop=True)


def compared(performance: pd.DataFrame, estimate: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """The record of the estimate from frames with the columns of the views `performance` and `estimate`."""
    if performance.empty or estimate.empty:
        return COLUMNS.typed(pd.DataFrame(columns=COLUMNS.names))
    estimated = {(row["period"], row["metric"]): row for row in records(estimate)}
    usual = (performance["labelled"] / performance["predictions"]).median()
    pairs: dict[str, list[tuple[Row, Row]]] = {}
    for row in records(performance):
        before = estimated.get((row["period"], row["metric"]))
        settled = row["labelled"] >= SETTLED * usual * row["predictions"]
        if before is not None and settled and None not in (row["value"], before["low"], before["high"]):
            pairs.setdefault(row["metric"], []).append((row, before))
    found = [_of_metric(metric, both, card, language) for metric, both in pairs.items()]
    return COLUMNS.typed(pd.DataFrame(found, columns=COLUMNS.names, dtype=object))


def _of_metric(metric: str, both: Sequence[tuple[Row, Row]], card: ModelCard, language: str) -> Row:
    number = len(both)
    within = sum(before["low"] <= row["value"] <= before["high"] for row, before in both)
    low, high = wilson(within / number, number) if number >= FEWEST else (None, None)
    limit = next((entry.limit for entry in card.business.key_metrics if entry.metric == metric), None)
    counts = dict.fromkeys(("right_alarms", "wrong_alarms", "missed_alarms"), None if limit is None else 0)
    for name in _alarms(metric, both, limit) if limit is not None else ():
        counts[name] = (counts[name] or 0) + 1
    few = Sentence(TOO_FEW, {"n": number, "fewest": FEWEST}).render(language) if number < FEWEST else None
    return {
        "metric": metric, "periods": number, "within": within,
        "within_share": within / number if number >= FEWEST else None,
        "low": low, "high": high, "limit": limit, **counts, "reason": few,
    }  # fmt: skip


def _alarms(metric: str, both: Sequence[tuple[Row, Row]], limit: float) -> Iterator[str]:
    """What each period says about the alarms of the estimate; nothing where outcomes allow no verdict."""
    for row, before in both:
        alarms = is_beyond(metric, before["low"], before["high"], limit)
        if row["status"] == "alert":
            yield "right_alarms" if alarms else "missed_alarms"
        elif row["status"] in ("ok", "warn") and alarms:
            yield "wrong_alarms"


def is_beyond(metric: str, low: float, high: float, limit: float) -> bool:
    """Whether a whole interval lies beyond the limit of a metric."""
    better = BETTER[metric]
    if better == "higher":
        return high < limit
    return low > limit if better == "lower" else low > abs(limit) or high < -abs(limit)
