"""Training against serving: features that training had otherwise, by the reference's profile.

A feature that the reference never had, whole numbers that have become fractions, and values that arrive standardised or
squeezed between 0 and 1 although the reference has them as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.quality.chance import chance_of
from dashboard.measures.quality.check import Check
from dashboard.measures.quality.columns import LEAST_CHANGE
from dashboard.measures.quality.shifts import Moments, blocks_of, is_known_factor, moments
from dashboard.measures.quality.table import MISSING, TOTAL, Floats, Ints, QualityTable
from dashboard.profiles.bins import NumericBins
from dashboard.words import mark

# Rows by which the mean and deviation of a scale are known well enough, and by how much they may differ from it.
ROWS_OF_SCALE = 100
NEAR_MEAN, NEAR_DEVIATION = 0.3, 0.25
# A scale differs from the reference by its deviation (natural logarithm), or by a mean so many deviations away.
OFF_SCALE, FAR_MEAN = 1.2, 3.0
# The reference keeps to its own mean and deviation: no block of it differs by more. A feature of which few values fill
# the range has no deviation to speak of.
STEADY_MEAN, STEADY_DEVIATION, LEAST_FILLED = 0.75, 0.5, 0.1
# A range that begins so near to zero, as a part of its width, begins there.
FROM_ZERO = 0.05
STANDARD = mark(
    "{feature} has a mean of {mean} and a deviation of {deviation}, as if it had been standardised; in the reference "
    "they were {usual_mean} and {usual_deviation}."
)
SQUEEZED = mark(
    "{feature} has a mean of {mean} and a deviation of {deviation}, as if its range had been scaled to 0 to 1; in the "
    "reference they were {usual_mean} and {usual_deviation}."
)


def skew_checks(table: QualityTable, chance: float) -> Iterator[Check]:
    """What the model gets otherwise than it was trained, as far as profiles show it.

    `chance` is the probability that a check fails in a window though nothing has changed.
    """
    if not table.reference.any():
        return
    for feature in table.features:
        yield from _not_in_training(table, feature, chance)
        bins = table.layout.column(feature)
        if isinstance(bins, NumericBins):
            yield from _fractions(table, feature, bins)
            if bins.deviation > 0 and not table.layout.trait(feature).cycle:
                yield from _scaled(table, feature, bins)


def _known(table: QualityTable, feature: str) -> Ints:
    known: Ints = table.of(feature, TOTAL) - table.of(feature, MISSING)
    return known


def _not_in_training(table: QualityTable, feature: str, chance: float) -> Iterator[Check]:
    known, total = _known(table, feature), table.of(feature, TOTAL)
    then = 0.0, float(total[table.reference].sum())
    if known[table.reference].sum() or not then[1]:
        return

    def test(affected: float, rows: float, places: slice) -> bool:
        del places
        return chance_of((affected, rows), then) < chance

    yield Check(
        "not in training",
        "consistency",
        feature,
        np.where(table.judged, known, 0),
        np.where(table.judged, total, 0),
        mark("{affected} of {rows} rows have a value of {feature}, of which the reference had none."),
        limit=LEAST_CHANGE,
        beyond_chance=test,
    )


def _fractions(table: QualityTable, feature: str, bins: NumericBins) -> Iterator[Check]:
    slots = _slots_of_fractions(bins)
    if feature not in table.slots or slots is None or not slots.any():
        return
    counts = table.slots[feature][:, :-1]
    if counts[:, slots][table.reference].sum():
        return
    yield Check(
        "type",
        "consistency",
        feature,
        np.where(table.judged, counts[:, slots].sum(axis=1), 0),
        np.where(table.judged, counts.sum(axis=1), 0),
        mark("{affected} of {rows} values of {feature} are fractions; in the reference all were whole numbers."),
        limit=LEAST_CHANGE,
    )


def _slots_of_fractions(bins: NumericBins) -> np.ndarray | None:
    """The slots that hold no whole number; None where the reference has fractions itself, or too many values."""
    if not bins.exact or not len(bins.edges):
        return None
    lows, highs = np.append(-np.inf, bins.edges), np.append(bins.edges, np.inf)
    finite = np.isfinite(lows) & np.isfinite(highs)
    single = finite & (np.nextafter(lows, np.inf) >= highs)
    inside = np.zeros(len(lows), dtype=bool)
    inside[bins.inside] = True
    values = highs[single & inside]
    if not len(values) or not np.array_equal(values, np.rint(values)):
        return None
    whole = np.floor(np.where(finite, highs, 0)) > np.floor(np.where(finite, lows, 0))
    slots: np.ndarray = finite & inside & ~single & ~whole
    return slots


@dataclass(frozen=True)
class _Scale:
    """Mean and deviation that a feature has on another scale, and what is said of it."""

    mean: float
    deviation: float
    message: str

    def fits(self, now: Moments) -> bool:
        """Whether a mean and a deviation are those of the scale."""
        near = abs(now[0] - self.mean) < NEAR_MEAN * self.deviation
        return near and abs(math.log(now[1] / self.deviation)) < NEAR_DEVIATION

    def is_usual(self, then: Moments) -> bool:
        """Whether the reference is on that scale itself, or too near to it."""
        far = abs(then[0] - self.mean) > FAR_MEAN * max(then[1], self.deviation)
        return not far and abs(math.log(then[1] / self.deviation)) < OFF_SCALE


def _scaled(table: QualityTable, feature: str, bins: NumericBins) -> Iterator[Check]:
    known, sums = _known(table, feature), table.sums[:, table.place(feature)]
    then = moments(known, sums, table.reference, bins.pivot)
    if then is None or not _is_steady(table, (known, sums, bins), then):
        return
    for scale in _scales(bins, then):
        marks = _on_scale(table, (known, sums, bins.pivot), scale, then)
        now = moments(known, sums, marks, bins.pivot)
        if now is None:
            continue
        yield Check(
            "scale",
            "consistency",
            feature,
            np.where(marks, known, 0),
            np.where(table.judged, known, 0),
            scale.message,
            values={"mean": now[0], "deviation": now[1], "usual_mean": then[0], "usual_deviation": then[1]},
        )
        return


def _is_steady(table: QualityTable, counted: tuple[Ints, Floats, NumericBins], then: Moments) -> bool:
    """Whether the blocks of the reference have its mean and deviation."""
    known, sums, bins = counted
    if then[1] < LEAST_FILLED * (bins.high - bins.low):
        return False
    blocks = list(blocks_of(np.where(table.reference, known, 0), ROWS_OF_SCALE))
    for places in blocks:
        marks = np.zeros(len(known), dtype=bool)
        marks[places] = table.reference[places]
        now = moments(known, sums, marks, bins.pivot)
        if now is None or abs(now[0] - then[0]) > STEADY_MEAN * then[1]:
            return False
        if abs(math.log(now[1] / then[1])) > STEADY_DEVIATION:
            return False
    return len(blocks) > 1


def _scales(bins: NumericBins, then: Moments) -> Iterator[_Scale]:
    """The scales that a feature may arrive on, and is not on in the reference."""
    width = bins.high - bins.low
    scales = [_Scale(0.0, 1.0, STANDARD)]
    # What begins at zero and is divided by a known factor has another unit.
    if abs(bins.low) > FROM_ZERO * width or not is_known_factor(width):
        scales.append(_Scale((then[0] - bins.low) / width, then[1] / width, SQUEEZED))
    yield from (scale for scale in scales if not scale.is_usual(then))


def _on_scale(
    table: QualityTable, counted: tuple[Ints, Floats, float], scale: _Scale, then: Moments
) -> NDArray[np.bool_]:  # fmt: skip
    """The judged periods in which a feature (values, sums, pivot) is on a scale, by blocks of neighbouring ones."""
    known, sums, pivot = counted
    found, waiting, fits = np.zeros(len(known), dtype=bool), list[int](), False

    def turned(places: Sequence[int]) -> list[int]:
        return [place for place in places if _is_nearer(float(sums[place, 0]), int(known[place]), scale, then)]

    judged = np.where(table.judged, known, 0)
    last = -1
    for places in blocks_of(judged, ROWS_OF_SCALE):
        marks = np.zeros(len(known), dtype=bool)
        marks[places] = table.judged[places]
        now, last = moments(known, sums, marks, pivot), int(places[-1])
        fits = now is not None and scale.fits(now)
        if fits:
            # The block in which the scale changed has rows of both.
            found |= marks
            found[turned(waiting)] = True
        waiting = [] if fits else np.flatnonzero(marks).tolist()
        if now is not None and found.any() and not fits:
            found[turned(waiting)] = True
    if fits:
        found[turned([place for place in range(last + 1, len(known)) if judged[place]])] = True
    return found


def _is_nearer(total: float, rows: int, scale: _Scale, then: Moments) -> bool:
    """Whether the mean of a single period is nearer to that of a scale than to that of the reference."""
    if not rows:
        return False
    mean = total / rows
    return abs(mean - scale.mean) / scale.deviation < 1 < abs(mean - then[0]) / then[1] * math.sqrt(rows)
