"""Whether predicted probabilities come true: bins by quantiles of the score, and what a recalibration would change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.measures.binary import scores_of
from dashboard.measures.intervals import FEWEST_UNITS, student, wilson
from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Values, measure
from dashboard.profiles.bins import Floats, Ints
from dashboard.profiles.outcomes import NEGATIVE, POSITIVE
from dashboard.schema.card.metric_names import BINARY

BINS = 10
# A probability of exactly 0 or 1 has no logit; they are taken to be this near to it.
NEAREST = 1e-6
# Newton's steps: each doubles the right digits; where so many do not suffice, one class lies above the other.
STEPS = 30
CONVERGED = 1e-9
# Beyond such a slope the classes are separated, and the fit runs away.
STEEPEST = 1e3


@dataclass(frozen=True)
class CalibrationBins:
    """Predictions and outcomes by bin, from low predictions to high ones; `low` and `high` hold `observed`."""

    lower: Floats
    upper: Floats
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    rows: Ints


def bins_of_scores(outcomes: Outcomes) -> Ints:
    """The bin of each score: about equally many labelled rows in each, equal scores together."""
    rows = np.asarray(outcomes.arrays["scores"], dtype=np.float64)[..., :2, :].sum(axis=-2)
    pooled = rows.reshape(-1, rows.shape[-1]).sum(axis=0)
    ends = np.cumsum(pooled)
    place = (ends - pooled / 2) / max(float(pooled.sum()), 1.0) * BINS
    return np.clip(place.astype(np.int64), 0, BINS - 1)


def _by_bin(values: Values, place: Ints) -> Values:
    """Sums over the scores of each bin, on the last axis."""
    found = np.zeros((*values.shape[:-1], BINS))
    for index in np.unique(place):
        found[..., index] = values[..., place == index].sum(axis=-1)
    return found


def _labelled(outcomes: Outcomes) -> tuple[Values, Values]:
    scores = np.asarray(outcomes.arrays["scores"], dtype=np.float64)
    return scores[..., NEGATIVE, :], scores[..., POSITIVE, :]


def binary_bins(whole: Outcomes, units: Outcomes) -> CalibrationBins:
    """Bins of a binary model: sums of scores and outcomes are those of all labelled cases.

    Intervals are Wilson's, with as many rows as they are worth: rows of a unit (cluster group, period) that hang
    together count less, by the variance between units against that of independent rows.
    """
    place = bins_of_scores(whole)
    negative, positive = _labelled(whole)
    rows, happened = _by_bin(negative + positive, place), _by_bin(positive, place)
    predicted = divided(_by_bin((negative + positive) * scores_of(whole), place), rows)
    filled = rows > 0
    observed = divided(happened, rows)
    effect = _design_effect(units, scores_of(whole), place, observed)
    shares = zip(observed[filled], rows[filled] / effect, strict=True)
    low, high = np.array([wilson(share, number) for share, number in shares]).reshape(-1, 2).T
    scores = scores_of(whole)
    used = (negative + positive) > 0
    lower = np.array([scores[used & (place == index)].min() for index in np.flatnonzero(filled)])
    upper = np.array([scores[used & (place == index)].max() for index in np.flatnonzero(filled)])
    return CalibrationBins(lower, upper, predicted[filled], observed[filled], low, high, rows[filled].astype(np.int64))


def _design_effect(units: Outcomes, scores: Floats, place: Ints, rate: Floats) -> float:
    """How many times larger the variance of the bins' rates between units is than that of independent rows."""
    number = units.number()
    if number < FEWEST_UNITS:
        return 1.0
    first = np.array([scores[place == index].min() for index in np.unique(place)])
    own = np.unique(place)[np.clip(np.searchsorted(first, scores_of(units), side="right") - 1, 0, None)]
    negative, positive = _labelled(units)
    rows, happened = _by_bin(negative + positive, own), _by_bin(positive, own)
    # By the linearised delete-one jackknife of a ratio: sums of residuals by unit.
    residual = happened - rows * np.nan_to_num(rate)
    between = float((residual**2).sum()) * number / (number - 1)
    alone = float((rows.sum(axis=0) * np.nan_to_num(rate * (1 - rate))).sum())
    return max(1.0, between / alone) if alone > 0 else 1.0


