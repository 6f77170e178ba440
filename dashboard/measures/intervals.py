"""95 % intervals that leave out one unit (group of clusters, or period) at a time, never single rows.

Delete-one-group jackknife: Efron, The Jackknife, the Bootstrap and Other Resampling Plans (1982), chapter 3, with
Student's t of (units - 1) degrees of freedom.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Measure, Values

# With fewer units an interval would say nothing.
FEWEST_UNITS = 3
LEVEL = 0.95
# The two-sided 95 % point of the normal distribution.
Z = 1.959964
# Newton's steps to the last digit; one degree of freedom, the farthest from the normal distribution, takes 9.
STEPS = 12


def standard_error(measure: Measure, units: Outcomes) -> tuple[float, int]:
    """Standard error of a measure and the number of units behind it; NaN where it is unknown."""
    number = len(next(iter(units.arrays.values()))) if units.arrays else 0
    if number < FEWEST_UNITS:
        return float("nan"), number
    left_out = measure.compute(units.leaving_one_out())
    deviations = left_out - left_out.mean()
    return float(np.sqrt((number - 1) / number * np.sum(deviations**2))), number


def interval(value: float, error: float, units: int, measure: Measure) -> tuple[float, float]:
    """Low and high end around `value`, inside the measure's bounds; NaN where the error is not known."""
    if not np.isfinite(value) or not np.isfinite(error):
        return float("nan"), float("nan")
    reach = student(units - 1) * error
    return max(measure.low, value - reach), min(measure.high, value + reach)


@cache
def student(degrees: int) -> float:
    """The two-sided 95 % point of Student's t."""
    # Below the point the probability rises ever more slowly, so that Newton's steps from the left never pass it.
    point = NormalDist().inv_cdf((1 + LEVEL) / 2)
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    for _ in range(STEPS):
        density = scale * (1 + point * point / degrees) ** (-(degrees + 1) / 2)
        point += (LEVEL - student_within(point, degrees)) / (2 * density)
    return point


def student_within(point: float, degrees: int) -> float:
    """Probability that Student's t lies between minus and plus `point` (Abramowitz and Stegun, 26.7.3 and 26.7.4).

    >>> round(student_within(4.302653, 2), 6)
    0.95
    """
    angle = math.atan(point / math.sqrt(degrees))
    odd = degrees % 2
    orders = np.arange(1 + odd, degrees - 1, 2)
    ratios = orders / (orders + 1) * math.cos(angle) ** 2
    series = (1 + float(np.cumprod(ratios).sum())) * math.sin(angle)
    if not odd:
        return series
    return 2 / math.pi * (angle + (series * math.cos(angle) if degrees > 1 else 0))


def share_interval(part: ArrayLike, whole: ArrayLike) -> tuple[Values, Values]:
    """Low and high end of the share `part` of `whole` of things that do not hang together; NaN for none of none.

    Wilson, Probable inference (1927).

    >>> low, high = share_interval(2, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.057, 0.51)
    """
    found, number = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    centre = divided(found + Z * Z / 2, number + Z * Z)
    reach = divided(Z * np.sqrt(found * divided(number - found, number) + Z * Z / 4), number + Z * Z)
    return centre - reach, centre + reach
