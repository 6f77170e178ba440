"""Do raters agree beyond chance? Cohen's kappa for two of them, Fleiss' kappa for several, each with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.intervals import Z, jackknife_variance, student
from dashboard.profiles.bins import Floats

# With fewer cases an interval from cases left out says nothing.
FEWEST_CASES = 3


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance, 1 = complete, 0 = as by chance, with its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


UNDEFINED = Kappa(math.nan, math.nan, math.nan)


def cohen_kappa(table: NDArray[np.int64]) -> Kappa:
    """Cohen's kappa of two raters from the table of their ratings (categories, categories).

    The interval rests on the large-sample variance of Fleiss, Cohen and Everitt (1969). Undefined without cases, and
    where both raters only ever use one category.

    >>> cohen_kappa(np.array([[20, 5], [10, 15]])).value.__round__(3)
    0.4
    """
    number = float(table.sum())
    if not number:
        return UNDEFINED
    shares = table / number
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    seen, expected = float(np.trace(shares)), float(rows @ columns)
    if expected >= 1:
        return UNDEFINED
    value = (seen - expected) / (1 - expected)
    left = 1 - value
    agreeing = float(np.sum(np.diag(shares) * (1 - (rows + columns) * left) ** 2))
    crossed = shares * (columns[:, None] + rows[None, :]) ** 2
    differing = left**2 * float(crossed.sum() - np.trace(crossed))
    variance = (agreeing + differing - (value - expected * left) ** 2) / (1 - expected) ** 2 / number
    return _within(value, Z * math.sqrt(max(0.0, variance)))


def fleiss_kappa(counts: NDArray[np.int64]) -> Kappa:
    """Fleiss' kappa of several raters from how many of them put each case into each category (cases, categories).

    Cases may have different numbers of raters, each at least two (Fleiss, Levin and Paik 2003, section 18.3); with
    equal numbers it is Fleiss (1971). The interval leaves out one case at a time. Undefined without cases, and where
    all raters only ever use one category.
    """
    if not len(counts):
        return UNDEFINED
    raters = counts.sum(axis=1)
    agreeing = (np.sum(counts**2, axis=1) - raters) / (raters * (raters - 1))
    value = _fleiss(np.array([agreeing.mean()]), counts.sum(axis=0)[None, :])[0]
    if not math.isfinite(value):
        return UNDEFINED
    number = len(counts)
    if number < FEWEST_CASES:
        return Kappa(value, math.nan, math.nan)
    without = _fleiss((agreeing.sum() - agreeing) / (number - 1), counts.sum(axis=0) - counts)
    if not np.isfinite(without).all():
        return Kappa(value, math.nan, math.nan)
    return _within(value, student(number - 1) * math.sqrt(jackknife_variance(without)))


def _fleiss(agreeing: Floats, totals: NDArray[np.int64]) -> Floats:
    """The kappa of each row: mean agreement within cases, and ratings by category (rows, categories)."""
    shares = totals / totals.sum(axis=1, keepdims=True)
    expected = np.sum(shares**2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected < 1, (agreeing - expected) / (1 - expected), math.nan)


def _within(value: float, reach: float) -> Kappa:
    return Kappa(value, max(-1.0, value - reach), min(1.0, value + reach))
