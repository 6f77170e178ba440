"""Counts of every column by base period, read from profiles one by one: what quality is judged from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.bins import CategoryBins, NumericBins
from dashboard.profiles.calendars import covered_days
from dashboard.profiles.checks import REPEATED, RULES
from dashboard.profiles.earlier_sums import EARLIER_SUMS, completed_sums
from dashboard.profiles.features import ALL, SQUARES
from dashboard.profiles.layout import ACTUAL, SCORE, Layout
from dashboard.profiles.periods import following
from dashboard.profiles.windows import Profile
from dashboard.schema.card.card import ModelCard

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# What is counted of a column: all rows, those without a value, and those below and above bounds.
TOTAL, MISSING, NEW, UNDER, OVER, NEAR_UNDER, NEAR_OVER, FAR_UNDER, FAR_OVER, LOWER, HIGHER = range(11)
STATS = 11
Limits = Sequence[float] | None
# Columns of which each value is kept apart, and names of the calendar, are kept by period up to so many counts.
MOST_CELLS = 20_000_000


@dataclass(frozen=True)
class LateRows:
    """Rows by base period that arrived late, the most days that one took, and how many days the oldest usually take."""

    rows: Ints
    longest: Ints
    usual_days: int


@dataclass(frozen=True)
class QualityTable:
    """Counts of the features of a model by base period, in the order of time; periods without rows are among them.

    `counts` is (period, feature, statistic), `sums` (period, feature, sum and squares about the pivot), `slots` the
    counts of single values of some columns, `outside` those of features with values far out,
    `new` the names of categories that the reference lacks, `tops` the last bin of each feature with rows (-1: none).
    `reference` marks
    the periods of the card's reference, `halves` are the counts of all slots in its first and in its second half.
    `late` is None where the log does not show how long rows usually take to arrive.
    """

    layout: Layout
    features: tuple[str, ...]
    starts: tuple[datetime, ...]
    reference: NDArray[np.bool_]
    rows: Ints
    labelled: Ints
    counts: Ints
    sums: Floats
    repeated: Ints
    rules: Ints
    slots: Mapping[str, Ints]
    outside: Mapping[tuple[int, str], Ints]
    new: Mapping[tuple[int, str], Mapping[str, int]]
    tops: Ints
    halves: tuple[Ints, Ints]
    days: tuple[date, date] | None = field(default=None)
    late: LateRows | None = None

    def place(self, feature: str) -> int:
        """The place of a feature."""
        return self._places[feature]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.features)}

    def of(self, feature: str, statistic: int) -> Ints:
        """One statistic of a feature by period."""
        counts: Ints = self.counts[:, self.place(feature), statistic]
        return counts

    def half(self, feature: str, half: int) -> Ints:
        """The counts of a feature's slots in the first or second half of the reference."""
        counts: Ints = self.halves[half][self.layout.slices[feature]]
        return counts

    def design_effect(self, feature: str, places: slice) -> float:
        """How many rows of a feature count as one in some periods."""
        rows = self.of(feature, TOTAL)[places]
        starts = [self.starts[places.start + int(place)] for place in np.flatnonzero(rows)]
        days = max(1, covered_days(starts, self.layout.base))
        return self.layout.trait(feature).dependence.design_effect(float(rows.sum()) / days)

    @property
    def judged(self) -> NDArray[np.bool_]:
        """The periods that are held against the reference: those after it, and before it."""
        return ~self.reference


def table_of(found: Iterable[Profile], layout: Layout, card: ModelCard) -> QualityTable:
    """The table of some profiles of one layout."""
    ordered = sorted(found, key=lambda profile: profile.start)
    starts = _every_start(ordered, layout)
    places = {start: place for place, start in enumerate(starts)}
    features = tuple(layout.feature_names())
    reference = _reference_marks(starts, layout, card)
    reader = _Reader(layout, card, len(starts))
    middle = _middle(ordered, reference, places)
    halves = (np.zeros(layout.slots, dtype=np.int64), np.zeros(layout.slots, dtype=np.int64))
    for profile in ordered:
        place = places[profile.start]
        counts = reader.add(place, profile)
        if counts is not None and reference[place]:
            halves[place >= middle][:] += counts
    chosen = card.data.reference
    return QualityTable(
        layout,
        features,
        tuple(starts),
        reference,
        reader.rows,
        reader.labelled,
        reader.counts,
        reader.sums,
        reader.repeated,
        reader.rules,
        reader.slots,
        reader.outside,
        reader.new,
        reader.tops,
        halves,
        (chosen.start, chosen.end) if chosen is not None else None,
    )


def _every_start(ordered: list[Profile], layout: Layout) -> list[datetime]:
    """The starts of all periods from the first to the last one, also of those without rows."""
    starts, current = [], ordered[0].start
    while current <= ordered[-1].start:
        starts.append(current)
        current = following(current, layout.base)
    return sorted({*starts, *(profile.start for profile in ordered)})


def _reference_marks(starts: list[datetime], layout: Layout, card: ModelCard) -> NDArray[np.bool_]:
    chosen = card.data.reference
    if chosen is None or not layout.has_reference:
        return np.zeros(len(starts), dtype=bool)
    first = np.array([start.date() for start in starts])
    # A period that the reference begins within is part of it.
    last = np.array([following(start, layout.base).date() for start in starts])
    return np.asarray((first <= chosen.end) & (last > chosen.start), dtype=bool)


def _middle(ordered: list[Profile], reference: NDArray[np.bool_], places: Mapping[datetime, int]) -> int:
    """The place of the first period of the reference's second half, by rows."""
    inside = [profile for profile in ordered if reference[places[profile.start]]]
    rows = np.cumsum([profile.predictions for profile in inside]) if inside else np.zeros(0)
    if not len(rows):
        return 0
    half = int(np.searchsorted(rows, rows[-1] / 2, side="left")) + 1
    return places[inside[min(half, len(inside) - 1)].start]


