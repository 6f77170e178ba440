"""Standard errors from units of resampling, and Student's t; what intervals follow from.

Delete-one-group jackknife: Efron, The Jackknife, the Bootstrap and Other Resampling Plans (1982), chapter 3. Periods in
a row that hang together are known by their autocorrelation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from dashboard.measures.outcomes import Outcomes
from dashboard.measures.registry import Measure
from dashboard.profiles.bins import Floats

# With fewer units an interval would say nothing.
FEWEST_UNITS = 3
LEVEL = 0.95
# The two-sided 95 % point of the normal distribution.
Z = 1.959964
# Newton's steps to the last digit; one degree of freedom at the highest confidence takes the most.
STEPS = 200
# Above so many degrees the normal distribution, corrected to second order, is exact to nine digits.
MANY = 2_000
# Autocorrelation of fewer units is taken as chance, and of more within so many of its standard errors.
FEWEST_IN_ORDER = 8
BY_CHANCE = 1.282
# Slow waves of a series that tell, and that measure, how it hangs together; waves of parts that do not hang together
# take more than SLOW times their variance in one series of ten (F distribution).
WAVES_TO_TELL, WAVES, SLOW = 4, 3, 2.1
# A series that hangs together more closely than this is no longer a sample of anything.
MOST_CORRELATED = 0.95


@dataclass(frozen=True)
class UnitError:
    """Standard error of a figure from units of resampling, their number, and the degrees of freedom behind the error.

    NaN where it is not known: too few units, or a figure that is undefined without one of them. `tails` are the degrees
    that long tails leave: few, where few units carry most of the variance.
    """

    error: float
    units: int
    degrees: int
    tails: int


NO_UNITS = UnitError(math.nan, 0, 0, 0)


def unit_error(measure: Measure, units: Outcomes, in_order: bool) -> UnitError:
    """The error of a measure by leaving out one unit at a time; `in_order` tells that units follow each other in time.

    Units that differ much in size count as fewer: degrees are their effective number, (sum n)² / sum n², less one
    (Kish, Survey Sampling (1965)).
    """
    number = units.number()
    if number < FEWEST_UNITS:
        return replace(NO_UNITS, units=number)
    left_out = measure.compute(units.leaving_one_out())
    rows = units.labelled()
    deviations = left_out - left_out.mean()
    variance = jackknife_variance(left_out)
    effective = float(rows.sum() ** 2 / np.sum(rows**2))
    degrees = max(1, int(effective) - 1)
    if in_order and math.isfinite(variance) and variance > 0:
        times, most = hanging_together(left_out)
        variance, degrees = variance * times, min(degrees, most)
    return UnitError(math.sqrt(variance), number, degrees, tail_degrees(deviations))


def jackknife_variance(left_out: Floats) -> float:
    """Variance of a figure from its values without each unit in turn."""
    number = len(left_out)
    return (number - 1) / number * float(np.sum((left_out - left_out.mean()) ** 2))


def tail_degrees(deviations: Floats) -> int:
    """Degrees of freedom of a variance of these values; see `degrees_of_tails`."""
    number, squares = len(deviations), float(np.sum(deviations**2))
    if not squares > 0:
        return max(1, number - 1)
    return degrees_of_tails(number, number * float(np.sum(deviations**4)) / squares**2)


def degrees_of_tails(number: float, kurtosis: float) -> int:
    """Degrees of freedom of a variance of long-tailed values: 2 n / (kurtosis - 1), n where they are normal.

    Twice the squared mean over the variance of a variance (Satterthwaite 1946).

    >>> degrees_of_tails(100, 3.0), degrees_of_tails(100, 21.0)
    (99, 9)
    """
    return max(1, min(int(number) - 1, round(2 * number / max(kurtosis - 1, 1e-9)) - 1))


def hanging_together(values: Floats) -> tuple[float, int]:
    """By how much the variance of a mean grows because its parts, in order of time, hang together; degrees of freedom.

    One, and as many degrees as parts, where nothing tells that they do. Else the wider of two: (1 + r) / (1 - r) of the
    first autocorrelation r (Bartlett 1946), corrected for its bias in short series (Kendall 1954); and the variance of
    slow waves over that of all, with as few degrees as waves (Lazarus, Lewis, Stock and Watson, HAR inference (2018)).
    """
    number = len(values)
    deviations = values - values.mean()
    total = float(np.sum(deviations**2))
    if number < FEWEST_IN_ORDER or total <= 0:
        return 1.0, number
    found = float(np.sum(deviations[1:] * deviations[:-1])) / total
    waves = [_wave(deviations, half_turns) for half_turns in range(1, WAVES_TO_TELL + 1)]
    white = total / (number - 1)
    if found <= BY_CHANCE / math.sqrt(number) and sum(waves) / len(waves) <= SLOW * white:
        return 1.0, number
    slow = max(1.0, sum(waves[:WAVES]) / WAVES / white)
    corrected = min(MOST_CORRELATED, max(0.0, found + (1 + 3 * found) / number))
    series = (1 + corrected) / (1 - corrected)
    ways = [(slow, WAVES), (series, max(1, int(number / series) - 1))]
    return max(ways, key=lambda way: math.sqrt(way[0]) * student(way[1]))


def _wave(deviations: Floats, half_turns: int) -> float:
    """The variance that a cosine of so many half turns takes of a series."""
    places = (np.arange(len(deviations)) + 0.5) / len(deviations)
    return float(2 / len(deviations) * np.sum(deviations * np.cos(np.pi * half_turns * places)) ** 2)


def interval(value: float, error: float, units: int, measure: Measure) -> tuple[float, float]:
    """Low and high end around `value`, inside the measure's bounds; NaN where the error is not known."""
    if not np.isfinite(value) or not np.isfinite(error):
        return float("nan"), float("nan")
    reach = student(units - 1) * error
    return max(measure.low, value - reach), min(measure.high, value + reach)


@lru_cache(maxsize=20_000)
def student(degrees: int, confidence: float = LEVEL) -> float:
    """The two-sided point of Student's t: the size that is exceeded with probability 1 - `confidence`."""
    point = NormalDist().inv_cdf((1 + confidence) / 2)
    if degrees > MANY:
        # Abramowitz and Stegun, 26.7.5.
        third, fifth = (point**3 + point) / 4, (5 * point**5 + 16 * point**3 + 3 * point) / 96
        return point + third / degrees + fifth / degrees**2
    # Below the point the probability rises ever more slowly, so that Newton's steps from the left never pass it.
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    for _ in range(STEPS):
        density = scale * (1 + point * point / degrees) ** (-(degrees + 1) / 2)
        step = (confidence - student_within(point, degrees)) / (2 * density)
        point += step
        if step <= 1e-13 * point:
            break
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


def wilson(share: float, number: float, reach: float = Z) -> tuple[float, float]:
    """Low and high end of a share of `number` things that do not hang together, `reach` standard errors away.

    Wilson, Probable inference (1927).

    >>> low, high = wilson(0.2, 10)
    >>> round(low, 3), round(high, 3)
    (0.057, 0.51)
    """
    square = reach * reach
    centre = (share * number + square / 2) / (number + square)
    half = reach * math.sqrt(share * (1 - share) * number + square / 4) / (number + square)
    return max(0.0, centre - half), min(1.0, centre + half)
