"""One group through the periods, and what a threshold of its own would change."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard.measures.fairness.equal_thresholds import EqualThreshold, equal_thresholds
from dashboard.measures.fairness.groups import GroupFigures, group_figures, parted
from dashboard.measures.figure import finite
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.comparison import difference_ends
from dashboard.measures.judging.fairness import latest_periods, limit_of, profiles_of_groups
from dashboard.measures.outcomes import outcomes_of
from dashboard.profiles.periods import label
from dashboard.profiles.windows import Profile, merged
from dashboard.schema.card.metric_names import BINARY
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.fairness import GAP, OTHERS
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark


@view(
    "group-history",
    columns=declare(
        "period column group",
        Column("metric", "metric", mark("Metric")),
        "value low high",
        OTHERS,
        Column("others_low", "number", mark("Everybody else, 95% from")),
        Column("others_high", "number", mark("Everybody else, 95% to")),
        GAP,
        "predictions labelled",
    ),
)
def group_history(store: Store, query: Query) -> pd.DataFrame:
    """How was a group treated beside everybody else, period by period, and how wide was the gap beside its limit?

    With `--segment COLUMN=GROUP` that group, else all; with `--metric` that figure. Nothing is judged: single periods
    have few cases, and the status of the area rests on the latest ones together.

    Columns: period, column, group, metric, value, low, high, others, others_low, others_high, gap, gap_low, gap_high
    (95 % intervals by clusters), limit (null: the figure is not judged), predictions, labelled (of the group).
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    column, group = context.query.segment or (None, None)
    columns = [one for one in context.card.data.compared if column in (None, one)]
    by_period: dict[tuple[str, str], list[Profile]] = {}
    for name in columns:
        for profile in context.profiles.read(("outcomes",), context.span, query.version, (name, None)):
            by_period.setdefault((label(profile.start, context.by), name), []).append(profile)
    return pd.DataFrame(
        {"period": period, **row}
        for (period, name), profiles in sorted(by_period.items())
        for figures in group_figures(profiles, name, context.layout, only=group)
        for row in _figures(context, figures)
    )


def _figures(context: ModelContext, groups: GroupFigures) -> Iterator[dict[str, object]]:
    for metric, own in groups.own.items():
        if context.query.metric not in (None, metric):
            continue
        others = groups.others[metric]
        low, high = difference_ends(own, others, LEVEL)
        limit = limit_of(context.thresholds.fairness, metric, others)
        yield {
            "column": groups.column,
            "group": groups.group,
            "metric": metric,
            "value": finite(own.value),
            "low": finite(own.low),
            "high": finite(own.high),
            "others": finite(others.value),
            "others_low": finite(others.low),
            "others_high": finite(others.high),
            "gap": finite(own.value - others.value),
            "gap_low": finite(low),
            "gap_high": finite(high),
            "limit": None if limit is None else finite(limit),
            "predictions": groups.predictions,
            "labelled": groups.labelled,
        }


@view(
    "group-thresholds",
    columns=declare(
        Column("first_period", "text", mark("First period")),
        Column("last_period", "text", mark("Last period")),
        "column group",
        Column("metric", "metric", mark("Made equal")),
        Column("threshold", "number", mark("Threshold of all")),
        Column("own_threshold", "number", mark("Threshold of the group")),
        Column("before", "share", mark("At the threshold of all")),
        Column("after", "share", mark("At its own threshold")),
        Column("others", "share", mark("Everybody else")),
        Column("changed", "count", mark("Decided otherwise")),
        Column("more_right", "count", mark("More decided rightly")),
        "predictions labelled",
    ),
)
def group_thresholds(store: Store, query: Query) -> pd.DataFrame:
    """If each group had a threshold of its own, where would it be treated like everybody else?

    A what-if, of binary models, over the latest periods that the status of the area rests on, all protected columns,
    groups with at least `fairness.minimum` known outcomes. With `--segment COLUMN=GROUP` that group, with `--metric`
    that rate.

    Columns: first_period, last_period, column, group, metric (the rate that is made equal: selection_rate,
    true_positive_rate, false_positive_rate), threshold (of the card), own_threshold (as near as the counted scores
    allow), before, after (the group's rate at either), others (everybody else's at the card's), changed (predictions of
    the group that would have been decided otherwise), more_right (labelled ones decided rightly, more than before;
    negative: fewer), predictions, labelled (of the group).
    """
    context = model_context(store, query)
    if context.profiles is None or context.card.task != BINARY or not context.card.data.protected:
        return pd.DataFrame()
    periods = latest_periods(context.profiles, context.card, context.thresholds)
    if not periods:
        return pd.DataFrame()
    ends = {"first_period": periods[0], "last_period": periods[-1]}
    asked = context.query.segment
    return pd.DataFrame(
        {**ends, **row}
        for column, profiles in profiles_of_groups(context.profiles, context.card, periods).items()
        if asked is None or asked[0] == column
        for row in _thresholds(context, column, profiles)
    )


def _thresholds(context: ModelContext, column: str, profiles: list[Profile]) -> Iterator[dict[str, object]]:
    fewest, asked = context.thresholds.fairness.minimum, context.query.segment
    for group, mine, rest in parted(profiles):
        if asked is not None and asked[1] != group:
            continue
        own, others = merged(mine, context.layout), merged(rest, context.layout)
        if min(own.labelled, others.labelled) < fewest:
            continue
        counts = {"predictions": own.predictions, "labelled": own.labelled}
        for found in equal_thresholds(outcomes_of(own, context.layout), outcomes_of(others, context.layout)):
            if context.query.metric in (None, found.rate):
                yield {"column": column, "group": group, **_row(found, context), **counts}


def _row(found: EqualThreshold, context: ModelContext) -> dict[str, object]:
    return {
        "metric": found.rate,
        "threshold": context.card.data.threshold,
        "own_threshold": found.threshold,
        "before": found.before,
        "after": found.after,
        "others": found.others,
        "changed": found.changed,
        "more_right": found.right,
    }