def regression_bins(whole: Outcomes, units: Outcomes) -> CalibrationBins:
    """Bins of a regression: the regions of predicted values; intervals by leaving out one unit at a time."""
    edges = whole.layout.outcome.edges
    rows, predicted, actual = (whole.by_region(name) for name in ("labelled", "score_labelled", "actual"))
    observed, filled = divided(actual, rows), rows > 0
    number = units.number()
    reach = np.full(len(rows), np.nan)
    if number >= FEWEST_UNITS:
        # How far the mean actual may be from the mean prediction: the spread of the predictions is known.
        residual = units.by_region("error") - units.by_region("labelled") * divided(whole.by_region("error"), rows)
        spread = np.sqrt((np.nan_to_num(residual) ** 2).sum(axis=0) * number / (number - 1))
        reach = student(number - 1) * divided(spread, rows)
    return CalibrationBins(
        np.append(np.nan, edges)[filled],
        np.append(edges, np.nan)[filled],
        divided(predicted, rows)[filled],
        observed[filled],
        (observed - reach)[filled],
        (observed + reach)[filled],
        rows[filled].astype(np.int64),
    )


@measure("ece", BINARY)
def ece(outcomes: Outcomes) -> Values:
    """Mean distance between predicted probability and observed rate over ten bins of equally many cases."""
    place = bins_of_scores(outcomes)
    negative, positive = _labelled(outcomes)
    rows = negative + positive
    gap = np.abs(_by_bin(rows * scores_of(outcomes), place) - _by_bin(positive, place))
    return divided(gap.sum(axis=-1), rows.sum(axis=-1))


@measure("calibration_slope", BINARY)
def calibration_slope(outcomes: Outcomes) -> Values:
    """Slope b of logit(rate) = a + b * logit(score), by maximum likelihood; NaN where scores separate the classes.

    Cox, Two further applications of a model for binary regression, Biometrika 45 (1958).
    """
    return _recalibrated(outcomes, with_slope=True)[1]


@measure("calibration_intercept", BINARY)
def calibration_intercept(outcomes: Outcomes) -> Values:
    """What must be added to logit(score) so that the mean comes true (slope held at 1), by maximum likelihood.

    Van Calster et al., Calibration: the Achilles heel of predictive analytics, BMC Medicine 17 (2019).
    """
    return _recalibrated(outcomes, with_slope=False)[0]


def _recalibrated(outcomes: Outcomes, *, with_slope: bool) -> tuple[Values, Values]:
    """Intercept and slope of a logistic recalibration, by Newton's method on the rows of each score."""
    scores = np.clip(scores_of(outcomes), NEAREST, 1 - NEAREST)
    logit = np.log(scores) - np.log1p(-scores)
    negative, positive = _labelled(outcomes)
    rows = negative + positive
    intercept, slope = np.zeros(rows.shape[:-1]), np.ones(rows.shape[:-1])
    step = np.ones(rows.shape[:-1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(intercept[..., None] + slope[..., None] * logit, -50, 50)))
        weight, missing = rows * chance * (1 - chance), positive - rows * chance
        gradient, hessian = missing.sum(axis=-1), weight.sum(axis=-1)
        if with_slope:
            slope_gradient, mixed = (missing * logit).sum(axis=-1), (weight * logit).sum(axis=-1)
            squared = (weight * logit * logit).sum(axis=-1)
            determinant = hessian * squared - mixed * mixed
            up = divided(squared * gradient - mixed * slope_gradient, determinant)
            along = divided(hessian * slope_gradient - mixed * gradient, determinant)
        else:
            up, along = divided(gradient, hessian), np.zeros_like(gradient)
        # Long steps are shortened: far from the answer the likelihood is not a parabola.
        step = np.maximum(np.abs(up), np.abs(along) * 5)
        shorter = np.minimum(1.0, 5 / np.maximum(step, 1e-300))
        intercept, slope = intercept + up * shorter, slope + along * shorter
        if not np.nanmax(step, initial=0.0) > CONVERGED:
            break
    both = (positive.sum(axis=-1) > 0) & (negative.sum(axis=-1) > 0)
    fits = both & (step <= 1e-6) & (np.abs(slope) < STEEPEST)
    return np.where(fits, intercept, np.nan), np.where(fits, slope, np.nan)
