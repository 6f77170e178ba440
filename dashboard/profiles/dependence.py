"""How far rows of one day, week or cluster are alike, from the reference: such rows count for less than their number.

Pearson's statistic of the table of groups by bins, over its degrees of freedom, is one for independent rows, and the
design effect for rows that hang together (Kish, Survey Sampling, 1965; Rao and Scott, Annals of Statistics 12, 1984).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

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
    clusters as the reference has them.
    """

    day: float = 0.0
    week: float = 0.0
    cluster: float = 1.0

    def design_effect(self, rows_a_day: float) -> float:
        """How many rows count as one: the largest effect of the three.

        >>> Dependence(day=0.1).design_effect(11)
        2.0
        """
        by_day = 1 + max(0.0, rows_a_day - 1) * self.day
        by_week = 1 + max(0.0, rows_a_day * DAYS_A_WEEK - 1) * self.week
        return max(1.0, self.cluster, by_day, by_week)


def dependence_of(codes: Ints, units: Units) -> Dependence:
    """The dependence of a column whose rows have these codes."""
    day, size = _excess(codes, units.day)
    week, week_size = _excess(codes, units.day // DAYS_A_WEEK)
    cluster = 0.0 if units.cluster is None else _excess(codes, units.cluster)[0]
    return Dependence(_correlation(day, size), _correlation(week, week_size), 1 + cluster * units.step)


def _correlation(excess: float, size: float) -> float:
    return excess / (size - 1) if excess > 0 and size > 1 else 0.0


def _excess(codes: Ints, groups: Ints) -> tuple[float, float]:
    """By how much the statistic lies above one, 0 where that may be chance, and the size of a row's group."""
    present, place = np.unique(groups, return_inverse=True)
    _, code = np.unique(codes, return_inverse=True)
    number, width = len(present), int(code.max(initial=-1)) + 1
    if number < FEWEST_GROUPS or width < 2 or len(codes) < FEWEST_ROWS * number:
        return 0.0, 0.0
    table = np.bincount(place * width + code, minlength=number * width).reshape(number, width).astype(np.float64)
    sizes = table.sum(axis=1)
    expected = sizes[:, None] * table.sum(axis=0) / len(codes)
    freedom = (number - 1) * (width - 1)
    excess = float(((table - expected) ** 2 / expected).sum()) / freedom - 1
    seen = excess > ERRORS_ABOVE * math.sqrt(2 / freedom)
    return (excess if seen else 0.0), float((sizes**2).sum() / sizes.sum())
