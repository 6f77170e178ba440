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
