"""Two versions on the same cases: differences of figures, with intervals by units in which both scores of a case lie.

Leaving out one unit at a time gives the error of the difference itself, so that what both versions share drops out
(delete-one-group jackknife; for two areas under the curve it estimates what DeLong, DeLong and Clarke-Pearson (1988)
and, for cases that hang together, Obuchowski (1997) do). Student's t has the degrees of freedom that unequal units and
long tails leave.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.contrasts import holm
from dashboard.measures.families import FEWEST_FOR_DESIGN, FEWEST_FOR_INTERVAL
from dashboard.measures.intervals import (
    LEVEL,
    hanging_together,
    jackknife_variance,
    student,
    student_within,
    tail_degrees,
)
from dashboard.measures.outcomes import Outcomes, outcomes_of
from dashboard.measures.registry import Measure, Values
from dashboard.measures.spreads import ShareSpread
from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import Layout
from dashboard.profiles.pairs import Group, Pairs
from dashboard.profiles.summarise import Summary
from dashboard.profiles.windows import Profile, Window, merged
from dashboard.schema.card.metric_names import Better

BEGINNING = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Difference:
    """A figure of both on the same cases, and by how much the first differs; ends of the 95 % interval (NaN: unknown).

    `chance` is the probability of a difference at least as large where both are equally good (two-sided; NaN: unknown),
    before any correction. `ahead` tells who is better on these cases: 1 the first, -1 the other, 0 neither.
    """

    value: float
    against: float
    low: float
    high: float
    chance: float
    ahead: int
    labelled: int

    @property
    def difference(self) -> float:
        """The first one's figure minus the other's."""
        return self.value - self.against


@dataclass(frozen=True)
class Side:
    """The outcomes of one of the two on some cases: all together, and by unit on the first axis."""

    whole: Outcomes
    units: Outcomes

    def figure(self, measure: Measure) -> float:
        """A measure on all cases; NaN where it is not defined."""
        return float(measure.compute(self.whole)) if self.whole.arrays else math.nan

    def left_out(self, measure: Measure) -> Values:
        """A measure without each unit in turn."""
        return measure.compute(self.units.leaving_one_out())


@dataclass(frozen=True)
class Sides:
    """Both on the same cases; `rows` are the labelled rows of each unit, in order of time where `in_order`."""

    first: Side
    other: Side
    labelled: int
    rows: Floats
    in_order: bool

    @property
    def task(self) -> str:
        """The task of both."""
        return self.first.whole.layout.task


def sides_of(pairs: Pairs, groups: Sequence[Group] = ((None, None),)) -> Sides:
    """Both on the cases of some groups together (default: on all)."""
    kept = pairs.labelled_units
    windows = [_window(found, groups, layout) for found, layout in zip(pairs.sides, pairs.layouts, strict=True)]
    first, other = (_side(window, layout, kept) for window, layout in zip(windows, pairs.layouts, strict=True))
    rows = first.units.labelled() if first.units.arrays else np.zeros(0)
    return Sides(first, other, windows[0].labelled, rows, pairs.resampled == "periods")


def _window(found: Mapping[Group, Summary], groups: Sequence[Group], layout: Layout) -> Window:
    known = [found[group] for group in groups if group in found]
    parts = [Profile("", BEGINNING, None, one.predictions, one.labelled, b"", one.outcomes) for one in known]
    return merged(parts, layout)


def _side(window: Window, layout: Layout, kept: NDArray[np.bool_]) -> Side:
    whole = outcomes_of(window, layout)
    units = {name: array[kept] for name, array in window.units.items()}
    return Side(whole, Outcomes(units, whole.threshold, layout, window.unit_points))


def difference_of(measure: Measure, sides: Sides) -> Difference:
    """By how much a measure differs between the two on the same cases."""
    values = sides.first.figure(measure), sides.other.figure(measure)
    if not (math.isfinite(values[0]) and math.isfinite(values[1])):
        return Difference(*values, math.nan, math.nan, math.nan, 0, sides.labelled)
    left_out = sides.first.left_out(measure), sides.other.left_out(measure)
    return judged_difference(values, left_out, measure.better, sides)


def gap_difference(measure: Measure, own: Sides, rest: Sides) -> Difference:
    """By how much the gap of a group to everybody else differs between the two; the nearer to zero the better."""
    pairs = [(own.first, rest.first), (own.other, rest.other)]
    values = [mine.figure(measure) - theirs.figure(measure) for mine, theirs in pairs]
    if not all(map(math.isfinite, values)):
        return Difference(values[0], values[1], math.nan, math.nan, math.nan, 0, own.labelled)
    left_out = [mine.left_out(measure) - theirs.left_out(measure) for mine, theirs in pairs]
    return judged_difference((values[0], values[1]), (left_out[0], left_out[1]), "zero", own)


def judged_difference(
    values: tuple[float, float], left_out: tuple[Values, Values], better: Better, sides: Sides
) -> Difference:
    """The difference of two figures with its interval, from both without each unit in turn."""
    apart = left_out[0] - left_out[1]
    low, high, chance = ends_and_chance(values[0] - values[1], apart, sides.rows, sides.in_order)
    ahead = math.copysign(1, values[0] - values[1]) if values[0] != values[1] else 0
    if better == "lower":
        ahead = -ahead
    elif better == "zero":
        farther = abs(values[0]) - abs(values[1])
        ahead = -math.copysign(1, farther) if farther else 0
        _, _, chance = ends_and_chance(farther, np.abs(left_out[0]) - np.abs(left_out[1]), sides.rows, sides.in_order)
    elif better == "none":
        ahead = 0
    return Difference(*values, low, high, chance, int(ahead), sides.labelled)


def ends_and_chance(value: float, left_out: Values, rows: Floats, in_order: bool) -> tuple[float, float, float]:
    """The 95 % interval of a difference and its two-sided p-value, from its values without each unit; NaN: unknown.

    Degrees of freedom: units that differ in size count as fewer (Kish 1965), so do units of which few carry the
    variance. Where no unit makes a difference there is nothing to tell the two apart by, and no interval.
    """
    used = int((rows > 0).sum())
    variance = jackknife_variance(left_out) if used >= FEWEST_FOR_INTERVAL else math.nan
    if not (math.isfinite(variance) and variance > 0):
        return math.nan, math.nan, math.nan
    degrees = min(max(1, int(rows.sum() ** 2 / np.sum(rows**2)) - 1), tail_degrees(left_out - left_out.mean()))
    if in_order:
        times, most = hanging_together(left_out)
        variance, degrees = variance * times, min(degrees, most)
    error = math.sqrt(variance)
    reach = student(degrees, LEVEL) * error
    return value - reach, value + reach, 1 - student_within(abs(value) / error, degrees)


def corrected(found: Sequence[Difference]) -> list[float]:
    """The p-values of differences that are judged together, corrected by Holm; NaN where there is none."""
    known = [place for place, one in enumerate(found) if math.isfinite(one.chance)]
    chances = dict(zip(known, holm([found[place].chance for place in known]), strict=True))
    return [chances.get(place, math.nan) for place in range(len(found))]


def share_by_units(part: Floats, whole: Floats) -> tuple[float, float, float]:
    """A share of cases by unit, and its 95 % interval (NaN: no case): Wilson's, with the design effect of units."""
    number, found = float(whole.sum()), float(part.sum())
    if not number:
        return math.nan, math.nan, math.nan
    kept = whole > 0
    part, whole = part[kept], whole[kept]
    share, design, degrees = found / number, 1.0, max(1, int(number) - 1)
    if min(found, number - found) >= FEWEST_FOR_DESIGN and len(whole) >= FEWEST_FOR_INTERVAL:
        variance = jackknife_variance((found - part) / np.maximum(number - whole, 1))
        design = variance / (share * (1 - share) / number)
        degrees = max(1, int(number**2 / np.sum(whole**2)) - 1)
    return share, *ShareSpread(found, number, design, degrees).ends(LEVEL)
