"""Measures of binary classification, by scikit-learn's names and formulas."""

from __future__ import annotations

import numpy as np

from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Values, measure
from dashboard.profiles.exact_scores import exact_auc
from dashboard.profiles.outcomes import NEGATIVE, POSITIVE
from dashboard.schema.card.metric_names import BINARY


def confusion(outcomes: Outcomes) -> tuple[Values, Values, Values, Values]:
    """True positives, false positives, false negatives and true negatives; a score at the threshold is positive."""
    scores = outcomes.arrays["scores"].astype(np.float64)
    first = int(np.searchsorted(outcomes.edges, outcomes.threshold, side="left")) + 1
    selected, rest = scores[..., first:].sum(axis=-1), scores[..., :first].sum(axis=-1)
    return selected[..., POSITIVE], selected[..., NEGATIVE], rest[..., POSITIVE], rest[..., NEGATIVE]


@measure("roc_auc", BINARY)
def roc_auc(outcomes: Outcomes) -> Values:
    """Probability that a random positive case scores above a random negative one; ties count as half."""
    if outcomes.points is not None:
        return np.asarray(exact_auc(*outcomes.points))
    scores = outcomes.arrays["scores"].astype(np.float64)
    positive, negative = scores[..., POSITIVE, :], scores[..., NEGATIVE, :]
    before = np.cumsum(negative, axis=-1) - negative
    won = (positive * (before + negative / 2)).sum(axis=-1)
    return divided(won, positive.sum(axis=-1) * negative.sum(axis=-1))


@measure("accuracy", BINARY)
def accuracy(outcomes: Outcomes) -> Values:
    """Share of labelled cases that the model decided rightly."""
    tp, fp, fn, tn = confusion(outcomes)
    return divided(tp + tn, tp + fp + fn + tn)


@measure("precision", BINARY)
def precision(outcomes: Outcomes) -> Values:
    """Share of the cases predicted positive that were positive."""
    tp, fp, _, _ = confusion(outcomes)
    return divided(tp, tp + fp)


@measure("recall", BINARY)
def recall(outcomes: Outcomes) -> Values:
    """Share of the positive cases that the model found."""
    tp, _, fn, _ = confusion(outcomes)
    return divided(tp, tp + fn)


@measure("f1", BINARY)
def f1(outcomes: Outcomes) -> Values:
    """Harmonic mean of precision and recall."""
    tp, fp, fn, _ = confusion(outcomes)
    return divided(2 * tp, 2 * tp + fp + fn)


@measure("brier_score", BINARY)
def brier_score(outcomes: Outcomes) -> Values:
    """Mean squared difference between predicted probability and outcome (0 or 1)."""
    sums = outcomes.arrays["sums"].astype(np.float64)
    rows, score, squared = sums[..., 0], sums[..., 1], sums[..., 2]
    missed = squared[..., NEGATIVE] + rows[..., POSITIVE] - 2 * score[..., POSITIVE] + squared[..., POSITIVE]
    return divided(missed, rows[..., :2].sum(axis=-1))


@measure("log_loss", BINARY)
def log_loss(outcomes: Outcomes) -> Values:
    """Mean negative logarithm of the probability given to what happened."""
    sums = outcomes.arrays["sums"].astype(np.float64)
    return divided(sums[..., :2, 3].sum(axis=-1), sums[..., :2, 0].sum(axis=-1))


@measure("mean_prediction", BINARY)
def mean_prediction(outcomes: Outcomes) -> Values:
    """Mean predicted probability of the labelled cases."""
    sums = outcomes.arrays["sums"].astype(np.float64)
    return divided(sums[..., :2, 1].sum(axis=-1), sums[..., :2, 0].sum(axis=-1))


@measure("base_rate", BINARY)
def base_rate(outcomes: Outcomes) -> Values:
    """Share of positive cases among the labelled ones."""
    sums = outcomes.arrays["sums"].astype(np.float64)
    return divided(sums[..., POSITIVE, 0], sums[..., :2, 0].sum(axis=-1))


@measure("bias", BINARY)
def bias(outcomes: Outcomes) -> Values:
    """Mean of predicted probability minus outcome: above zero the model promises too much."""
    return mean_prediction(outcomes) - base_rate(outcomes)
