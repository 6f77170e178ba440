"""Measures of classification into several classes; precision, recall and F1 are means over the classes (macro)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Values, measure
from dashboard.schema.card.metric_names import MULTICLASS


def _matrix(outcomes: Outcomes) -> Values:
    return np.asarray(outcomes.arrays["confusion"][..., :-1, :], dtype=np.float64)


def _by_class(outcomes: Outcomes) -> tuple[Values, Values, Values]:
    """Hits, actual and predicted rows of each class."""
    matrix = _matrix(outcomes)
    return np.diagonal(matrix, axis1=-2, axis2=-1), matrix.sum(axis=-1), matrix.sum(axis=-2)


def _mean_over_classes(values: Values, present: NDArray[np.bool_]) -> Values:
    """Mean over classes that occur; a class without a prediction counts as zero, as scikit-learn has it."""
    return divided(np.where(present, np.nan_to_num(values), 0.0).sum(axis=-1), present.sum(axis=-1))


@measure("accuracy", MULTICLASS)
def accuracy(outcomes: Outcomes) -> Values:
    """Share of labelled cases that the model decided rightly."""
    hits, actual, _ = _by_class(outcomes)
    return divided(hits.sum(axis=-1), actual.sum(axis=-1))


@measure("precision", MULTICLASS)
def precision(outcomes: Outcomes) -> Values:
    """Mean over the classes: share of the cases predicted as a class that belong to it."""
    hits, actual, predicted = _by_class(outcomes)
    return _mean_over_classes(divided(hits, predicted), (actual + predicted) > 0)


@measure("recall", MULTICLASS)
def recall(outcomes: Outcomes) -> Values:
    """Mean over the classes: share of a class's cases that the model found."""
    hits, actual, predicted = _by_class(outcomes)
    return _mean_over_classes(divided(hits, actual), (actual + predicted) > 0)


@measure("f1", MULTICLASS)
def f1(outcomes: Outcomes) -> Values:
    """Mean over the classes of the harmonic mean of precision and recall."""
    hits, actual, predicted = _by_class(outcomes)
    return _mean_over_classes(divided(2 * hits, actual + predicted), (actual + predicted) > 0)


@measure("balanced_accuracy", MULTICLASS)
def balanced_accuracy(outcomes: Outcomes) -> Values:
    """Mean recall over the classes that occur."""
    hits, actual, _ = _by_class(outcomes)
    return _mean_over_classes(divided(hits, actual), actual > 0)


@measure("matthews_corrcoef", MULTICLASS)
def matthews_corrcoef(outcomes: Outcomes) -> Values:
    """Correlation of predicted and actual class (Gorodkin 2004); 0 where one of them is constant."""
    hits, actual, predicted = _by_class(outcomes)
    rows = actual.sum(axis=-1)
    together = hits.sum(axis=-1) * rows - (actual * predicted).sum(axis=-1)
    spread = (rows**2 - (predicted**2).sum(axis=-1)) * (rows**2 - (actual**2).sum(axis=-1))
    value = np.where(spread > 0, divided(together, np.sqrt(np.maximum(spread, 0))), 0.0)
    return np.where(rows > 0, value, np.nan)


@measure("cohen_kappa", MULTICLASS)
def cohen_kappa(outcomes: Outcomes) -> Values:
    """Agreement beyond what the frequencies of the classes would give by chance; NaN where only one class occurs."""
    hits, actual, predicted = _by_class(outcomes)
    rows = actual.sum(axis=-1)
    chance = divided((actual * predicted).sum(axis=-1), rows**2)
    return divided(divided(hits.sum(axis=-1), rows) - chance, 1 - chance)


@measure("precision_micro", MULTICLASS)
def precision_micro(outcomes: Outcomes) -> Values:
    """Precision over all decisions together; with one class for each case the accuracy."""
    return accuracy(outcomes)


@measure("recall_micro", MULTICLASS)
def recall_micro(outcomes: Outcomes) -> Values:
    """Recall over all decisions together; with one class for each case the accuracy."""
    return accuracy(outcomes)


@measure("f1_micro", MULTICLASS)
def f1_micro(outcomes: Outcomes) -> Values:
    """F1 over all decisions together; with one class for each case the accuracy."""
    return accuracy(outcomes)


def _weighted(values: Values, actual: Values) -> Values:
    """Mean over the classes by their number of cases; undefined values count as zero, as scikit-learn has it."""
    return divided((np.nan_to_num(values) * actual).sum(axis=-1), actual.sum(axis=-1))


@measure("precision_weighted", MULTICLASS)
def precision_weighted(outcomes: Outcomes) -> Values:
    """Precision of the classes, weighted by their number of cases."""
    hits, actual, predicted = _by_class(outcomes)
    return _weighted(divided(hits, predicted), actual)


@measure("recall_weighted", MULTICLASS)
def recall_weighted(outcomes: Outcomes) -> Values:
    """Recall of the classes, weighted by their number of cases."""
    hits, actual, _ = _by_class(outcomes)
    return _weighted(divided(hits, actual), actual)


@measure("f1_weighted", MULTICLASS)
def f1_weighted(outcomes: Outcomes) -> Values:
    """F1 of the classes, weighted by their number of cases."""
    hits, actual, predicted = _by_class(outcomes)
    return _weighted(divided(2 * hits, actual + predicted), actual)
