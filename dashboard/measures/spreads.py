"""Intervals of the families of figures, at any confidence: shares, ranks, means over two classes, other means.

Each is as wide as its figure varies: `design` multiplies the variance of rows that do not hang together, `degrees` are
those of Student's t. None has a width of zero, and none leaves the range of its figure.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dashboard.measures.intervals import student, wilson

Scale = Literal["plain", "log", "gap", "logit"]
# Halvings of a range: to the last digit of a double.
HALVINGS = 60


@dataclass(frozen=True)
class ShareSpread:
    """A share `part` of `whole`.

    Wilson, Probable inference (1927), with the number of rows divided by the design effect (Korn and Graubard,
    Confidence intervals for proportions with small expected number of positive counts (1998)) and Student's t.
    `harmonic` tells that the figure is 2 s / (1 + s) of the share s: F1 is that of tp / (tp + fp + fn).

    >>> low, high = ShareSpread(2, 10, 1.0, 1_000_000).ends(0.95)
    >>> round(low, 3), round(high, 3)
    (0.057, 0.51)
    """

    part: float
    whole: float
    design: float
    degrees: int
    harmonic: bool = False

    def ends(self, confidence: float) -> tuple[float, float]:
        """Low and high end."""
        low, high = wilson(self.part / self.whole, self.whole / self.design, student(self.degrees, confidence))
        return (2 * low / (1 + low), 2 * high / (1 + high)) if self.harmonic else (low, high)


@dataclass(frozen=True)
class RankSpread:
    """The probability that one of `positive` cases scores above one of `negative` ones.

    Newcombe, Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2 (2006),
    method 5: the variance of Hanley and McNeil (1982) at the ends of the interval, not at the value.
    """

    value: float
    positive: float
    negative: float
    design: float
    degrees: int

    def ends(self, confidence: float) -> tuple[float, float]:
        """Low and high end."""
        reach = student(self.degrees, confidence) * math.sqrt(self.design)

        def inside(area: float) -> bool:
            return abs(area - self.value) <= reach * math.sqrt(rank_variance(area, self.positive, self.negative))

        return farthest(inside, self.value, 0.0), farthest(inside, self.value, 1.0)


def rank_variance(area: float, positive: float, negative: float) -> float:
    """Variance of an area under the curve by Hanley and McNeil, both numbers of cases at their mean (Newcombe 2006)."""
    pairs = (positive + negative) / 2 - 1
    spread = 1 + pairs * (1 - area) / (2 - area) + pairs * area / (1 + area)
    return area * (1 - area) * spread / (positive * negative)


def farthest(inside: Callable[[float], bool], start: float, end: float) -> float:
    """The farthest point from a start towards an end that is still inside."""
    if inside(end):
        return end
    near, far = start, end
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if inside(middle) else (near, middle)
    return near


@dataclass(frozen=True)
class ClassesSpread:
    """A mean over the rows of two classes: `value` = mean of the negative + share of positive * `difference`.

    The share of positive rows has Wilson's interval, the means of the classes add `within`, the variance that they give
    the figure: Zou and Donner, Construction of confidence limits about effect measures: a general approach (2008).
    So few positive rows, or none, leave room for those that were missed by chance.
    """

    value: float
    positive: float
    rows: float
    difference: float
    within: float
    design: float
    degrees: int

    def ends(self, confidence: float) -> tuple[float, float]:
        """Low and high end."""
        reach = student(self.degrees, confidence)
        share = self.positive / self.rows
        low, high = wilson(share, self.rows / self.design, reach)
        ways = sorted((self.difference * (low - share), self.difference * (high - share)))
        within = reach * reach * self.design * self.within
        return self.value - math.hypot(ways[0], math.sqrt(within)), self.value + math.hypot(ways[1], math.sqrt(within))


@dataclass(frozen=True)
class MeanSpread:
    """Any other figure: its standard error on a scale on which it varies evenly.

    Scales: the figure itself, its logarithm (figures above zero), the logarithm of its gap to one (R²), the logit.
    """

    value: float
    error: float
    degrees: int
    scale: Scale = "plain"
    design: float = 1.0

    def ends(self, confidence: float) -> tuple[float, float]:
        """Low and high end."""
        there, back, slope = _SCALES[self.scale]
        middle, reach = there(self.value), student(self.degrees, confidence) * self.error * slope(self.value)
        reach *= math.sqrt(self.design)
        ends = back(middle - reach), back(middle + reach)
        return min(ends), max(ends)


def _bounded_exp(value: float) -> float:
    return math.exp(min(value, 700.0))


# There, back, and the size of the slope there.
_SCALES: dict[Scale, tuple[Callable[[float], float], Callable[[float], float], Callable[[float], float]]] = {
    "plain": (lambda x: x, lambda x: x, lambda x: 1.0),
    "log": (math.log, _bounded_exp, lambda x: 1 / x),
    "gap": (lambda x: math.log(1 - x), lambda x: 1 - _bounded_exp(x), lambda x: 1 / (1 - x)),
    "logit": (
        lambda x: math.log(x / (1 - x)),
        lambda x: 1 / (1 + _bounded_exp(-x)),
        lambda x: 1 / (x * (1 - x)),
    ),
}


@dataclass(frozen=True)
class SharesSpread:
    """The mean of several shares (part, whole), of classes: each Wilson's interval, added up by its square.

    Zou, Huang and Zhang, A note on confidence interval estimation for a linear function of binomial proportions (2009).
    """

    shares: tuple[tuple[float, float], ...]
    design: float
    degrees: int
    harmonic: bool = False

    def ends(self, confidence: float) -> tuple[float, float]:
        """Low and high end."""
        below = above = total = 0.0
        for part, whole in self.shares:
            low, high = ShareSpread(part, whole, self.design, self.degrees, self.harmonic).ends(confidence)
            share = part / whole
            share = 2 * share / (1 + share) if self.harmonic else share
            below, above, total = below + (share - low) ** 2, above + (high - share) ** 2, total + share
        number = len(self.shares)
        return (total - math.sqrt(below)) / number, (total + math.sqrt(above)) / number
