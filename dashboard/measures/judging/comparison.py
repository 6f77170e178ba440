"""Whether figures lie beyond their bounds, or moved from the reference, by more than chance; several of them together.

Differences of two uncertain figures: each end is as far away as both figures' own ends, added by squares (Zou and
Donner, Construction of confidence limits about effect measures: a general approach (2008)). Tests made together are
corrected by Holm, A simple sequentially rejective multiple test procedure (1979).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from dashboard.measures.figure import Figure
from dashboard.measures.judging.pooled_design import with_design_of
from dashboard.measures.registry import Measure
from dashboard.schema.card.business import KeyMetric

# Holds or not at a confidence; the surer, the more seldom.
Test = Callable[[float], bool]


def certain(tests: Sequence[Test], confidence: float) -> list[bool]:
    """Which tests hold when all of them are made together at a confidence: Holm's step-down.

    >>> certain([lambda c: c <= 0.999, lambda c: c <= 0.96], 0.95)
    [True, True]
    >>> certain([lambda c: c <= 0.96, lambda c: c <= 0.96], 0.95)
    [False, False]
    """
    found = [False] * len(tests)
    while not all(found):
        left = len(found) - sum(found)
        level = 1 - (1 - confidence) / left
        new = [place for place, held in enumerate(found) if not held and tests[place](level)]
        if not new:
            break
        for place in new:
            found[place] = True
    return found


def difference_ends(now: Figure, then: Figure, confidence: float) -> tuple[float, float]:
    """Low and high end of `now` minus `then`; NaN where one of them has no interval."""
    ends, others = ends_of(with_design_of(now, then), confidence), ends_of(with_design_of(then, now), confidence)
    difference = now.value - then.value
    low = difference - math.hypot(now.value - ends[0], others[1] - then.value)
    return low, difference + math.hypot(ends[1] - now.value, then.value - others[0])


def ends_of(figure: Figure, confidence: float) -> tuple[float, float]:
    """Low and high end of a figure at a confidence; NaN where it has no interval."""
    return figure.spread.ends(confidence) if figure.spread is not None else (math.nan, math.nan)


def worse_than(measure: Measure, now: Figure, then: Figure) -> Test:
    """Whether a figure is worse than another; one that only describes: whether it differs."""

    def test(confidence: float) -> bool:
        # Where both directions count, each gets half of the chance.
        both = measure.better in ("zero", "none")
        low, high = difference_ends(now, then, (1 + confidence) / 2 if both else confidence)
        if measure.better == "higher":
            return high < 0
        if measure.better == "lower":
            return low > 0
        if measure.better == "none":
            return low > 0 or high < 0
        # Farther from zero than the other, whichever side that lies on.
        mirrored = replace(then, value=-then.value, spread=_Mirrored(then) if then.spread else None)
        other_low, other_high = difference_ends(now, mirrored, (1 + confidence) / 2)
        return min(low, other_low) > 0 if now.value > 0 else max(high, other_high) < 0

    return test


class _Mirrored:
    """The interval of a figure on the other side of zero."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure

    def ends(self, confidence: float) -> tuple[float, float]:
        """Low and high end."""
        low, high = ends_of(self._figure, confidence)
        return -high, -low


def beyond(measure: Measure, figure: Figure, bound: float, target: KeyMetric) -> Test:
    """Whether a figure's whole interval lies on the bad side of a bound."""

    def test(confidence: float) -> bool:
        low, high = ends_of(figure, confidence)
        if not (math.isfinite(low) and math.isfinite(high)):
            return False
        if measure.better == "zero":
            return is_worse(measure, low, bound, target) and is_worse(measure, high, bound, target) and low * high > 0
        return is_worse(measure, low, bound, target) and is_worse(measure, high, bound, target)

    return test


def is_worse(measure: Measure, value: float, bound: float, target: KeyMetric) -> bool:
    """Whether a value, as it is read, lies on the bad side of a bound; by the target's limit without a direction."""
    if measure.better == "zero":
        return less_as_read(abs(bound), abs(value))
    if measure.better == "none":
        if target.target is None or target.limit is None or target.target == target.limit:
            return False
        return less_as_read(value, bound) if target.limit < target.target else less_as_read(bound, value)
    return less_as_read(value, bound) if measure.better == "higher" else less_as_read(bound, value)


def less_as_read(value: float, other: float) -> bool:
    """Whether a value is less than another in the digits in which people read them; what is written alike is equal.

    >>> less_as_read(0.69996, 0.7), less_as_read(0.69, 0.7), less_as_read(0.6995, 0.69951)
    (False, True, False)
    """
    digits = max(shown_digits(value), shown_digits(other))
    return round(value, digits) < round(other, digits)


def shown_digits(value: float) -> int:
    """Decimals of a number as `dashboard.words.number` writes it: three below one, three digits up to a thousand.

    >>> shown_digits(0.1234), shown_digits(12.3), shown_digits(123456.7)
    (3, 1, 0)
    """
    size = abs(value)
    return 3 if size < 1 else 0 if size >= 1000 else max(0, 3 - len(str(int(size))))
