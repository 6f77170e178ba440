"""How alike two rankings of the same cases are: Spearman's rank correlation with its interval."""

from __future__ import annotations

import math

import numpy as np

from dashboard.measures.figure import Figure
from dashboard.measures.intervals import Z
from dashboard.profiles.bins import Floats

# With fewer cases an interval would say nothing.
FEWEST_CASES = 10
ROUNDING = 1e-12
UNDEFINED = Figure(math.nan, math.nan, math.nan, 0)


def spearman(first: Floats, second: Floats) -> Figure:
    """Rank correlation of paired numbers, ties at their mean rank, with a 95 % interval by cases.

    Undefined for fewer than ten cases and for a side that never varies. The interval is on Fisher's z with variance
    (1 + r² / 2) / (n - 3): Bonett and Wright, Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations (2000). Raises ValueError for sides of different length.
    """
    if len(first) != len(second):
        raise ValueError(f"received {len(first)} and {len(second)} numbers; give as many of both")
    number = len(first)
    if number < FEWEST_CASES or np.ptp(first) == 0 or np.ptp(second) == 0:
        return UNDEFINED
    value = float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])
    if abs(value) > 1 - ROUNDING:
        same = math.copysign(1.0, value)
        return Figure(same, same, same, number)
    reach = Z * math.sqrt((1 + value * value / 2) / (number - 3))
    return Figure(value, math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach), number)


def _ranks(values: Floats) -> Floats:
    """Ranks from 1 on, of equal numbers their mean."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]
