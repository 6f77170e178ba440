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
CORRELATION: Bounds = (-1.0, 1.0)
POSITIVE: Bounds = (0.0, inf)
# Averages over several classes beside the plain mean (macro): average, figure, label, meaning.
AVERAGED = (
    ("micro", "precision", mark("Precision (micro)"), mark("Precision over all cases together, whatever their class.")),
    ("micro", "recall", mark("Recall (micro)"), mark("Recall over all cases together, whatever their class.")),
    ("micro", "f1", mark("F1 score (micro)"), mark("F1 score over all cases together, whatever their class.")),
    ("weighted", "precision", mark("Precision (weighted)"), mark("Precision, each class by its number of cases.")),
    ("weighted", "recall", mark("Recall (weighted)"), mark("Recall, each class by its number of cases.")),
    ("weighted", "f1", mark("F1 score (weighted)"), mark("F1 score, each class by its number of cases.")),
)


@dataclass(frozen=True)
class Metric:
    """A metric: its direction, unit, name and meaning for readers (catalogue keys), and its bounds by task.

    Only `usual` metrics are shown and judged where neither the card nor the reader names them. `no_skill` is what
    guessing reaches, where that is not 0.
    """

    name: str
    better: Better
    unit: Unit
    label: str
    meaning: str
    bounds: Mapping[Task, Bounds]
    usual: bool = True
    no_skill: float = 0.0


ALL_METRICS = (
    Metric(
        "roc_auc", "higher", "number", mark("Ranking quality (ROC AUC)"),
        mark("How often a case that happened was scored higher than one that did not; 0.5 is guessing, 1 is perfect."),
        {BINARY: SHARE}, no_skill=0.5,
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
    Metric(
        "average_precision", "higher", "number", mark("Average precision"),
        mark("Precision down the ranking, averaged over the cases that happened; guessing gives their rate."),
        {BINARY: SHARE}, usual=False,
    ),
    Metric(
        "gini", "higher", "number", mark("Gini coefficient"),
        mark("Twice the ROC AUC minus 1: 0 is guessing, 1 is a perfect ranking."), {BINARY: CORRELATION}, usual=False,
    ),
    Metric(
        "ks_of_scores", "higher", "number", mark("Separation of scores (KS)"),
        mark("The largest gap between the shares of cases that happened and that did not above the same score."),
        {BINARY: SHARE}, usual=False,
    ),
    Metric(
        "lift_top_10", "higher", "number", mark("Lift of the top 10%"),
        mark("How many times more often it happened among the tenth with the highest scores than among all cases."),
        {BINARY: POSITIVE}, usual=False,
    ),
    Metric(
        "specificity", "higher", "share", mark("Specificity"),
        mark("Of the cases that did not happen, the share that the model left alone."), {BINARY: SHARE}, usual=False,
    ),
    Metric(
        "false_positive_rate", "lower", "share", mark("False positive rate"),
        mark("Of the cases that did not happen, the share that the model selected."), {BINARY: SHARE}, usual=False,
    ),
    Metric(
        "selection_rate", "none", "share", mark("Selection rate"),
        mark("The share of cases that the model selected."), {BINARY: SHARE}, usual=False,
    ),
    Metric(
        "balanced_accuracy", "higher", "share", mark("Balanced accuracy"),
        mark("The share of predictions that were right, averaged over the classes so that rare ones count as much."),
        CLASSES, usual=False,
    ),
    Metric(
        "matthews_corrcoef", "higher", "number", mark("Matthews correlation"),
        mark("The correlation between decision and outcome: 0 is guessing, 1 is always right."),
        {BINARY: CORRELATION, MULTICLASS: CORRELATION}, usual=False,
    ),
    Metric(
        "cohen_kappa", "higher", "number", mark("Cohen's kappa"),
        mark("Agreement of prediction and actual class beyond chance: 0 is chance, 1 is always right."),
        {MULTICLASS: CORRELATION}, usual=False,
    ),
    *(
        Metric(f"{name}_{average}", "higher", "share", label, meaning, {MULTICLASS: SHARE}, usual=False)
        for average, name, label, meaning in AVERAGED
    ),
    Metric(
        "brier_skill", "higher", "number", mark("Brier skill score"),
        mark("How much smaller the Brier score is than by always predicting the observed rate; below 0 it is larger."),
        {BINARY: (-inf, 1.0)}, usual=False,
    ),
    Metric(
        "ece", "lower", "number", mark("Calibration error (ECE)"),
        mark("How far predicted probabilities are from observed rates, on average over ten bins of cases."),
        {BINARY: SHARE}, usual=False,
    ),
    Metric(
        "calibration_slope", "none", "number", mark("Calibration slope"),
        mark("1 is best; below 1 high predictions are too high and low ones too low, above 1 they are too timid."),
        {BINARY: ANY}, usual=False,
    ),
    Metric(
        "calibration_intercept", "zero", "number", mark("Calibration intercept"),
        mark("What predictions lack in log odds: above 0 the model predicts too little, below 0 too much."),
        {BINARY: ANY}, usual=False,
    ),
    Metric(
        "mse", "lower", "number", mark("Mean squared error"), mark("The mean of the squared differences."), DISTANCE,
        usual=False,
    ),
    Metric(
        "wape", "lower", "share", mark("Weighted absolute percentage error"),
        mark("All absolute errors together, relative to the sum of all actual values."), DISTANCE, usual=False,
    ),
    Metric(
        "root_mean_squared_log_error", "lower", "number", mark("Root mean squared log error"),
        mark("How far predictions are off relative to the actual value, with large ratios counting more."), DISTANCE,
        usual=False,
    ),
    Metric(
        "bias_relative", "zero", "share", mark("Relative bias"),
        mark("Mean prediction minus mean actual value, relative to the mean actual value."), {REGRESSION: ANY},
        usual=False,
    ),
    Metric(
        "pinball_loss", "lower", "target", mark("Pinball loss"),
        mark("The mean error of a predicted quantile (data: quantile on the card), each side weighted by it."),
        DISTANCE, usual=False,
    ),
)  # fmt: skip

# By task, in the order in which they are read.
METRICS: dict[Task, dict[str, Metric]] = {
    task: {metric.name: metric for metric in ALL_METRICS if task in metric.bounds}
    for task in (BINARY, MULTICLASS, REGRESSION)
}
