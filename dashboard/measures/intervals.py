"""95 % intervals that leave out one unit (group of clusters, or period) at a time, never single rows.

Delete-one-group jackknife: Efron, The Jackknife, the Bootstrap and Other Resampling Plans (1982), chapter 3, with
Student's t of (units - 1) degrees of freedom.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Measure, Values

# With fewer units an interval would say nothing.
FEWEST_UNITS = 3
LEVEL = 0.95
# The two-sided 95 % point of the normal distribution.
Z = 1.959964


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
    # The quantile behind `scipy.stats.t.ppf`, without the second and a half that importing all of scipy.stats takes.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + LEVEL) / 2))


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
