"""Measures of binary classification, by scikit-learn's names and formulas."""

from __future__ import annotations

import numpy as np

from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Values, measure
from dashboard.profiles.bins import Floats
from dashboard.profiles.outcomes import NEGATIVE, POSITIVE
from dashboard.schema.card.metric_names import BINARY

# The share of the cases with the highest scores that a lift looks at.
TOP = 0.1


def scores_of(outcomes: Outcomes) -> Floats:
    """The scores to which the last axis of `scores` belongs, in ascending order."""
    assert outcomes.points is not None
    return outcomes.points.values


def confusion(outcomes: Outcomes) -> tuple[Values, Values, Values, Values]:
    """True positives, false positives, false negatives and true negatives; a score at the threshold is positive."""
    scores = outcomes.arrays["scores"].astype(np.float64)
    first = int(np.searchsorted(scores_of(outcomes), outcomes.threshold, side="left"))
    selected, rest = scores[..., first:].sum(axis=-1), scores[..., :first].sum(axis=-1)
    return selected[..., POSITIVE], selected[..., NEGATIVE], rest[..., POSITIVE], rest[..., NEGATIVE]


@measure("roc_auc", BINARY)
def roc_auc(outcomes: Outcomes) -> Values:
    """Probability that a random positive case scores above a random negative one; ties count as half."""
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


@measure("average_precision", BINARY)
def average_precision(outcomes: Outcomes) -> Values:
    """Mean over the positive cases of the precision at their score, from the highest score down.

    Within a point that stands for several scores the cases are taken to come in any order.
    """
    positive, negative, found, wrong = _downwards(outcomes)
    assert outcomes.points is not None
    several = outcomes.points.several[::-1]
    tied = divided(found + positive, found + positive + wrong + negative)
    # Mean precision at the positive cases of a point: the integral of (a + b t) / (c + d t) over t from 0 to 1.
    a, b, c = found + 1, np.maximum(positive - 1, 0), found + wrong + 1
    d = b + negative
    safe = np.where(d > 0, d, 1.0)
    mixed = np.where(d > 0, b / safe + (a * d - b * c) / safe**2 * np.log1p(d / c), a / c)
    weighted = positive * np.where(several, mixed, np.nan_to_num(tied))
    return divided(weighted.sum(axis=-1), positive.sum(axis=-1))


def _downwards(outcomes: Outcomes) -> tuple[Values, Values, Values, Values]:
    """Positive and negative rows by score from the highest down, and those before each."""
    scores = outcomes.arrays["scores"].astype(np.float64)[..., ::-1]
    positive, negative = scores[..., POSITIVE, :], scores[..., NEGATIVE, :]
    return positive, negative, np.cumsum(positive, axis=-1) - positive, np.cumsum(negative, axis=-1) - negative


@measure("gini", BINARY)
def gini(outcomes: Outcomes) -> Values:
    """Twice the ROC AUC minus one (also called accuracy ratio or Somers' D)."""
    return 2 * roc_auc(outcomes) - 1


@measure("ks_of_scores", BINARY)
def ks_of_scores(outcomes: Outcomes) -> Values:
    """Largest distance of the distribution functions of the scores of positive and negative cases."""
    positive, negative, found, wrong = _downwards(outcomes)
    gap = divided(found + positive, positive.sum(axis=-1)[..., None]) - divided(
        wrong + negative, negative.sum(axis=-1)[..., None]
    )
    undefined = np.isnan(gap).any(axis=-1) if gap.shape[-1] else np.ones(gap.shape[:-1], dtype=bool)
    return np.where(undefined, np.nan, np.abs(np.nan_to_num(gap)).max(axis=-1, initial=0.0))


@measure("lift_top_10", BINARY)
def lift_top_10(outcomes: Outcomes) -> Values:
    """Rate of positives among the tenth of the cases with the highest scores, divided by the rate of all.

    Cases of one score that only partly belong to the tenth count by their mean.
    """
    positive, negative, found, wrong = _downwards(outcomes)
    rows = positive + negative
    tenth = TOP * rows.sum(axis=-1)[..., None]
    part = np.clip(divided(tenth - found - wrong, rows), 0, 1)
    happened = (np.nan_to_num(part) * positive).sum(axis=-1)
    return divided(divided(happened, tenth[..., 0]), divided(positive.sum(axis=-1), rows.sum(axis=-1)))


@measure("false_positive_rate", BINARY)
def false_positive_rate(outcomes: Outcomes) -> Values:
    """Share of the negative cases that the model selected."""
    _, fp, _, tn = confusion(outcomes)
    return divided(fp, tn + fp)


@measure("selection_rate", BINARY)
def selection_rate(outcomes: Outcomes) -> Values:
    """Share of labelled cases that the model selected."""
    tp, fp, fn, tn = confusion(outcomes)
    return divided(tp + fp, tp + fp + fn + tn)


@measure("specificity", BINARY)
def specificity(outcomes: Outcomes) -> Values:
    """Share of the negative cases that the model left alone."""
    _, fp, _, tn = confusion(outcomes)
    return divided(tn, tn + fp)


@measure("balanced_accuracy", BINARY)
def balanced_accuracy(outcomes: Outcomes) -> Values:
    """Mean of recall and specificity."""
    return (recall(outcomes) + specificity(outcomes)) / 2


@measure("matthews_corrcoef", BINARY)
def matthews_corrcoef(outcomes: Outcomes) -> Values:
    """Correlation of decision and outcome; 0 where all decisions or all outcomes are one, as scikit-learn has it."""
    tp, fp, fn, tn = confusion(outcomes)
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    value = np.where(product > 0, divided(tp * tn - fp * fn, np.sqrt(product)), 0.0)
    return np.where(tp + fp + fn + tn > 0, value, np.nan)


@measure("brier_skill", BINARY)
def brier_skill(outcomes: Outcomes) -> Values:
    """1 minus the Brier score over that of always predicting the observed rate; NaN for one class."""
    rate = base_rate(outcomes)
    return 1 - divided(brier_score(outcomes), rate * (1 - rate))
