"""Measures of regression, by scikit-learn's names and formulas."""

from __future__ import annotations

import numpy as np

from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Values, measure
from dashboard.profiles.outcomes import TOTAL_SUMS
from dashboard.schema.card.metric_names import REGRESSION

# Below this share of the actuals' spread a variance is rounding, not variation.
ROUNDING = 1e-12


def region_sum(outcomes: Outcomes, name: str) -> Values:
    """One of REGION_SUMS over all regions."""
    return np.asarray(outcomes.by_region(name).sum(axis=-1))


def total(outcomes: Outcomes, name: str) -> Values:
    """One of TOTAL_SUMS; NaN for profiles from before it was counted."""
    if TOTAL_SUMS.index(name) >= outcomes.arrays["totals"].shape[-1]:
        return np.full(outcomes.arrays["totals"].shape[:-1], np.nan)
    return np.asarray(outcomes.arrays["totals"][..., TOTAL_SUMS.index(name)], dtype=np.float64)


@measure("mae", REGRESSION)
def mae(outcomes: Outcomes) -> Values:
    """Mean absolute difference between prediction and actual."""
    return divided(region_sum(outcomes, "absolute_error"), region_sum(outcomes, "labelled"))


@measure("rmse", REGRESSION)
def rmse(outcomes: Outcomes) -> Values:
    """Square root of the mean squared difference between prediction and actual."""
    return np.sqrt(np.maximum(0, divided(region_sum(outcomes, "squared_error"), region_sum(outcomes, "labelled"))))


@measure("r2", REGRESSION)
def r2(outcomes: Outcomes) -> Values:
    """Share of the actuals' variance that the model explains; negative when a constant would do better."""
    rows = region_sum(outcomes, "labelled")
    squares = total(outcomes, "centred_squared")
    spread = squares - divided(total(outcomes, "centred") ** 2, rows)
    spread = np.where((rows < 2) | (spread <= ROUNDING * np.maximum(squares, 1e-300)), 0.0, spread)
    return 1 - divided(region_sum(outcomes, "squared_error"), spread)


@measure("mape", REGRESSION)
def mape(outcomes: Outcomes) -> Values:
    """Mean absolute error relative to the actual (0.1 = ten percent)."""
    return divided(total(outcomes, "relative_error"), region_sum(outcomes, "labelled"))


@measure("mean_prediction", REGRESSION)
def mean_prediction(outcomes: Outcomes) -> Values:
    """Mean prediction of the labelled cases."""
    return divided(region_sum(outcomes, "score_labelled"), region_sum(outcomes, "labelled"))


@measure("mean_actual", REGRESSION)
def mean_actual(outcomes: Outcomes) -> Values:
    """Mean actual value of the labelled cases."""
    return divided(region_sum(outcomes, "actual"), region_sum(outcomes, "labelled"))


@measure("bias", REGRESSION)
def bias(outcomes: Outcomes) -> Values:
    """Mean of prediction minus actual: below zero the model predicts too little."""
    return divided(region_sum(outcomes, "error"), region_sum(outcomes, "labelled"))


@measure("bias_relative", REGRESSION)
def bias_relative(outcomes: Outcomes) -> Values:
    """Mean of prediction minus actual, relative to the size of the mean actual (0.1 = ten percent too much)."""
    return divided(region_sum(outcomes, "error"), np.abs(region_sum(outcomes, "actual")))


@measure("mse", REGRESSION)
def mse(outcomes: Outcomes) -> Values:
    """Mean squared difference between prediction and actual."""
    return divided(region_sum(outcomes, "squared_error"), region_sum(outcomes, "labelled"))


@measure("wape", REGRESSION)
def wape(outcomes: Outcomes) -> Values:
    """Sum of the absolute errors over the sum of the absolute actuals (0.1 = ten percent)."""
    return divided(region_sum(outcomes, "absolute_error"), total(outcomes, "absolute_actual"))


@measure("root_mean_squared_log_error", REGRESSION)
def root_mean_squared_log_error(outcomes: Outcomes) -> Values:
    """Root of the mean squared difference of log(1 + value); NaN where a prediction or an actual is below zero."""
    missed = total(outcomes, "squared_log_error")
    rows = region_sum(outcomes, "labelled")
    return np.sqrt(np.where(total(outcomes, "below_zero") > 0, np.nan, divided(missed, rows)))


@measure("pinball_loss", REGRESSION)
def pinball_loss(outcomes: Outcomes) -> Values:
    """Mean of q * shortfall + (1 - q) * excess of a predicted quantile q (Koenker and Bassett 1978)."""
    absolute, error = region_sum(outcomes, "absolute_error"), region_sum(outcomes, "error")
    excess, shortfall = (absolute + error) / 2, (absolute - error) / 2
    quantile = outcomes.layout.outcome.quantile
    return divided(quantile * shortfall + (1 - quantile) * excess, region_sum(outcomes, "labelled"))
