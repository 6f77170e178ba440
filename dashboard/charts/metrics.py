"""What readers call a metric, what it means and how its values are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

from dashboard.words import mark, number, share, translate


@dataclass(frozen=True)
class MetricWords:
    """A metric for readers: its name, what it says in one sentence, and whether it is a share of one."""

    name: str
    meaning: str
    is_share: bool = False
    has_unit: bool = False


METRICS: dict[str, MetricWords] = {
    "roc_auc": MetricWords(
        mark("Ranking quality (ROC AUC)"),
        mark("How often a case that happened was scored higher than one that did not; 0.5 is guessing, 1 is perfect."),
    ),
    "accuracy": MetricWords(mark("Accuracy"), mark("The share of predictions that were right."), is_share=True),
    "precision": MetricWords(
        mark("Precision"), mark("Of the cases that the model selected, the share that was right."), is_share=True
    ),
    "recall": MetricWords(
        mark("Recall"), mark("Of the cases that happened, the share that the model selected."), is_share=True
    ),
    "f1": MetricWords(mark("F1 score"), mark("The harmonic mean of precision and recall."), is_share=True),
    "brier_score": MetricWords(
        mark("Brier score"),
        mark("The mean squared distance between predicted probability and outcome; lower is better."),
    ),
    "log_loss": MetricWords(
        mark("Log loss"), mark("How surprised the model was by what happened, on average; lower is better.")
    ),
    "mae": MetricWords(mark("Mean absolute error"), mark("How far a prediction is off on average."), has_unit=True),
    "rmse": MetricWords(
        mark("Root mean squared error"),
        mark("How far predictions are off, with large errors counting more."),
        has_unit=True,
    ),
    "r2": MetricWords(
        mark("Explained variance (R²)"),
        mark("The share of the variation that the predictions explain; below 0 the mean would have been better."),
    ),
    "mape": MetricWords(
        mark("Mean absolute percentage error"),
        mark("How far a prediction is off on average, in percent."),
        is_share=True,
    ),
    "mean_prediction": MetricWords(mark("Mean prediction"), mark("The average of what the model predicted.")),
    "base_rate": MetricWords(mark("Observed rate"), mark("The share of cases that really happened."), is_share=True),
    "mean_actual": MetricWords(mark("Mean actual value"), mark("The average of what really happened."), has_unit=True),
    "bias": MetricWords(
        mark("Bias"),
        mark("Mean prediction minus mean actual value; above 0 the model predicts too much."),
        has_unit=True,
    ),
    "selection_rate": MetricWords(
        mark("Selection rate"), mark("The share of cases that the model selected."), is_share=True
    ),
}

METHODS: dict[str, MetricWords] = {
    "psi": MetricWords(
        mark("Population stability index (PSI)"),
        mark("How far the shares of the value ranges moved; below 0.1 is calm, above 0.25 is a clear shift."),
    ),
    "jensen_shannon": MetricWords(
        mark("Jensen-Shannon distance"), mark("How different the two distributions are; 0 is equal, 1 is disjoint.")
    ),
    "ks": MetricWords(
        mark("Kolmogorov-Smirnov distance"), mark("The largest gap between the two cumulative distributions.")
    ),
    "wasserstein": MetricWords(
        mark("Wasserstein distance"), mark("How far values moved on average, in standard deviations of the reference.")
    ),
}


def metric_words(metric: str) -> MetricWords:
    """The words of a metric or drift method; one without words stands under its own name."""
    return METRICS.get(metric) or METHODS.get(metric) or MetricWords(metric, "")


def metric_name(metric: str, language: str) -> str:
    """What readers of `language` call a metric or a drift method."""
    return translate(metric_words(metric).name, language)


def is_known(value: object) -> TypeGuard[float]:
    """Whether a cell holds a number: not empty, not NaN."""
    return isinstance(value, int | float) and not math.isnan(value)


def metric_value(metric: str, value: float | None, language: str, unit: str | None = None) -> str:
    """A metric's value as readers of `language` write it; an em dash when there is none."""
    if not is_known(value):
        return "–"
    words = metric_words(metric)
    if words.is_share:
        return share(value, language)
    return f"{number(value, language)} {unit}" if words.has_unit and unit else number(value, language)
