"""Read profiles that counted scores in bins fixed by the reference (layouts before format 4), as points.

Such a profile has `scores` (labels, bins of `layout.outcome.edges`), with `negative_points` and `positive_points` where
few rows were labelled, and `unit_scores` (groups, labels, bins of `layout.outcome.coarse`).
"""

from __future__ import annotations

import numpy as np

from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import OutcomeLayout
from dashboard.profiles.outcomes import UNLABELLED, Arrays
from dashboard.profiles.score_points import ScorePoints, ScoreRows, entries_of, together

SCORES, UNIT_SCORES = "scores", "unit_scores"
SINGLE_SCORES = ("negative_points", "positive_points")
EARLIER_ARRAYS = (SCORES, UNIT_SCORES, *SINGLE_SCORES)


def points_of_bins(arrays: Arrays, outcome: OutcomeLayout) -> ScorePoints:
    """The points of an earlier profile: its single scores where it has them, else the middles of its bins."""
    binned = _filled(arrays[SCORES].astype(np.int64), outcome.edges)
    if SINGLE_SCORES[0] not in arrays:
        return binned
    parts = [_unlabelled(binned)]
    for label, name in enumerate(SINGLE_SCORES):
        values, rows = np.unique(arrays[name].astype(np.float64), return_counts=True)
        counts = np.zeros((UNLABELLED + 1, len(values)), dtype=np.int64)
        counts[label] = rows
        parts.append(ScorePoints(values, counts, np.zeros(len(values), dtype=bool)))
    return together(parts)


def unit_rows_of_bins(arrays: Arrays, outcome: OutcomeLayout) -> ScoreRows:
    """The labelled rows of the cluster groups of an earlier profile."""
    groups = arrays[UNIT_SCORES][:, :UNLABELLED].astype(np.int64)
    parts = [(number, _filled(counts, outcome.coarse)) for number, counts in enumerate(groups)]
    return entries_of(parts, UNLABELLED)


def _filled(counts: np.ndarray, edges: Floats) -> ScorePoints:
    ends = np.concatenate([[min(0.0, edges[0])], edges, [max(1.0, edges[-1])]])
    kept = counts.sum(axis=0) > 0
    return ScorePoints(((ends[:-1] + ends[1:]) / 2)[kept], counts[:, kept], np.ones(int(kept.sum()), dtype=bool))


def _unlabelled(points: ScorePoints) -> ScorePoints:
    kept = points.counts[UNLABELLED] > 0
    counts = points.counts[:, kept].copy()
    counts[:UNLABELLED] = 0
    return ScorePoints(points.values[kept], counts, points.several[kept])
