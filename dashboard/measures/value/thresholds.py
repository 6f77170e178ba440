"""Money at other thresholds of a binary model, and the one that would have earned most; a what-if, not advice.

The gain of the best threshold is honest about having been picked: each unit of resampling is decided at the threshold
that is best without it. Its interval, and the range of thresholds that are not certainly worse, rest on how much the
difference to another threshold varies between units (jackknife, Student's t).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.families import FEWEST_FOR_INTERVAL
from dashboard.measures.intervals import jackknife_variance, student
from dashboard.measures.outcomes import Outcomes, outcomes_of, units_of
from dashboard.measures.registry import Measure, Values
from dashboard.profiles.amounts import amount_cuts
from dashboard.profiles.layout import Layout
from dashboard.profiles.windows import Window

HUNDREDTHS = 101


@dataclass(frozen=True)
class AtThreshold:
    """Money per labelled prediction at a threshold, and its difference to the card's with a 95 % interval."""

    threshold: float
    money: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class BestThreshold:
    """The threshold with the most money, the range that is not certainly worse, and its gain per prediction."""

    threshold: float
    first: float
    last: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class ThresholdMoney:
    """Money at every threshold that is counted, and the best of them."""

    at: tuple[AtThreshold, ...]
    best: BestThreshold


def candidates(layout: Layout) -> list[float]:
    """The thresholds that are compared: hundredths (where amounts weigh, twentieths) and the card's own."""
    if layout.amount is not None:
        return [float(cut) for cut in amount_cuts(layout)]
    return sorted({*(step / 100 for step in range(HUNDREDTHS)), layout.outcome.threshold})


def money_by_threshold(window: Window, layout: Layout, money: Measure) -> ThresholdMoney | None:
    """What each threshold would have brought; None without outcomes of a binary model."""
    if not window.labelled or window.points is None:
        return None
    thresholds = candidates(layout)
    whole = _at(outcomes_of(window, layout), thresholds, money)
    current = thresholds.index(layout.outcome.threshold)
    units = units_of(window, layout)
    left_out = _at(units.leaving_one_out(), thresholds, money) if units.number() >= FEWEST_FOR_INTERVAL else None
    found = tuple(
        AtThreshold(threshold, float(whole[place]), *_difference(whole, left_out, place, current))
        for place, threshold in enumerate(thresholds)
    )
    return ThresholdMoney(found, _best(thresholds, whole, left_out, units, current, money))


def _at(outcomes: Outcomes, thresholds: Sequence[float], money: Measure) -> Values:
    """Money by threshold on the last axis."""
    return np.stack([money.compute(replace(outcomes, threshold=one)) for one in thresholds], axis=-1)


def _difference(whole: Values, left_out: Values | None, place: int, other: int) -> tuple[float, float, float]:
    """How much more one threshold brings than another, with its interval."""
    value = float(whole[place] - whole[other])
    if left_out is None:
        return value, math.nan, math.nan
    reach = student(len(left_out) - 1) * math.sqrt(jackknife_variance(left_out[:, place] - left_out[:, other]))
    return value, value - reach, value + reach


def _best(
    thresholds: Sequence[float], whole: Values, left_out: Values | None, units: Outcomes, current: int, money: Measure
) -> BestThreshold:
    place = _place_of_most(whole, current)
    if left_out is None:
        return BestThreshold(thresholds[place], math.nan, math.nan, float(whole[place] - whole[current]), math.nan,
                             math.nan)  # fmt: skip
    as_good = np.array(
        [_difference(whole, left_out, place, other)[1] <= 0 for other in range(len(thresholds))], dtype=bool
    )
    first, last = _run_around(as_good, place)
    gain = _honest_gain(left_out, _at(units, thresholds, money), units.labelled(), current)
    _, low, high = _difference(whole, left_out, place, current)
    off = float(whole[place] - whole[current]) - gain
    return BestThreshold(thresholds[place], thresholds[first], thresholds[last], gain, low - off, high - off)


def _place_of_most(money: Values, current: int) -> int:
    """The place of the most money; of equals the one next to the current threshold."""
    most = np.flatnonzero(money >= money.max() - 1e-12 * max(1.0, abs(float(money.max()))))
    return int(most[np.abs(most - current).argmin()])


def _run_around(kept: NDArray[np.bool_], place: int) -> tuple[int, int]:
    """The ends of the unbroken run of kept places around one."""
    first = last = place
    while first > 0 and kept[first - 1]:
        first -= 1
    while last < len(kept) - 1 and kept[last + 1]:
        last += 1
    return first, last


def _honest_gain(left_out: Values, by_unit: Values, rows: Values, current: int) -> float:
    """Gain per prediction where each unit is decided at the threshold that is best without it."""
    chosen = [_place_of_most(without, current) for without in left_out]
    gains = [own[place] - own[current] for own, place in zip(by_unit, chosen, strict=True)]
    return float(np.sum(np.array(gains) * rows) / rows.sum())
