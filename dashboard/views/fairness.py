"""Whether groups are treated alike, and what the reference says of them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard.governance.acceptances import KINDS, Acceptance, acceptances
from dashboard.measures.fairness.reference_bias import proxies, represented
from dashboard.measures.figure import finite
from dashboard.measures.judging.fairness import JudgedGap, judge_gaps, latest_periods, profiles_of_groups
from dashboard.profiles.periods import label
from dashboard.profiles.windows import Profile
from dashboard.schema.card.reasons import with_label
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.store.statements import list_statements
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

OTHERS = Column("others", "number", mark("Everybody else"))
GAP = declare(
    Column("gap", "number", mark("Gap")),
    Column("gap_low", "number", mark("Gap, 95% from")),
    Column("gap_high", "number", mark("Gap, 95% to")),
    Column("limit", "number", mark("Limit")),
)
GAPS = declare(
    "column group",
    Column("metric", "metric", mark("Metric")),
    "value low high",
    OTHERS,
    GAP,
    "predictions labelled status reason",
)
ACCEPTED = declare(
    Column("accepted_by", "person", mark("Accepted by")), Column("accepted_until", "day", mark("Accepted until"))
)


@view("fairness", columns=declare("period", GAPS, ACCEPTED))
def fairness(store: Store, query: Query) -> pd.DataFrame:
    """Does the model treat groups alike, period by period?

    Columns: period, column, group, metric, value, low, high (95 % interval by clusters), others (the same of everybody
    else), gap, gap_low, gap_high (value minus others), limit (null = not judged), predictions, labelled, status,
    reason, accepted_by, accepted_until (of an acceptance of the area in force). All comparisons of a period are
    corrected together, those of pairs of columns (`data.protected_together`; column and group `A × B`) as well.
    """
    context = model_context(store, query)
    if context.profiles is None or not context.card.data.protected:
        return pd.DataFrame()
    accepted = _accepted(store, context)
    by_period: dict[str, dict[str, list[Profile]]] = {}
    for column in context.card.data.compared:
        for profile in context.profiles.read(("outcomes",), context.span, query.version, (column, None)):
            columns = by_period.setdefault(label(profile.start, context.by), {})
            columns.setdefault(column, []).append(profile)
    return pd.DataFrame(
        {"period": period, **row, **accepted}
        for period, columns in sorted(by_period.items())
        for row in _rows(context, judge_gaps(columns, context.profiles, context.thresholds.fairness))
    )


@view(
    "group-gaps",
    columns=declare(
        Column("first_period", "text", mark("First period")), Column("last_period", "text", mark("Last period")), GAPS
    ),
)
def group_gaps(store: Store, query: Query) -> pd.DataFrame:
    """Does the model treat groups alike, in the latest periods together, as its status of record judges it?

    Columns: first_period, last_period (of those that are judged together), column, group, metric, value, low, high,
    others, gap, gap_low, gap_high, limit, predictions, labelled, status, reason. The worst first.
    """
    context = model_context(store, query)
    if context.profiles is None or not context.card.data.protected:
        return pd.DataFrame()
    periods = latest_periods(context.profiles, context.card, context.thresholds)
    if not periods:
        return pd.DataFrame()
    by_column = profiles_of_groups(context.profiles, context.card, periods)
    found = judge_gaps(by_column, context.profiles, context.thresholds.fairness)
    order = {"alert": 0, "warn": 1, "ok": 2, "unknown": 3}
    found.sort(key=lambda one: (order[one.verdict.status], -one.excess))
    ends = {"first_period": periods[0], "last_period": periods[-1]}
    return pd.DataFrame({**ends, **row} for row in _rows(context, found))


def _rows(context: ModelContext, found: list[JudgedGap]) -> Iterator[dict[str, object]]:
    for one in found:
        figure = one.figure
        yield {
            "column": one.groups.column,
            "group": one.groups.group,
            "metric": one.metric,
            "value": finite(figure.value),
            "low": finite(figure.low),
            "high": finite(figure.high),
            "others": finite(one.groups.others[one.metric].value),
            "gap": finite(one.gap),
            "gap_low": finite(one.low),
            "gap_high": finite(one.high),
            "limit": one.limit,
            "predictions": one.groups.predictions,
            "labelled": one.groups.labelled,
            "status": one.verdict.status,
            "reason": with_label(one.verdict.reason, context.card).render(context.query.language),
        }


def _accepted(store: Store, context: ModelContext) -> dict[str, object]:
    """Who accepted the status of the area and until when, where that is in force on the day that is asked about."""
    model, query = context.card.id, context.query
    day = query.on or context.card.local_day(query.as_of or now())
    in_force: list[Acceptance] = [
        one
        for one in acceptances(list_statements(store, KINDS, model, query.as_of))
        if one.area == "fairness" and one.state(day) == "in_force"
    ]
    last = in_force[-1] if in_force else None
    return {
        "accepted_by": last.person if last else None,
        "accepted_until": last.until.isoformat() if last else None,
    }


@view(
    "representation",
    columns=declare(
        "column group",
        Column("rows", "count", mark("Rows")),
        Column("share", "share", mark("Share of the reference")),
        Column("share_low", "share", mark("Share, 95% from")),
        Column("share_high", "share", mark("Share, 95% to")),
        "labelled",
        Column("outcome", "number", mark("Mean outcome")),
        Column("outcome_low", "number", mark("Outcome, 95% from")),
        Column("outcome_high", "number", mark("Outcome, 95% to")),
    ),
)
def representation(store: Store, query: Query) -> pd.DataFrame:
    """Who is in the reference, and what happened to them?

    Columns: column, group, rows, share, share_low, share_high (of all rows of the reference; Wilson), labelled,
    outcome, outcome_low, outcome_high (how often it happened, or the mean actual value).
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "column": one.column,
            "group": one.group,
            "rows": one.rows,
            "share": one.share,
            "share_low": one.low,
            "share_high": one.high,
            "labelled": one.outcome.labelled,
            "outcome": finite(one.outcome.value),
            "outcome_low": finite(one.outcome.low),
            "outcome_high": finite(one.outcome.high),
        }
        for column in context.card.data.compared
        for one in represented(context.profiles.reference(("outcomes",), (column, None)), column, context.layout)
    )


@view(
    "proxies",
    columns=declare(
        "column group feature",
        Column("area", "number", mark("Tells the group apart")),
        Column("area_low", "number", mark("95% from")),
        Column("area_high", "number", mark("95% to")),
        "importance",
        Column("rows", "count", mark("Rows")),
    ),
)
def proxies_of_groups(store: Store, query: Query) -> pd.DataFrame:
    """Which features tell a group apart, so that the model may know it although it is not given the group?

    Columns: column, group, feature, area (under the curve of guessing the group by the feature in the reference: 0.5 =
    not at all, 1 = always; the score stands for the whole model), area_low, area_high, importance (of the feature; null
    where it is not known), rows. The best first.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    importance = importance_in_force(store, context.card, query.version, query.as_of)
    found = pd.DataFrame(
        {
            "column": one.column,
            "group": one.group,
            "feature": one.feature,
            "area": one.area,
            "area_low": one.low,
            "area_high": one.high,
            "importance": importance.get(one.feature),
            "rows": one.rows,
        }
        for column in context.card.data.protected
        for one in proxies(context.profiles.reference(("features",), (column, None)), column, context.layout)
    )
    return found if found.empty else found.sort_values("area", ascending=False, kind="stable")
