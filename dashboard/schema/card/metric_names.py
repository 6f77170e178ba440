"""The metrics, all that is to be said of each in one place; the formulas are registered by `measures`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

from dashboard.words import mark

Task = Literal["binary_classification", "multiclass_classification", "regression"]
# In which direction a figure gets better; `zero` means nearer to zero, `none` that it describes and is not judged.
Better = Literal["higher", "lower", "zero", "none"]
# How readers see a figure: as a share of one in percent, in the unit of what is predicted, or as a bare number.
Unit = Literal["share", "target", "number"]
Bounds = tuple[float, float]

BINARY: Task = "binary_classification"
MULTICLASS: Task = "multiclass_classification"
REGRESSION: Task = "regression"
SHARE: Bounds = (0.0, 1.0)
CLASSES: Mapping[Task, Bounds] = {BINARY: SHARE, MULTICLASS: SHARE}
DISTANCE: Mapping[Task, Bounds] = {REGRESSION: (0.0, inf)}
ANY: Bounds = (-inf, inf)


@dataclass(frozen=True)
class Metric:
    """A metric: its direction, unit, name and meaning for readers (catalogue keys), and its bounds by task."""

    name: str
    better: Better
    unit: Unit
    label: str
    meaning: str
    bounds: Mapping[Task, Bounds]


ALL_METRICS = (
    Metric(
        "roc_auc", "higher", "number", mark("Ranking quality (ROC AUC)"),
        mark("How often a case that happened was scored higher than one that did not; 0.5 is guessing, 1 is perfect."),
        {BINARY: SHARE},
    ),
    Metric(
        "accuracy", "higher", "share", mark("Accuracy"), mark("The share of predictions that were right."), CLASSES
    ),
    Metric(
        "precision", "higher", "share", mark("Precision"),
        mark("Of the cases that the model selected, the share that was right."), CLASSES,
    ),
    Metric(
        "recall", "higher", "share", mark("Recall"),
        mark("Of the cases that happened, the share that the model selected."), CLASSES,
    ),
    Metric("f1", "higher", "share", mark("F1 score"), mark("The harmonic mean of precision and recall."), CLASSES),
    Metric(
        "brier_score", "lower", "number", mark("Brier score"),
        mark("The mean squared distance between predicted probability and outcome; lower is better."),
        {BINARY: SHARE},
    ),
    Metric(
        "log_loss", "lower", "number", mark("Log loss"),
        mark("How surprised the model was by what happened, on average; lower is better."), {BINARY: (0.0, inf)},
    ),
    Metric(
        "mae", "lower", "target", mark("Mean absolute error"), mark("How far a prediction is off on average."),
        DISTANCE,
    ),
    Metric(
        "rmse", "lower", "target", mark("Root mean squared error"),
        mark("How far predictions are off, with large errors counting more."), DISTANCE,
    ),
    Metric(
        "r2", "higher", "number", mark("Explained variance (R²)"),
        mark("The share of the variation that the predictions explain; below 0 the mean would have been better."),
        {REGRESSION: (-inf, 1.0)},
    ),
    Metric(
        "mape", "lower", "share", mark("Mean absolute percentage error"),
        mark("How far a prediction is off on average, in percent."), DISTANCE,
    ),
    Metric(
        "mean_prediction", "none", "number", mark("Mean prediction"), mark("The average of what the model predicted."),
        {BINARY: SHARE, REGRESSION: ANY},
    ),
    Metric(
        "base_rate", "none", "share", mark("Observed rate"), mark("The share of cases that really happened."),
        {BINARY: SHARE},
    ),
    Metric(
        "mean_actual", "none", "target", mark("Mean actual value"), mark("The average of what really happened."),
        {REGRESSION: ANY},
    ),
    Metric(
        "bias", "zero", "target", mark("Bias"),
        mark("Mean prediction minus mean actual value; above 0 the model predicts too much."),
        {BINARY: (-1.0, 1.0), REGRESSION: ANY},
    ),
)  # fmt: skip

# By task, in the order in which they are read.
METRICS: dict[Task, dict[str, Metric]] = {
    task: {metric.name: metric for metric in ALL_METRICS if task in metric.bounds}
    for task in (BINARY, MULTICLASS, REGRESSION)
}
