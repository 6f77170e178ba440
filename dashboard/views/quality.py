"""Data quality: what is checked of a model's data, period by period, and what fails."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

import pandas as pd

from dashboard.governance.data_quality.freshness import FRESHNESS, freshness_of
from dashboard.governance.situation.current import situation_of
from dashboard.lineage.imported import imported_checks
from dashboard.measures.figure import finite
from dashboard.measures.judging.quality import status_of
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.measures.quality.arrivals import quality_table
from dashboard.measures.quality.check import Checked
from dashboard.measures.quality.checks import checked, quality_checks, windows_of
from dashboard.measures.quality.imported import ImportedCheck, unchecked_now, worst_by_period
from dashboard.measures.quality.meanwhile import Touched
from dashboard.periods import period_start
from dashboard.profiles.periods import floor, label
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context, refuse
from dashboard.views.kinds import Column
from dashboard.views.quality_costs import KeptCosts, currency_of, made_while_failing, touched_in
from dashboard.views.quality_faults import COUNTED
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    "period feature",
    Column("dimension", "code", mark("Dimension")),
    Column("check", "text", mark("Check")),
    Column("value", "share", mark("Share affected")),
    Column("limit", "share", mark("Share allowed")),
    "status",
    Column("affected_predictions", "count", mark("Affected predictions")),
    Column("cost", "money", mark("Estimated cost")),
    "currency importance",
    Column("rows", "count", mark("Rows checked")),
    Column("since", "text", mark("Since")),
    "reason",
    Column("source", "text", mark("Checked by")),
    Column("cost_unknown", "text", mark("Why the cost is not known")),
)
Row = dict[str, object]


@view("quality", columns=COLUMNS)
def quality(store: Store, query: Query) -> pd.DataFrame:
    """Are the data of the model sound, and if not, what is wrong with them since when?

    Columns: period, feature (null: whole rows), dimension (reality, completeness, consistency, availability), check,
    value (share of the rows affected), limit (largest share allowed), status (unknown: another tool checks no longer
    what failed), affected_predictions (rows affected, or missing; of another tool's check those made from its data
    while it failed; null = not known), cost (what they bring less than others; null = not known, see cost_unknown),
    currency, importance (share, null = unknown), rows (checked), since (first day or hour of what fails), reason,
    source (`log`, or the data set that another tool checked), cost_unknown (why, of what fails). Within a period what
    fails comes first, the worst before all.
    """
    context = model_context(store, query)
    if query.segment is not None:
        refuse("--segment", "received a segment; quality is counted over all rows; leave it out")
    importance = importance_in_force(store, context.card, query.version, query.as_of)
    rows: list[Row] = [
        *_counted(store, context, importance), *_fresh(store, context), *_imported(store, context, importance)
    ]  # fmt: skip
    rows.sort(key=_rank)
    return pd.DataFrame(rows)


def _counted(store: Store, context: ModelContext, importance: Mapping[str, float]) -> Iterator[Row]:
    """The checks that are counted from the log."""
    table = quality_table(context.profiles, context.query.version) if context.profiles is not None else None
    if table is None:
        return
    asked = context.query.feature
    checks = [one for one in quality_checks(table, context.card) if asked in (None, one.feature)]
    costs = KeptCosts(store, context)
    for one in checked(table, checks, windows_of(table, context.by, context.span)):
        yield _row(one, status_of(one, importance, context.thresholds), importance, context) | costs.of(one)


def _fresh(store: Store, context: ModelContext) -> Iterator[Row]:
    """Whether predictions still come; of the period in which they should have come, else of the last one."""
    query = context.query
    if query.feature is not None or context.profiles is None:
        return
    found = freshness_of(situation_of(store, [context.card.id], query.on, query.as_of), context.card.id)
    if found is None or not _is_within(found.since or found.last, context.span):
        return
    period = label(floor(datetime.combine(found.since or found.last, time()), context.by), context.by)
    yield {
        **dict.fromkeys(COLUMNS.names),
        "period": period,
        "dimension": "availability",
        "check": FRESHNESS,
        "status": "ok" if found.since is None else "warn",
        "since": None if found.since is None else found.since.isoformat(),
        "reason": None if found.reason is None else found.reason.render(query.language),
        "source": COUNTED,
    }


def _imported(store: Store, context: ModelContext, importance: Mapping[str, float]) -> Iterator[Row]:
    """The checks of other tools."""
    query, card = context.query, context.card
    found = imported_checks(store, card, importance, query.as_of, query.seen)
    harms = made_while_failing(context, found)
    for period, start, one in worst_by_period(found, card, context.by):
        if query.feature not in (None, one.feature) or not _is_within(start.date(), context.span):
            continue
        touched = Touched(0) if one.passed else touched_in(harms[one.which], start, context.by)
        yield {
            **_stated(one, period, importance),
            "value": _number(one.observed),
            "limit": _number(one.expected),
            "status": one.status,
            "affected_predictions": touched.predictions,
            "cost": touched.cost,
            "currency": currency_of(card, touched.cost),
            "reason": None if one.passed else one.reason.render(query.language),
            "cost_unknown": None if touched.why is None else touched.why.render(query.language),
        }
    for failing in unchecked_now(found):
        last, unchecked = failing.last, failing.unchecked
        assert unchecked is not None
        day, why = card.local_day(unchecked.since), last.why_unknown(card).render(query.language)
        if query.feature not in (None, last.feature) or not _is_within(day, context.span):
            continue
        period = label(floor(datetime.combine(day, time()), context.by), context.by)
        yield _stated(last, period, importance) | {"status": "unknown", "reason": why, "cost_unknown": why}


def _stated(one: ImportedCheck, period: str, importance: Mapping[str, float]) -> Row:
    return {
        **dict.fromkeys(COLUMNS.names),
        "period": period,
        "feature": one.feature,
        "dimension": one.dimension,
        "check": one.check,
        "importance": finite(importance.get(one.feature or "", math.nan)),
        "source": one.dataset,
    }


def _number(measured: object) -> float | None:
    return float(measured) if isinstance(measured, int | float) and not isinstance(measured, bool) else None


def _is_within(day: date, span: tuple[date, date] | None) -> bool:
    return span is None or span[0] <= day <= span[1]


def _rank(row: Row) -> tuple[datetime, int, float, str, str]:
    """By period, what fails first, the worst and what weighs most before all."""
    weight = 1.0 if row["feature"] is None else row["importance"] or 0.0
    share = row["value"] if isinstance(row["value"], float) else 0.0
    assert isinstance(weight, float)
    period = period_start(str(row["period"]))
    return period, -SEVERITY[str(row["status"])], -weight * share, str(row["feature"]), str(row["check"])


def _row(one: Checked, status: str, importance: Mapping[str, float], context: ModelContext) -> Row:
    return {
        "period": one.label,
        "feature": one.check.feature,
        "dimension": one.check.dimension,
        "check": one.check.name,
        "value": finite(one.share),
        "limit": one.check.limit,
        "status": status,
        "affected_predictions": one.affected,
        "importance": finite(importance.get(one.check.feature or "", math.nan)),
        "rows": one.rows,
        "since": None if one.since is None else label(one.since, context.layout.base),
        "reason": None if one.reason is None else one.reason.render(context.query.language),
        "source": COUNTED,
    }