class _Reader:
    """Adds profiles up, each column's statistics by two places in the cumulated counts."""

    def __init__(self, layout: Layout, card: ModelCard, periods: int) -> None:
        self._layout = layout
        columns, rules = len(layout.feature_names()), len(layout.rules)
        self.rows, self.labelled = np.zeros(periods, dtype=np.int64), np.zeros(periods, dtype=np.int64)
        self.counts = np.zeros((periods, columns, STATS), dtype=np.int64)
        self.sums = np.zeros((periods, columns, 2))
        self.repeated = np.zeros(periods, dtype=np.int64)
        self.rules = np.zeros((periods, rules, 2), dtype=np.int64)
        self.outside: dict[tuple[int, str], Ints] = {}
        self.new: dict[tuple[int, str], dict[str, int]] = {}
        self._bins = [bins for bins in layout.columns if bins.name not in (SCORE, ACTUAL)]
        features = card.data.features
        limits = [features[bins.name].range if bins.name in features else None for bins in self._bins]
        self._spans = np.array(
            [
                _spans(bins, layout.slices[bins.name].start, limit)
                for bins, limit in zip(self._bins, limits, strict=True)
            ],
            dtype=np.int64,
        ).reshape(columns, STATS, 2)
        self._firsts = np.array([layout.slices[bins.name].start for bins in self._bins], dtype=np.int64)
        self._last = layout.slices[SCORE].start
        self._empty = np.array([layout.slices[bins.name].stop - 1 for bins in self._bins], dtype=np.int64)
        self.tops = np.full((periods, columns), -1, dtype=np.int64)
        self.slots: dict[str, Ints] = {}
        kept = [bins for bins in self._bins if not isinstance(bins, NumericBins) or bins.exact]
        if periods * sum(bins.slots for bins in kept) <= MOST_CELLS:
            self.slots = {bins.name: np.zeros((periods, bins.slots), dtype=np.int64) for bins in kept}

    def add(self, place: int, profile: Profile) -> Ints | None:
        """Add a profile; returns the counts of its slots."""
        self.rows[place] += max(0, profile.predictions)
        self.labelled[place] += max(0, profile.labelled)
        found = profile.features()
        if not found:
            return None
        counts: Ints = found["counts"].astype(np.int64)
        cumulated = np.concatenate([[0], np.cumsum(counts)])
        added = cumulated[self._spans[:, :, 1]] - cumulated[self._spans[:, :, 0]]
        self.counts[place] += added
        self.sums[place] += self._sums(counts, found["sums"])
        if REPEATED in found:
            self.repeated[place] += int(found[REPEATED][0])
        if RULES in found and found[RULES].shape == self.rules.shape[1:]:
            self.rules[place] += found[RULES].astype(np.int64)
        there = np.where(counts[: self._last] > 0, np.arange(self._last), -1)
        there[self._empty] = -1
        tops = np.maximum.reduceat(there, self._firsts) - self._firsts
        self.tops[place] = np.maximum(self.tops[place], tops)
        self._single(place, counts, added)
        self._named(place, found["new"].tobytes())
        return counts

    def _sums(self, counts: Ints, sums: Floats) -> Floats:
        """The sum and the squares of each feature; those that an earlier layout did not keep follow from its bins."""
        if sums.shape[1] > EARLIER_SUMS:
            return sums[: len(self._bins), [ALL, SQUARES]]
        found = np.zeros((len(self._bins), 2))
        for column, bins in enumerate(self._bins):
            if isinstance(bins, NumericBins):
                mine = counts[self._layout.slices[bins.name]].astype(np.float64)
                found[column] = completed_sums(bins, mine, sums[column])[[ALL, SQUARES]]
        return found

    def _single(self, place: int, counts: Ints, added: Ints) -> None:
        for name, kept in self.slots.items():
            kept[place] += counts[self._layout.slices[name]]
        far = np.flatnonzero(added[:, NEAR_UNDER] + added[:, NEAR_OVER] + added[:, LOWER] + added[:, HIGHER])
        for column in far:
            bins = self._bins[column]
            if isinstance(bins, NumericBins):
                mine = counts[self._layout.slices[bins.name]]
                there = self.outside.get((place, bins.name))
                self.outside[place, bins.name] = mine.copy() if there is None else there + mine

    def _named(self, place: int, text: bytes) -> None:
        if text == b"{}":
            return
        for column, names in json.loads(text).items():
            mine = self.new.setdefault((place, column), {})
            for name, rows in names.items():
                mine[name] = mine.get(name, 0) + rows


def _spans(bins: NumericBins | CategoryBins, first: int, limits: Limits) -> list[tuple[int, int]]:
    """First and last slot (end excluded) of each statistic of a column, in the vector of all counts."""
    last = first + bins.slots
    none = (first, first)
    found = [none] * STATS
    found[TOTAL], found[MISSING] = (first, last), (last - 1, last)
    if isinstance(bins, CategoryBins):
        found[NEW] = (last - 2, last - 1)
        return found
    ends = [(UNDER, OVER, limits)] if limits else []
    if bins.bounds:
        ends += [(NEAR_UNDER, NEAR_OVER, bins.bounds[:2]), (FAR_UNDER, FAR_OVER, bins.bounds[2:])]
    if len(bins.edges) and bins.high > bins.low:
        ends.append((LOWER, HIGHER, (bins.low, bins.high)))
    for under, over, (least, most) in ends:
        low, high = bins.beyond(least, most)
        found[under] = (first + low.start, first + low.stop)
        found[over] = (first + high.start, first + high.stop)
    return found
