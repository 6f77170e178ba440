"""The units that intervals resample, from the outcomes of the profiles of a window: groups of clusters or periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from dashboard.profiles.collect_scores import POINT_GAPS, SCORE_ARRAYS, UNIT_LABELS, points_of, unit_rows_of
from dashboard.profiles.earlier_scores import EARLIER_ARRAYS, SCORES, points_of_bins, unit_rows_of_bins
from dashboard.profiles.layout import Layout
from dashboard.profiles.outcomes import Arrays
from dashboard.profiles.score_points import ScorePoints, ScoreRows, entries_of, joined, side_by_side

UNIT = "unit_"
# Arrays that do not simply add up.
NOT_SUMS = (*SCORE_ARRAYS, *EARLIER_ARRAYS)


class Block:
    """The outcomes of a period, whose scores are unpacked once for all windows that they are added to."""

    def __init__(self, start: datetime, outcomes: Arrays) -> None:
        """`start` is the begin of the period."""
        self.start, self.outcomes = start, outcomes
        self._points: ScorePoints | None = None
        self._rows: ScoreRows | None = None

    def points(self, layout: Layout) -> ScorePoints | None:
        """Its scores; None without any."""
        if self._points is None:
            if POINT_GAPS in self.outcomes:
                self._points = points_of(self.outcomes)
            elif SCORES in self.outcomes:
                self._points = points_of_bins(self.outcomes, layout.outcome)
        return self._points

    def rows_of_groups(self, layout: Layout) -> ScoreRows:
        """Its labelled rows by group of clusters, of a block with scores."""
        if self._rows is None:
            with_points = POINT_GAPS in self.outcomes
            self._rows = (
                unit_rows_of(self.outcomes) if with_points else unit_rows_of_bins(self.outcomes, layout.outcome)
            )
        return self._rows


def points_in(blocks: Sequence[Block], layout: Layout) -> dict[int, ScorePoints]:
    """The scores of the blocks that have any, by place of the block."""
    found = {place: block.points(layout) for place, block in enumerate(blocks)}
    return {place: points for place, points in found.items() if points is not None}


def units_in(
    blocks: Sequence[Block], sums: Arrays, layout: Layout, points: Mapping[int, ScorePoints]
) -> tuple[Arrays, ScorePoints | None]:
    """Outcomes by unit, units on the first axis, and the scores of their last axis (binary models).

    Units are groups of clusters where the card names a cluster, else base periods. `sums` are the arrays of all blocks
    added up, `points` their scores.
    """
    if layout.cluster_groups:
        units = {key.removeprefix(UNIT): array for key, array in sums.items() if key.startswith(UNIT)}
        rows, number = joined([blocks[place].rows_of_groups(layout) for place in points]), layout.cluster_groups
    else:
        starts = sorted({block.start for block in blocks})
        places, number = {start: index for index, start in enumerate(starts)}, len(starts)
        units = _summed_by_period(blocks, places)
        rows = entries_of([(places[blocks[place].start], found) for place, found in points.items()], UNIT_LABELS)
    if not points:
        return units, None
    common, units["scores"] = side_by_side(rows, number, UNIT_LABELS, layout.outcome.edges)
    return units, common


def _summed_by_period(blocks: Sequence[Block], places: Mapping[datetime, int]) -> Arrays:
    units: Arrays = {}
    for block in blocks:
        for key, array in block.outcomes.items():
            if key in NOT_SUMS:
                continue
            if key not in units:
                units[key] = np.zeros((len(places), *array.shape), dtype=wide(array).dtype)
            units[key][places[block.start]] += array
    return units


def wide(array: np.ndarray) -> np.ndarray:
    """Numbers in types that sums do not overflow."""
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64)
