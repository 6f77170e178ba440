"""What performance follows from: outcomes of one or many windows, with any leading axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.layout import Layout
from dashboard.profiles.outcomes import REGION_SUMS, Arrays
from dashboard.profiles.score_points import ScorePoints, entries_of, side_by_side
from dashboard.profiles.windows import Window

# So many points keep groups apart by far less than a group changes the whole.
MOST_POINTS_OF_GROUPS = 2000


@dataclass(frozen=True)
class Outcomes:
    """Arrays as `dashboard.profiles.outcomes` counts them.

    `points` tells to which scores the last axis of `scores` belongs (binary models).
    """

    arrays: Arrays
    threshold: float
    layout: Layout
    points: ScorePoints | None = None

    def number(self) -> int:
        """Length of the first axis, where that holds units of resampling; 0 without any."""
        return len(next(iter(self.arrays.values()))) if self.arrays else 0

    def by_region(self, name: str) -> NDArray[np.float64]:
        """One of REGION_SUMS in each region of predicted values (regression)."""
        return np.asarray(self.arrays["regions"][..., REGION_SUMS.index(name)], dtype=np.float64)

    def leaving_one_out(self) -> Outcomes:
        """The whole without each entry of the first axis in turn."""
        return replace(self, arrays={name: array.sum(axis=0) - array for name, array in self.arrays.items()})

    def labelled(self) -> NDArray[np.float64]:
        """Number of labelled rows in each window."""
        if "scores" in self.arrays:
            return np.asarray(self.arrays["scores"][..., :2, :].sum(axis=(-1, -2)), dtype=np.float64)
        if "regions" in self.arrays:
            return np.asarray(self.by_region("labelled").sum(axis=-1))
        return np.asarray(self.arrays["confusion"][..., :-1, :].sum(axis=(-1, -2)), dtype=np.float64)


def is_counted(layout: Layout, threshold: float) -> bool:
    """Whether decisions at a threshold are counted exactly."""
    return bool((layout.outcome.edges == threshold).any())


def outcomes_of(window: Window, layout: Layout, threshold: float | None = None) -> Outcomes:
    """The outcomes of a window at a threshold (default: the card's)."""
    chosen = layout.outcome.threshold if threshold is None else threshold
    return Outcomes(window.outcomes, chosen, layout, window.points)


def units_of(window: Window, layout: Layout, threshold: float | None = None) -> Outcomes:
    """The outcomes of a window's units of resampling on the first axis, without units that have no label."""
    chosen = layout.outcome.threshold if threshold is None else threshold
    units = Outcomes(window.units, chosen, layout, window.unit_points)
    if not window.units:
        return units
    kept = units.labelled() > 0
    return replace(units, arrays={name: array[kept] for name, array in window.units.items()})


def outcomes_of_each(windows: Sequence[Window], layout: Layout, threshold: float | None = None) -> Outcomes:
    """The outcomes of several windows on the first axis; they add up, without one they are those of the others."""
    chosen = layout.outcome.threshold if threshold is None else threshold
    names = [name for name in windows[0].outcomes if name != "scores"]
    arrays = {name: np.stack([window.outcomes[name] for window in windows]) for name in names}
    known = [(place, window.points) for place, window in enumerate(windows) if window.points is not None]
    if not known:
        return Outcomes(arrays, chosen, layout)
    labels = len(known[0][1].counts)
    entries = entries_of(known, labels)
    points, arrays["scores"] = side_by_side(entries, len(windows), labels, layout.outcome.edges, MOST_POINTS_OF_GROUPS)
    return Outcomes(arrays, chosen, layout, points)


def divided(numerator: NDArray[Any], denominator: NDArray[Any]) -> NDArray[np.float64]:
    """A ratio that is NaN (undefined) where the denominator is zero.

    >>> divided(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    below = np.asarray(denominator, dtype=np.float64)
    safe = np.where(below == 0, 1.0, below)
    return np.where(below == 0, np.nan, np.asarray(numerator, dtype=np.float64) / safe)
