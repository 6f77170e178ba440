"""What performance follows from: outcomes of one or many windows, with any leading axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import Layout
from dashboard.profiles.outcomes import Arrays
from dashboard.profiles.windows import Window


@dataclass(frozen=True)
class Outcomes:
    """Arrays as `dashboard.profiles.outcomes` counts them; `edges` are the thresholds or regions of the counting.

    `points` are the scores of negative and positive cases where all of them are known one by one.
    """

    arrays: Arrays
    edges: Floats
    threshold: float
    layout: Layout
    points: tuple[Floats, Floats] | None = None

    def leaving_one_out(self) -> Outcomes:
        """The whole without each entry of the first axis in turn."""
        return replace(
            self, arrays={name: array.sum(axis=0) - array for name, array in self.arrays.items()}, points=None
        )

    def labelled(self) -> NDArray[np.float64]:
        """Number of labelled rows in each window."""
        if "scores" in self.arrays:
            return np.asarray(self.arrays["scores"][..., :2, :].sum(axis=(-1, -2)), dtype=np.float64)
        if "regions" in self.arrays:
            return np.asarray(self.arrays["regions"][..., 1].sum(axis=-1), dtype=np.float64)
        return np.asarray(self.arrays["confusion"][..., :-1, :].sum(axis=(-1, -2)), dtype=np.float64)


def outcomes_of(window: Window, layout: Layout, threshold: float | None = None) -> Outcomes:
    """The outcomes of a window at a threshold (default: the card's)."""
    chosen = layout.outcome.threshold if threshold is None else threshold
    return Outcomes(window.outcomes, layout.outcome.edges, chosen, layout, window.points)


def units_of(window: Window, layout: Layout, threshold: float | None = None) -> Outcomes:
    """The outcomes of a window's units of resampling on the first axis, without units that have no label."""
    chosen = layout.outcome.threshold if threshold is None else threshold
    edges = layout.outcome.coarse if layout.cluster_groups else layout.outcome.edges
    units = Outcomes(window.units, edges, chosen, layout)
    if not window.units:
        return units
    kept = units.labelled() > 0
    return replace(units, arrays={name: array[kept] for name, array in window.units.items()})


def divided(numerator: NDArray[Any], denominator: NDArray[Any]) -> NDArray[np.float64]:
    """A ratio that is NaN (undefined) where the denominator is zero.

    >>> divided(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    below = np.asarray(denominator, dtype=np.float64)
    safe = np.where(below == 0, 1.0, below)
    return np.where(below == 0, np.nan, np.asarray(numerator, dtype=np.float64) / safe)
