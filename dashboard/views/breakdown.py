"""Where performance comes from: segments, thresholds, targets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.errors import shorten
from dashboard.measures.binary import confusion as confusion_counts
from dashboard.measures.figure import Figure, finite
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.metrics import Case, judge_together, judged, unjudged
from dashboard.measures.judging.performance import forced_verdicts, ripe_places
from dashboard.measures.outcomes import outcomes_of, outcomes_of_each, units_of
from dashboard.measures.performance import figure_of, figures_of, reference_figures
from dashboard.measures.registry import Measure, measures_of, names_shown
from dashboard.profiles.windows import Window, merged, windows
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context, refuse
from dashboard.views.performance import numbers_of
from dashboard.views.query import Query
from dashboard.views.registry import view

MAIN_METRIC = {"binary_classification": "roc_auc", "multiclass_classification": "accuracy", "regression": "mae"}


def main_metric(context: ModelContext) -> Measure:
    """The asked-for metric, else the card's first key metric, else the task's usual one."""
    measures = measures_of(context.card.task)
    name = context.query.metric
    if name is None:
        keys = [entry.metric for entry in context.card.business.key_metrics]
        name = keys[0] if keys else MAIN_METRIC[context.card.task]
    if name not in measures:
        refuse("--metric", f"received {shorten(name)}; metrics of this task are {', '.join(measures)}")
    return measures[name]


@view("groups", columns=declare("column group"))
def groups(store: Store, query: Query) -> pd.DataFrame:
    """Which groups of cases are counted apart?

    Columns: column (of the card's segments), group. By column in the order of the card, then by group.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    found = [
        (column, group)
        for column in context.card.data.segments
        for group in sorted(
            {
                str(profile.segment_value)
                for profile in context.profiles.read((), context.span, query.version, (column, None))
            }
        )
    ]
    return pd.DataFrame(found, columns=["column", "group"])


