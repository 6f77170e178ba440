"""Where performance comes from: segments, calibration, thresholds, targets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.errors import shorten
from dashboard.measures.binary import confusion as confusion_counts
from dashboard.measures.figure import Figure, finite
from dashboard.measures.intervals import share_interval, student
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.performance import judge_metric, judged
from dashboard.measures.outcomes import divided, outcomes_of, units_of
from dashboard.measures.performance import figure_of, figures_of, reference_figures
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.outcomes import REGION_SUMS
from dashboard.profiles.windows import Window, merged, windows
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context, refuse
from dashboard.views.performance import numbers_of
from dashboard.views.query import Query
from dashboard.views.registry import view

MAIN_METRIC = {"binary_classification": "roc_auc", "multiclass_classification": "accuracy", "regression": "mae"}
CALIBRATION_BINS = 10


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
    found = []
    for column in context.card.data.segments:
        groups: dict[str, list] = {}
        for profile in context.profiles.read(("outcomes",), context.span, query.version, (column, None)):
            groups.setdefault(str(profile.segment_value), []).append(profile)
        for name, profiles in groups.items():
            window = merged(profiles, layout)
            found.append({"column": column, "group": name, **_segment(context, measure, window, whole_window, overall)})
    if not found:
        return pd.DataFrame()
    return pd.DataFrame(found).sort_values(["cost", "difference"], ascending=False, na_position="last", kind="stable")


def _segment(
    context: ModelContext, measure: Measure, window: Window, whole: Window, overall: Figure
) -> dict[str, object]:
    layout, threshold = context.layout, context.query.threshold
    here = outcomes_of(window, layout, threshold)
    figure = figure_of(measure, here, units_of(window, layout, threshold))
    enough = figure.labelled >= context.thresholds.performance.min_labelled
    total = outcomes_of(whole, layout, threshold)
    without = type(total)(
        {name: array - window.outcomes[name] for name, array in total.arrays.items()},
        total.edges,
        total.threshold,
        layout,
    )
    rest = float(measure.compute(without))
    gain = {"higher": rest - overall.value, "lower": overall.value - rest}.get(
        measure.better, abs(overall.value) - abs(rest)
    )
    target = {entry.metric: entry for entry in context.card.business.key_metrics}.get(measure.name)
    verdict = judge_metric(measure, figure, target, overall, context.thresholds, overall.value)
    return {
        "metric": measure.name,
        **(numbers_of(figure) if enough else {"value": None, "low": None, "high": None}),
        "predictions": window.predictions,
        "labelled": window.labelled,
        "difference": finite(figure.value - overall.value) if enough else None,
        "cost": max(0.0, gain) if enough and np.isfinite(gain) else None,
        "status": verdict.status,
    }


@view("calibration", columns=declare("bin lower upper mean_prediction rate low high predictions"))
def calibration(store: Store, query: Query) -> pd.DataFrame:
    """Does what the model predicts come true, from low predictions to high ones?

    Columns: bin, lower, upper, mean_prediction, rate (regression: mean actual), low, high (95 % interval), predictions
    (labelled cases of the bin).
    """
    context = model_context(store, query)
    if context.profiles is None or context.card.task == "multiclass_classification":
        return pd.DataFrame()
    window = merged(context.read(("outcomes",)), context.layout)
    if not window.labelled:
        return pd.DataFrame()
    if context.card.task == "regression":
        return _calibration_of_regions(window, context)
    return _calibration_of_scores(window, context)


def _calibration_of_scores(window: Window, context: ModelContext) -> pd.DataFrame:
    edges = context.layout.outcome.edges
    ends = np.concatenate([[0.0], edges, [1.0]])
    middles = (ends[:-1] + ends[1:]) / 2
    place = np.clip((middles * CALIBRATION_BINS).astype(int), 0, CALIBRATION_BINS - 1)
    labelled = window.outcomes["scores"][:2].astype(np.float64)
    positive = np.bincount(place, weights=labelled[1], minlength=CALIBRATION_BINS)
    rows = np.bincount(place, weights=labelled.sum(axis=0), minlength=CALIBRATION_BINS)
    score = np.bincount(place, weights=labelled.sum(axis=0) * middles, minlength=CALIBRATION_BINS)
    rate = divided(positive, rows)
    # Rows of one cluster make the interval a little too narrow.
    low, high = share_interval(positive, rows)
    bounds = np.arange(CALIBRATION_BINS + 1) / CALIBRATION_BINS
    frame = pd.DataFrame(
        {
            "bin": np.arange(CALIBRATION_BINS),
            "lower": bounds[:-1],
            "upper": bounds[1:],
            "mean_prediction": divided(score, rows),
            "rate": rate,
            "low": low,
            "high": high,
            "predictions": rows.astype(int),
        }
    )
    return frame[frame["predictions"] > 0].reset_index(drop=True)


def _calibration_of_regions(window: Window, context: ModelContext) -> pd.DataFrame:
    regions = window.outcomes["regions"]
    edges = context.layout.outcome.edges

    def column(name: str) -> np.ndarray:
        return regions[:, REGION_SUMS.index(name)]

    rows = column("labelled")
    mean, error = divided(column("actual"), rows), divided(column("error"), rows)
    variance = np.maximum(0, divided(column("squared_error"), rows) - error**2)
    reach = student(30) * np.sqrt(divided(variance, rows))
    frame = pd.DataFrame(
        {
            "bin": np.arange(len(rows)),
            "lower": np.append(np.nan, edges),
            "upper": np.append(edges, np.nan),
            "mean_prediction": divided(column("score_labelled"), rows),
            "rate": mean,
            "low": mean - reach,
            "high": mean + reach,
            "predictions": rows.astype(int),
        }
    )
    return frame[frame["predictions"] > 0].reset_index(drop=True)


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
    fewest = context.thresholds.performance.min_labelled
    labelled = [window for window in candidates if window.labelled >= fewest] or candidates
    if not labelled:
        return pd.DataFrame()
    window = labelled[-1]
    reference = reference_figures(context.profiles)
    named = {entry.metric: entry for entry in context.card.business.key_metrics}
    measures = measures_of(context.card.task)
    found: list[dict[str, object]] = []
    for entry in judged(figures_of(window, context.layout), context.card, reference, context.thresholds):
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
