"""Features that arrive in another unit or code: the reference's values multiplied, or moved by a whole number.

Real change hardly ever looks like that: mean and deviation would have to move by one and the same known factor at once,
or every value of a code by the same step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.quality.check import Check
from dashboard.measures.quality.table import MISSING, TOTAL, Floats, Ints, QualityTable
from dashboard.profiles.bins import NumericBins
from dashboard.profiles.edges import below
from dashboard.words import mark

# Mean and standard deviation.
Moments = tuple[float, float]
# How near to one a factor is none (natural logarithm).
LEAST_FACTOR = 0.4
LEAST_ROWS, ROWS_OF_CODE = 50, 300
FEWEST_BLOCKS = 2
STEPS = (1, -1, 2, -2)
# A code that has moved lies this far from the reference (half the sum of differences of shares), and moved back nearly
# on it.
MOVED, NEARER = 0.15, 1 / 3
FEWEST_CODES = 2


@dataclass(frozen=True)
class _Factors:
    """Known factors, by how much (natural logarithm) mean and deviation may differ from them, and the rows it takes.

    Neighbouring periods are taken together until they have `rows` times the squared coefficient of variation: then the
    mean is known to one part in the root of `rows`.
    """

    factors: tuple[float, ...]
    tolerance: float
    rows: int


# Decimal places, parts of a day, years and dozens.
LARGE = _Factors((10.0, 100.0, 1_000.0, 10_000.0, 1e6, 12.0, 24.0, 60.0, 3_600.0), 0.3, 400)
# Units of length, weight and volume: what follows the weather or the calendar passes such factors by itself.
SMALL = _Factors((1.609344, 2.2046226, 3.2808399, 4.5461), 0.12, 900)


def is_known_factor(factor: float) -> bool:
    """Whether a number is one of the known large factors, as nearly as units are distinguished."""
    return factor > 0 and any(abs(math.log(factor / known)) < LARGE.tolerance for known in LARGE.factors)


def shift_checks(table: QualityTable) -> Iterator[Check]:
    """Units and codes of all numeric features that the calendar does not determine."""
    if not table.reference.any():
        return
    for feature in table.features:
        bins = table.layout.column(feature)
        if not isinstance(bins, NumericBins) or table.layout.trait(feature).cycle or bins.high == bins.low:
            continue
        if bins.exact and feature in table.slots:
            yield from _code(table, feature, bins)
        if bins.deviation > 0:
            yield from _unit(table, feature, bins)


def blocks_of(rows: Ints, fewest: int) -> Iterator[Ints]:
    """Places of neighbouring periods with so many rows together, in order; a rest that has fewer is left out."""
    first, held = 0, 0
    for place, number in enumerate(rows):
        held += int(number)
        if held >= fewest:
            yield np.arange(first, place + 1)
            first, held = place + 1, 0


def _unit(table: QualityTable, feature: str, bins: NumericBins) -> Iterator[Check]:
    known = table.of(feature, TOTAL) - table.of(feature, MISSING)
    sums = table.sums[:, table.place(feature)]
    then = moments(known, sums, table.reference, bins.pivot)
    if then is None or then[0] == 0:
        return
    dependence = table.layout.trait(feature).dependence
    kinds = [LARGE] if dependence.day or dependence.week else [LARGE, SMALL]
    found: dict[int, float] = {}
    for kind in kinds:
        # The mean of a block is known to about one part in the root of its rows, times the coefficient of variation.
        fewest = max(LEAST_ROWS, math.ceil(kind.rows * (then[1] / then[0]) ** 2))
        found |= _changed_unit(table, _Blocks(known, sums, bins.pivot, fewest), then, kind)
    if found:
        affected = np.zeros(len(known), dtype=np.int64)
        affected[list(found)] = known[list(found)]
        yield Check(
            "unit",
            "reality",
            feature,
            affected,
            np.where(table.judged, known, 0),
            mark("{feature} is {factor} times what it was, in mean and in spread, as if its unit had changed."),
            values={"factor": found[min(found)]},
        )


def _changed_unit(table: QualityTable, blocks: _Blocks, then: tuple[float, float], kind: _Factors) -> dict[int, float]:
    """The factor by place of each period in another unit; none where the reference itself does not keep to one."""
    usual = [_is_near(now, then) for _, now in blocks.within(table.reference)]
    if len(usual) < FEWEST_BLOCKS or not all(usual):
        return {}
    found: dict[int, float] = {}
    was, last, strange = 1.0, len(blocks.known), np.zeros(0, dtype=np.int64)
    for places, now in blocks.within(table.judged):
        factor = _factor(now, then, kind)
        # What grows slowly passes every factor; a unit changes from one day to the next, within one block.
        if factor is not None and was in (1.0, factor):
            moved = [int(place) for place in strange if blocks.is_near(int(place), then, factor)]
            found |= dict.fromkeys([*map(int, places), *moved], factor)
            was, strange = factor, strange[:0]
        elif _is_near(now, then):
            was, strange = 1.0, strange[:0]
        elif not _is_near(now, then, was):
            was = math.nan if len(strange) else was
            strange = places
        last = int(places[-1])
    if was != 1.0 and math.isfinite(was):
        # The periods behind the last block are too few for one of their own.
        rest = range(last + 1, len(blocks.known))
        found |= {place: was for place in rest if blocks.is_near(place, then, was)}
    return found


@dataclass(frozen=True)
class _Blocks:
    """Neighbouring periods with so many values together, and their mean and deviation."""

    known: Ints
    sums: Floats
    pivot: float
    fewest: int

    def within(self, marks: NDArray[np.bool_]) -> Iterator[tuple[Ints, tuple[float, float]]]:
        """The blocks of some periods that have a mean and a deviation, with the places of their periods."""
        for places in blocks_of(np.where(marks, self.known, 0), self.fewest):
            chosen = np.zeros(len(self.known), dtype=bool)
            chosen[places] = marks[places]
            if (found := moments(self.known, self.sums, chosen, self.pivot)) is not None:
                yield np.flatnonzero(chosen), found

    def is_near(self, place: int, then: tuple[float, float], factor: float) -> bool:
        """Whether the mean of a single period is about so many times that of the reference."""
        rows = int(self.known[place])
        return rows > 0 and _is_near((float(self.sums[place, 0]) / rows, 0.0), then, factor)


def moments(known: Ints, sums: Floats, marks: NDArray[np.bool_], pivot: float) -> Moments | None:
    """Mean and deviation of the values of some periods; None where there are too few, or all are equal."""
    rows = int(known[marks].sum())
    if rows < 2:
        return None
    mean = float(sums[marks, 0].sum()) / rows
    variance = float(sums[marks, 1].sum()) / rows - (mean - pivot) ** 2
    return (mean, math.sqrt(variance)) if variance > 0 and math.isfinite(variance) else None


def _is_near(now: tuple[float, float], then: tuple[float, float], factor: float = 1.0) -> bool:
    """Whether a mean is about so many times another one."""
    return now[0] * then[0] > 0 and abs(math.log(now[0] / then[0] / factor)) < LEAST_FACTOR / 2


def _factor(now: tuple[float, float], then: tuple[float, float], kind: _Factors) -> float | None:
    """The known factor by which mean and deviation have changed alike; None where there is none."""
    if now[0] * then[0] <= 0:
        return None
    moved = math.log(now[0] / then[0]), math.log(now[1] / then[1])
    for factor in (*kind.factors, *(1 / known for known in kind.factors)):
        wanted = math.log(factor)
        if all(abs(one - wanted) < kind.tolerance for one in moved):
            return factor
    return None


def _code(table: QualityTable, feature: str, bins: NumericBins) -> Iterator[Check]:
    values = _whole_values(bins)
    if values is None:
        return
    slots = table.slots[feature][:, :-1]
    reference = _shares(slots[table.reference].sum(axis=0), values)
    if len(reference) < FEWEST_CODES:
        return
    affected = np.zeros(len(slots), dtype=np.int64)
    steps: list[int] = []
    for places in blocks_of(np.where(table.judged, slots.sum(axis=1), 0), ROWS_OF_CODE):
        step = _step(slots[places].sum(axis=0), values, reference)
        if step is not None:
            affected[places] = slots[places].sum(axis=1)
            steps.append(step)
    if not steps:
        return
    yield Check(
        "code",
        "consistency",
        feature,
        affected,
        np.where(table.judged, slots.sum(axis=1), 0),
        mark("The values of {feature} are those of the reference moved by {step}, as if its code had changed."),
        values={"step": steps[0]},
    )


def _whole_values(bins: NumericBins) -> Ints | None:
    """The whole number that each bin holds, of those with none the nearest; None where the reference has others."""
    lows, highs = np.append(-np.inf, bins.edges), np.append(bins.edges, np.inf)
    inside = bins.inside
    single = highs[inside][np.nextafter(lows[inside], np.inf) >= highs[inside]]
    if not len(single) or not np.array_equal(single, np.rint(single)):
        return None
    if not np.all(lows[inside][np.nextafter(lows[inside], np.inf) >= highs[inside]] == below(single)):
        return None
    first = np.where(np.isfinite(lows), np.floor(lows) + 1, np.floor(highs))
    return np.where(
        np.isfinite(highs), np.minimum(first, np.floor(np.where(np.isfinite(highs), highs, 0))), first
    ).astype(np.int64)


def _shares(counts: Ints, values: Ints) -> dict[int, float]:
    rows = int(counts.sum())
    found: dict[int, float] = {}
    for place in np.flatnonzero(counts):
        value = int(values[place])
        found[value] = found.get(value, 0.0) + float(counts[place]) / rows
    return found


def _step(counts: Ints, values: Ints, reference: dict[int, float]) -> int | None:
    now = _shares(counts, values)
    apart = _distance(now, reference)
    if apart < MOVED:
        return None
    chance = 0.5 * math.sqrt(len(reference) / float(counts.sum()))
    for step in STEPS:
        back = {value - step: share for value, share in now.items()}
        if _distance(back, reference) < min(NEARER * apart, MOVED / 2 + chance):
            return step
    return None


def _distance(one: dict[int, float], other: dict[int, float]) -> float:
    """Half the sum of the differences of shares (total variation)."""
    return sum(abs(one.get(value, 0.0) - other.get(value, 0.0)) for value in {*one, *other}) / 2