@view(
    "segments",
    columns=declare("column group metric value low high predictions labelled difference cost status"),
)
def segments(store: Store, query: Query) -> pd.DataFrame:
    """In which groups of cases does the model do worst, and what does that cost the metric?

    Columns: column, group, metric, value, low, high, predictions, labelled, difference (to all cases), cost (how much
    better the whole would be without the group, 0 or more), status. Worst first.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    measure, layout = main_metric(context), context.layout
    whole_window = merged(context.read(("outcomes",)), layout)
    whole = outcomes_of(whole_window, layout, query.threshold)
    if not whole.arrays:
        return pd.DataFrame()
    overall = figure_of(measure, whole, units_of(whole_window, layout, query.threshold))
    found: list[dict[str, object]] = []
    figures: list[Figure] = []
    for column in context.card.data.segments:
        groups: dict[str, list] = {}
        for profile in context.profiles.read(("outcomes",), context.span, query.version, (column, None)):
            groups.setdefault(str(profile.segment_value), []).append(profile)
        parts = {name: merged(profiles, layout) for name, profiles in groups.items()}
        for name, cost in _costs(measure, parts, context).items():
            here, units = (taken(parts[name], layout, query.threshold) for taken in (outcomes_of, units_of))
            figures.append(figure_of(measure, here, units))
            row = _segment(context, parts[name], figures[-1], overall)
            found.append({"column": column, "group": name, **row, "cost": cost if row["value"] is not None else None})
    if not found:
        return pd.DataFrame()
    target = {entry.metric: entry for entry in context.card.business.key_metrics}.get(measure.name)
    cases = [Case(measure, figure, target, overall, overall.value) for figure in figures]
    for row, entry in zip(found, judge_together(cases, context.thresholds), strict=True):
        row |= {"metric": measure.name, "status": entry.verdict.status}
    return pd.DataFrame(found).sort_values(["cost", "difference"], ascending=False, na_position="last", kind="stable")


def _costs(measure: Measure, parts: dict[str, Window], context: ModelContext) -> dict[str, float | None]:
    """How much better all cases together would be without each group; 0 where they would be worse."""
    if not parts:
        return {}
    each = outcomes_of_each(list(parts.values()), context.layout, context.query.threshold)
    whole = replace(each, arrays={name: array.sum(axis=0) for name, array in each.arrays.items()})
    all_cases, rests = float(measure.compute(whole)), measure.compute(each.leaving_one_out())
    gains = {"higher": rests - all_cases, "lower": all_cases - rests}.get(
        measure.better, abs(all_cases) - np.abs(rests)
    )
    return {name: finite(max(0.0, gain)) for name, gain in zip(parts, gains.tolist(), strict=True)}


def _segment(context: ModelContext, window: Window, figure: Figure, overall: Figure) -> dict[str, object]:
    enough = figure.labelled >= context.thresholds.performance.min_labelled
    return {
        **(numbers_of(figure) if enough else {"value": None, "low": None, "high": None}),
        "predictions": window.predictions,
        "labelled": window.labelled,
        "difference": finite(figure.value - overall.value) if enough else None,
    }


@view(
    "confusion",
    columns=declare(
        "threshold true_positive false_positive false_negative true_negative precision recall f1 accuracy",
        "selected_share",
    ),
)
def confusion(store: Store, query: Query) -> pd.DataFrame:
    """What would the model decide at another threshold?

    Columns: threshold (0.00 to 1.00 and the card's), true_positive, false_positive, false_negative, true_negative,
    precision, recall, f1, accuracy, selected_share.
    """
    context = model_context(store, query)
    if context.profiles is None or context.card.task != "binary_classification":
        return pd.DataFrame()
    window = merged(context.read(("outcomes",)), context.layout)
    if not window.labelled:
        return pd.DataFrame()
    measures = measures_of(context.card.task)
    found = []
    for threshold in sorted({*(step / 100 for step in range(101)), context.card.data.threshold}):
        outcomes = outcomes_of(window, context.layout, threshold)
        tp, fp, fn, tn = (int(count) for count in confusion_counts(outcomes))
        row: dict[str, object] = {
            "threshold": threshold,
            "true_positive": tp,
            "false_positive": fp,
            "false_negative": fn,
            "true_negative": tn,
            "selected_share": (tp + fp) / window.labelled,
        }
        row |= {
            name: finite(float(measures[name].compute(outcomes))) for name in ("precision", "recall", "f1", "accuracy")
        }
        found.append(row)
    return pd.DataFrame(found)


@view(
    "targets",
    columns=declare("metric target limit value low high reference_value status period better reason"),
)
def targets(store: Store, query: Query) -> pd.DataFrame:
    """Does the model reach what it was meant to reach, in its latest period with enough labels?

    Columns: metric, target, limit, value, low, high, reference_value, status, period, better, reason. The card's key
    metrics first, then all others of the task.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    by = judging_grain(context.card) if query.by is None else query.by
    candidates = windows(context.read(("outcomes",)), context.layout, by)
    if not candidates:
        return pd.DataFrame()
    places = ripe_places(candidates, context.thresholds)
    window, forced = next(forced_verdicts([candidates[places[-1] if places else -1]], candidates, context.thresholds))
    names = names_shown(context.card, query.metric)
    reference = reference_figures(context.profiles, names)
    named = {entry.metric: entry for entry in context.card.business.key_metrics}
    measures = measures_of(context.card.task)
    found: list[dict[str, object]] = []
    figures = figures_of(window, context.layout, names=names)
    entries = judged(figures, context.card, reference, context.thresholds)
    for entry in entries if forced is None else unjudged(figures, forced):
        wanted = named.get(entry.metric)
        found.append(
            {
                "metric": entry.metric,
                "target": wanted.target if wanted else None,
                "limit": wanted.limit if wanted else None,
                **numbers_of(entry.figure),
                "reference_value": finite(reference[entry.metric].value) if entry.metric in reference else None,
                "status": entry.verdict.status,
                "period": window.label,
                "better": measures[entry.metric].better,
                "reason": entry.verdict.reason.render(query.language),
            }
        )
    found.sort(key=lambda row: row["metric"] not in named)
    return pd.DataFrame(found)
