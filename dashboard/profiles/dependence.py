"""How far rows of one day, week or cluster are alike, from the reference: such rows count for less than their number.

Pearson's statistic of the table of groups by bins, over its degrees of freedom, is one for independent rows, and the
mean of the design effects over bins for rows that hang together (Kish, Survey Sampling, 1965; Rao and Scott, Annals of
Statistics 12, 1984). Their squares tell how uneven the effects are: where a whole group lies high or low, neighbouring
bins rise together, and a sum over bins varies more than its mean tells (the second-order correction of Rao and Scott).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.bins import Ints

DAYS_A_WEEK = 7
# Fewer groups, or rows in a group, show nothing.
FEWEST_GROUPS, FEWEST_ROWS = 6, 2.0
# So many of its standard errors the statistic has to lie above one.
ERRORS_ABOVE = 2.0
# Clusters fall into so many groups by hash; sums of independent clusters have the same design effect as clusters.
GROUPS = 512
MOST_CODES = 50


@dataclass(frozen=True)
class Units:
    """To what rows of the reference belong: the day, and the group of the cluster where the card names one.

    Where only every `step`-th row is looked at, a cluster has `step` times as many rows as are seen of it.
    """

    day: Ints
    cluster: Ints | None
    step: int = 1


@dataclass(frozen=True)
class Dependence:
    """How rows of one column hang together.

    `day` and `week` are correlations between rows of one day and of one week, `cluster` is the design effect of
    clusters as the reference has them. `unevenness` is the mean square of the effects over bins over the square of
    their mean: 1 where all bins are alike, the number of bins where all hang on one.
    """

    day: float = 0.0
    week: float = 0.0
    cluster: float = 1.0
    unevenness: float = 1.0

    def design_effect(self, rows_a_day: float) -> float:
        """How many rows count as one: the largest effect of the three.

        >>> Dependence(day=0.1).design_effect(11)
        2.0
        """
        by_day = 1 + max(0.0, rows_a_day - 1) * self.day
        by_week = 1 + max(0.0, rows_a_day * DAYS_A_WEEK - 1) * self.week
        return max(1.0, self.cluster, by_day, by_week)


@dataclass(frozen=True)
class _Excess:
    """By how much the statistic lies above one, its own error added, the size of a row's group, and the unevenness."""

    above: float = 0.0
    size: float = 0.0
    unevenness: float = 1.0


def dependence_of(codes: Ints, units: Units) -> Dependence:
    """The dependence of a column whose rows have these codes."""
    day, week = _excess(codes, units.day), _excess(codes, units.day // DAYS_A_WEEK)
    cluster = _Excess() if units.cluster is None else _excess(codes, units.cluster)
    unevenness = max(found.unevenness for found in (day, week, cluster))
    return Dependence(_correlation(day), _correlation(week), 1 + cluster.above * units.step, unevenness)


def _correlation(found: _Excess) -> float:
    return found.above / (found.size - 1) if found.above > 0 and found.size > 1 else 0.0


def _excess(codes: Ints, groups: Ints) -> _Excess:
    """What a column's table of groups by bins shows; nothing where that may be chance."""
    present, place = np.unique(groups, return_inverse=True)
    _, code = np.unique(codes, return_inverse=True)
    number, width = len(present), int(code.max(initial=-1)) + 1
    if number < FEWEST_GROUPS or width < 2 or len(codes) < FEWEST_ROWS * number:
        return _Excess()
    table = np.bincount(place * width + code, minlength=number * width).reshape(number, width).astype(np.float64)
    sizes, shares = table.sum(axis=1), table.sum(axis=0) / len(codes)
    residuals = (table - sizes[:, None] * shares) / np.sqrt(sizes[:, None] * shares)
    freedom = (number - 1) * (width - 1)
    above = float((residuals**2).sum()) / freedom - 1
    if above <= ERRORS_ABOVE * math.sqrt(2 / freedom):
        return _Excess()
    unevenness = _unevenness(residuals)
    above += (1 + above) * math.sqrt(2 * unevenness / freedom)
    return _Excess(above, float((sizes**2).sum() / sizes.sum()), unevenness)


def _unevenness(residuals: NDArray[np.float64]) -> float:
    """Mean square of the design effects over the square of their mean, from residuals (groups, bins) of a table.

    The effects are the eigenvalues of the residuals' covariance; few groups make them look more uneven: the safe side.
    """
    number, width = residuals.shape
    # Not by BLAS, whose last digits depend on the machine and on where the table lies in memory.
    effects = np.einsum("gi,gj->ij", residuals, residuals) / (number - 1)
    mean, squares = float(np.trace(effects)), float((effects**2).sum())
    return min(width - 1.0, max(1.0, (width - 1) * squares / mean**2))
