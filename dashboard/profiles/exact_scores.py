"""Single labelled scores of small periods, kept beside the counts so that ranking is exact where bins are too coarse.

With few rows one pair of cases that falls into the same score bin moves the ROC AUC by more than 0.001; with many rows
it does not, and the counts by bin are enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.bins import Floats, Ints
from dashboard.profiles.outcomes import UNLABELLED, Arrays

MOST_POINTS = 512
NAMES = ("negative_points", "positive_points")


@dataclass
class Points:
    """The labelled scores of one summary, until there are too many."""

    scores: list[Floats] = field(default_factory=list)
    labels: list[Ints] = field(default_factory=list)
    rows: int = 0

    def add(self, scores: Floats, labels: Ints) -> None:
        """Add the labelled rows of a batch."""
        self.rows += len(scores)
        if self.rows <= MOST_POINTS:
            self.scores.append(scores)
            self.labels.append(labels)

    def arrays(self) -> Arrays:
        """Scores by label in ascending order, in single precision where it keeps them apart; none when too many."""
        if not self.scores or self.rows > MOST_POINTS:
            return {}
        scores, labels = np.concatenate(self.scores), np.concatenate(self.labels)
        single = scores.astype(np.float32)
        kept = single if len(np.unique(single)) == len(np.unique(scores)) else scores
        return {name: np.sort(kept[labels == label]) for label, name in enumerate(NAMES)}


def points_by_group(placed: Arrays, groups: Ints, candidates: NDArray[np.bool_]) -> dict[int, tuple[Floats, Ints]]:
    """Labelled scores and labels of each candidate group of a batch."""
    rows = np.flatnonzero(candidates[groups] & (placed["label"] != UNLABELLED))
    if not len(rows):
        return {}
    rows = rows[np.argsort(groups[rows], kind="stable")]
    present, first = np.unique(groups[rows], return_index=True)
    parts = np.split(rows, first[1:])
    return {
        int(group): (placed["score"][part], placed["label"][part]) for group, part in zip(present, parts, strict=True)
    }


def exact_auc(negative: Floats, positive: Floats) -> float:
    """Probability that a positive case scores above a negative one, ties as half (Mann-Whitney); NaN for one class.

    >>> exact_auc(np.array([0.1, 0.4]), np.array([0.4, 0.8]))
    0.875
    """
    if not len(negative) or not len(positive):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    upto = np.searchsorted(ordered, positive, side="right")
    return float((below + upto).sum() / 2 / (len(negative) * len(positive)))
