"""Features that arrive standardised, or squeezed between 0 and 1, although the reference has them as they are.

A feature that keeps to one level is held against the whole reference. One that follows a season is held against the
same days of the year in the reference; where it has none, nobody can say on which scale the feature came.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.quality.check import Check
from dashboard.measures.quality.seasons import Seasons
from dashboard.measures.quality.shifts import Moments, blocks_of, is_known_factor, moments
from dashboard.measures.quality.table import MISSING, TOTAL, Floats, Ints, QualityTable
from dashboard.profiles.bins import NumericBins
from dashboard.words import Sentence, mark

# Rows by which the mean and deviation of a scale are known well enough, and by how much they may differ from it.
ROWS_OF_SCALE = 100
NEAR_MEAN, NEAR_DEVIATION = 0.3, 0.25
# One year is not as another: by how much a season may differ (mean in deviations of the whole scale).
NEAR_MEAN_OF_SEASON, NEAR_DEVIATION_OF_SEASON = 0.6, 0.6
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
UNTOLD = mark(
    "Whether {feature} came on another scale is not known: it changes with the time, and the reference has no such "
    "days of the year."
)


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


@dataclass(frozen=True)
class _InSeason:
    """What a feature has on another scale in one season, of which the reference (`then`) has the same days."""

    whole: _Scale
    then: Moments
    mean: float
    deviation: float

    def fits(self, now: Moments) -> bool:
        """Whether a mean and a deviation are those of the season on the scale, and not those of the reference."""
        near = abs(now[0] - self.mean) < NEAR_MEAN_OF_SEASON * self.whole.deviation
        near = near and abs(math.log(now[1] / self.deviation)) < NEAR_DEVIATION_OF_SEASON
        far = abs(now[0] - self.then[0]) > FAR_MEAN * self.then[1]
        return near and (far or abs(math.log(now[1] / self.then[1])) > OFF_SCALE / 2)


# What is expected of the periods of a block on a scale, and its moments in the reference; None where nobody can tell.
Expect = Callable[[NDArray[np.int64]], "tuple[_Scale | _InSeason, Moments] | None"]


def known_values(table: QualityTable, feature: str) -> Ints:
    """How many rows of each period have a value of a feature."""
    known: Ints = table.of(feature, TOTAL) - table.of(feature, MISSING)
    return known


def scale_checks(table: QualityTable, feature: str, bins: NumericBins) -> Iterator[Check]:
    """Periods in which a numeric feature is on another scale, and those of which that is not known."""
    known, sums = known_values(table, feature), table.sums[:, table.place(feature)]
    then = moments(known, sums, table.reference, bins.pivot)
    if then is None or then[1] < LEAST_FILLED * (bins.high - bins.low):
        return
    steady = _is_steady(table, (known, sums, bins.pivot), then)
    if steady is None:
        return
    seasons = None if steady else Seasons(table, known, sums, bins.pivot)
    untold = np.zeros(len(known), dtype=bool)
    for scale in _scales(bins, then):
        found, unclear = _on_scale(table, (known, sums, bins.pivot), _expected(table, scale, then, seasons))
        untold |= unclear
        if (now := moments(known, sums, found, bins.pivot)) is not None:
            usual = (seasons.of_marks(found) if seasons is not None else None) or then
            yield _check(table, feature, (known, found, untold), scale.message, (now, usual))
            break
    if untold.any():
        yield Check(
            "scale", "consistency", feature, np.zeros(len(known), dtype=np.int64), np.where(untold, known, 0), UNTOLD,
            unknown=Sentence(UNTOLD, {"feature": feature}),
        )  # fmt: skip


def _check(
    table: QualityTable,
    feature: str,
    counted: tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]],
    message: str,
    moved: tuple[Moments, Moments],
) -> Check:
    """The check with the periods that are on a scale: values, those found, those of which nothing is known."""
    (known, found, untold), (now, usual) = counted, moved
    return Check(
        "scale",
        "consistency",
        feature,
        np.where(found, known, 0),
        np.where(table.judged & ~untold, known, 0),
        message,
        values={"mean": now[0], "deviation": now[1], "usual_mean": usual[0], "usual_deviation": usual[1]},
    )


def _is_steady(table: QualityTable, counted: tuple[Ints, Floats, float], then: Moments) -> bool | None:
    """Whether the blocks of the reference have its mean and deviation; None where it has no two blocks."""
    known, sums, pivot = counted
    blocks = list(blocks_of(np.where(table.reference, known, 0), ROWS_OF_SCALE))
    if len(blocks) < 2:
        return None
    for places in blocks:
        marks = np.zeros(len(known), dtype=bool)
        marks[places] = table.reference[places]
        now = moments(known, sums, marks, pivot)
        if now is None or abs(now[0] - then[0]) > STEADY_MEAN * then[1]:
            return False
        if abs(math.log(now[1] / then[1])) > STEADY_DEVIATION:
            return False
    return True


def _scales(bins: NumericBins, then: Moments) -> Iterator[_Scale]:
    """The scales that a feature may arrive on, and is not on in the reference."""
    width = bins.high - bins.low
    scales = [_Scale(0.0, 1.0, STANDARD)]
    # What begins at zero and is divided by a known factor has another unit.
    if abs(bins.low) > FROM_ZERO * width or not is_known_factor(width):
        scales.append(_Scale((then[0] - bins.low) / width, then[1] / width, SQUEEZED))
    yield from (scale for scale in scales if not scale.is_usual(then))


def _expected(table: QualityTable, scale: _Scale, then: Moments, seasons: Seasons | None) -> Expect:
    """What to expect of blocks: the same always, or what the season has."""
    if seasons is None:
        return lambda places: (scale, then)
    factor = then[1] / scale.deviation

    def of_season(places: NDArray[np.int64]) -> tuple[_InSeason, Moments] | None:
        local = seasons.of(table.starts[int(places[0])], table.starts[int(places[-1])])
        if local is None:
            return None
        return _InSeason(scale, local, scale.mean + (local[0] - then[0]) / factor, local[1] / factor), local

    return of_season


def _on_scale(
    table: QualityTable, counted: tuple[Ints, Floats, float], expect: Expect
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The judged periods in which a feature (values, sums, pivot) is on a scale, and those of which nobody can tell.

    By blocks of neighbouring periods; of the block in which the scale changed, period by period.
    """
    known, sums, pivot = counted
    found, untold = np.zeros(len(known), dtype=bool), np.zeros(len(known), dtype=bool)
    waiting, fits = list[int](), False
    wanted: tuple[_Scale | _InSeason, Moments] | None = None

    def turned(places: Sequence[int]) -> list[int]:
        if wanted is None:
            return []
        scale, then = wanted
        return [one for one in places if _is_nearer(float(sums[one, 0]), int(known[one]), scale, then)]

    judged = np.where(table.judged, known, 0)
    last = -1
    for places in blocks_of(judged, ROWS_OF_SCALE):
        marks = np.zeros(len(known), dtype=bool)
        marks[places] = table.judged[places]
        now, last = moments(known, sums, marks, pivot), int(places[-1])
        if (wanted := expect(places)) is None:
            untold |= marks
            waiting, fits = [], False
            continue
        fits = now is not None and wanted[0].fits(now)
        if fits:
            # The block in which the scale changed has rows of both.
            found |= marks
            found[turned(waiting)] = True
        waiting = [] if fits else np.flatnonzero(marks).tolist()
        if now is not None and found.any() and not fits:
            found[turned(waiting)] = True
    if fits:
        found[turned([place for place in range(last + 1, len(known)) if judged[place]])] = True
    return found, untold


def _is_nearer(total: float, rows: int, scale: _Scale | _InSeason, then: Moments) -> bool:
    """Whether the mean of a single period is nearer to that of a scale than to that of the reference."""
    if not rows:
        return False
    mean = total / rows
    return abs(mean - scale.mean) / scale.deviation < 1 < abs(mean - then[0]) / then[1] * math.sqrt(rows)
