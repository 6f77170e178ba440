"""Collect the scores of many profiles at once while batches pass, and keep them as weighted points.

Rows wait until there are many, so that they are sorted in one go for all periods and segments; what a period got by
then is condensed, and condensed again with what comes later. Memory is bounded by BUFFERED_ROWS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.bins import Floats, Ints
from dashboard.profiles.score_points import (
    LABELS,
    MOST_POINTS,
    ScorePoints,
    ScoreRows,
    condensed,
    from_ordinals,
    joined,
    leaves,
    ordinals,
    runs,
    together,
)

Arrays = dict[str, NDArray[Any]]
# Place of a period, segment column and segment value (none for the whole).
Key = tuple[int, str | None, str | None]
BUFFERED_ROWS = 2**18
# Cluster groups are counted at all thresholds and, where scores lie close together, at about so many points between.
UNIT_POINTS = 24
UNIT_LABELS = 2
POINT_GAPS, POINT_COUNTS, POINT_SEVERAL = "point_score_gaps", "point_counts", "point_several"
UNIT_PLACES, UNIT_GAPS, UNIT_ROWS = "unit_point_places", "unit_point_gaps", "unit_point_rows"
NO_POINTS = ScorePoints(np.zeros(0), np.zeros((LABELS, 0), dtype=np.int64), np.zeros(0, dtype=bool))
SCORE_ARRAYS = (POINT_GAPS, POINT_COUNTS, POINT_SEVERAL, UNIT_PLACES, UNIT_GAPS, UNIT_ROWS)


class ScoreCollector:
    """Scores by label, and by cluster group, of every profile of a pass."""

    def __init__(self, cuts: Floats, groups: int) -> None:
        """`cuts` are the thresholds at which counts stay exact, `groups` the number of cluster groups."""
        self._cuts, self._groups = cuts, groups
        self._ids: dict[Key, int] = {}
        self._waiting: list[tuple[Ints, Floats, Ints, Ints]] = []
        self._rows = 0
        self._points: dict[int, list[ScorePoints]] = {}
        self._units: dict[int, list[ScoreRows]] = {}

    def add(self, keys: Sequence[Key], groups: Ints, scores: Floats, series: tuple[Ints, Ints]) -> None:
        """Add the rows of a batch: each belongs to the profile `keys[groups]`; `series` are label and cluster group."""
        ids = np.array([self._ids.setdefault(key, len(self._ids)) for key in keys], dtype=np.int64)
        self._waiting.append((ids[groups], scores, *series))
        self._rows += len(scores)
        if self._rows >= BUFFERED_ROWS:
            self._condense()

    def finish(self) -> dict[Key, Arrays]:
        """The arrays of every profile, by its key."""
        self._condense()
        return {key: self._arrays(number) for key, number in self._ids.items()}

    def _arrays(self, number: int) -> Arrays:
        # Rows without score leave a profile without points.
        parts = self._points.get(number) or [NO_POINTS]
        points = parts[0] if len(parts) == 1 else condensed(together(parts), self._cuts)
        arrays: Arrays = {
            POINT_GAPS: np.diff(ordinals(points.values), prepend=np.uint64(0)),
            POINT_COUNTS: points.counts,
            POINT_SEVERAL: np.packbits(points.several),
        }
        if self._groups:
            arrays |= _unit_arrays(self._units.get(number, []), points.values, self._cuts)
        return arrays

    def _condense(self) -> None:
        if not self._rows:
            return
        ids, scores, labels, units = (np.concatenate(column) for column in zip(*self._waiting, strict=True))
        self._waiting, self._rows = [], 0
        present, local = np.unique(ids, return_inverse=True)
        order = np.argsort(scores)
        # Numbers of sixteen bits are sorted by their digits, in the time that reading them takes.
        small = local.astype(np.uint16) if len(present) < 2**16 else local
        order = order[np.argsort(small[order], kind="stable")]
        section, scores, labels = local[order], scores[order], labels[order]
        fresh = np.ones(len(scores), dtype=bool)
        fresh[1:] = (section[1:] != section[:-1]) | (scores[1:] != scores[:-1])
        place = np.cumsum(fresh) - 1
        values, sections = scores[fresh], section[fresh]
        size = len(values)
        counts = np.bincount(labels * size + place, minlength=LABELS * size).reshape(LABELS, size)
        begins = leaves(counts, np.searchsorted(self._cuts, values, side="right"), MOST_POINTS, sections)
        starts = np.flatnonzero(begins)
        kept = runs(ScorePoints(values, counts, np.zeros(size, dtype=bool)), starts)
        sections = sections[starts]
        ends = np.append(np.searchsorted(sections, np.arange(len(present))), len(starts))
        for index, number in enumerate(present.tolist()):
            own = slice(ends[index], ends[index + 1])
            self._points.setdefault(number, []).append(
                ScorePoints(kept.values[own], kept.counts[:, own], kept.several[own])
            )
        if self._groups:
            known = labels < UNIT_LABELS
            series = units[order[known]] * UNIT_LABELS + labels[known]
            self._count_units(present, kept, sections, (np.cumsum(begins) - 1)[place[known]], series)

    def _count_units(self, present: Ints, points: ScorePoints, sections: Ints, place: Ints, series: Ints) -> None:
        """Count labelled rows by cluster group; the point in the middle stands for a run of neighbouring ones."""
        begins = leaves(points.counts, np.searchsorted(self._cuts, points.values, side="right"), UNIT_POINTS, sections)
        starts = np.flatnonzero(begins)
        middle = (starts + np.append(starts[1:], len(begins)) - 1) // 2
        number = self._groups * UNIT_LABELS
        codes, rows = np.unique((np.cumsum(begins) - 1)[place] * number + series, return_counts=True)
        cell, series = codes // number, codes % number
        ends = np.searchsorted(sections[middle][cell], np.arange(len(present) + 1))
        for index, key in enumerate(present.tolist()):
            own = slice(ends[index], ends[index + 1])
            found = ScoreRows(points.values[middle[cell[own]]], series[own], rows[own])
            self._units.setdefault(key, []).append(found)


def _unit_arrays(parts: Sequence[ScoreRows], values: Floats, cuts: Floats) -> Arrays:
    """Rows of cluster groups by the points of their profile, as gaps between the places that are filled."""
    entries = joined(parts)
    scores = entries.scores
    cells, cell = np.searchsorted(cuts, values, side="right"), np.searchsorted(cuts, scores, side="right")
    first, last = np.searchsorted(cells, cell, side="left"), np.searchsorted(cells, cell, side="right") - 1
    place = np.clip(np.searchsorted(values, scores), first, last)
    used, place = np.unique(place, return_inverse=True)
    codes = entries.series * len(used) + place
    filled, entry = np.unique(codes, return_inverse=True)
    rows = np.bincount(entry, weights=entries.rows, minlength=len(filled))
    return {
        UNIT_PLACES: used.astype(np.int64),
        UNIT_GAPS: np.diff(filled, prepend=0).astype(np.int64),
        UNIT_ROWS: rows.astype(np.int64),
    }


def points_of(arrays: Arrays) -> ScorePoints:
    """The points of a profile."""
    values = from_ordinals(np.cumsum(arrays[POINT_GAPS], dtype=np.uint64))
    several = np.unpackbits(arrays[POINT_SEVERAL], count=len(values)).astype(bool)
    return ScorePoints(values, arrays[POINT_COUNTS].astype(np.int64), several)


def unit_rows_of(arrays: Arrays) -> ScoreRows:
    """The labelled rows of the cluster groups of a profile; a series is group * UNIT_LABELS + label."""
    values = points_of(arrays).values[arrays[UNIT_PLACES].astype(np.int64)]
    codes = np.cumsum(arrays[UNIT_GAPS], dtype=np.int64)
    number = max(1, len(values))
    return ScoreRows(values[codes % number], codes // number, arrays[UNIT_ROWS].astype(np.int64))
