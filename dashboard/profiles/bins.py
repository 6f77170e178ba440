"""Bins fixed by the reference: fine enough for exact deciles and a KS statistic within 0.005.

A numeric bin i holds the values in (edges[i-1], edges[i]]; a value equal to an edge belongs to the lower bin. `low` and
`high` are the reference's range; outside it the bins are few and coarse, and the first and the last one are open.
`exact` tells that every value of the reference has a bin of its own.
Missing values have a slot of their own behind the bins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.edges import KEPT_DISTINCT, below, costs, fine_edges, smallest_gap, split_costly
from dashboard.profiles.numbers_as_text import numbers_as_text, numbers_of_text
from dashboard.profiles.plausible import plausible_bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Of so many bins, all outside of the reference's range and the widest within it, the sum of the values is kept.
WIDE_BINS = 64
# Each category is a bin of its own; empty ones cost next to nothing. A column with more of them names single cases.
KEPT_CATEGORIES = 5_000
MOST_PLACES = 65_535
# One divided by less than this is no number.
SMALLEST_WIDTH = 1e-300
# Beyond the reference's range, in its standard deviations: coarse, so that one can see how far values went.
BEYOND = np.array([0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8])


@dataclass(frozen=True)
class NumericBins:
    """Bins of a numeric column: `edges` ascending, `deciles` (a subset of them), means of the reference in each bin.

    `bounds` are the lowest and the highest plausible values, near and far: (low, high) of a feature that does not
    follow the calendar, (low, high) of any; nothing where the reference shows none.
    """

    name: str
    edges: Floats
    deciles: Floats
    centres: Floats
    deviation: float
    low: float
    high: float
    exact: bool
    wide: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    bounds: tuple[float, ...] = ()
    kind: str = field(default="numeric", init=False)

    @property
    def slots(self) -> int:
        """Bins (one more than edges) and the slot for missing values."""
        return len(self.edges) + 2

    @property
    def inside(self) -> slice:
        """The bins within the reference's range; those before and behind it lie outside."""
        if not len(self.edges):
            return slice(0, 0)
        first, last = np.searchsorted(self.edges, [below(self.low), self.high])
        return slice(int(first) + 1, int(last) + 1)

    def beyond(self, low: float, high: float) -> tuple[slice, slice]:
        """The slots of the values below `low`, and of those above `high`; both have to be bounds of bins."""
        below_low, above_high = np.searchsorted(self.edges, [below(low), high])
        return slice(0, int(below_low) + 1), slice(int(above_high) + 1, len(self.edges) + 1)

    @property
    def pivot(self) -> float:
        """A value in the middle of the reference, from which squared distances are taken."""
        return float(self.deciles[len(self.deciles) // 2]) if len(self.deciles) else 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values for the store; they survive the round trip exactly."""
        return {
            "name": self.name,
            "kind": self.kind,
            "edges": numbers_as_text(self.edges),
            "deciles": numbers_as_text(self.deciles),
            "places": numbers_as_text(_places(self.edges, self.centres)),
            "deviation": self.deviation,
            "low": self.low,
            "high": self.high,
            "exact": self.exact,
            "wide": self.wide.tolist(),
            "bounds": list(self.bounds),
        }


@dataclass(frozen=True)
class CategoryBins:
    """Slots of a categorical column: the reference's categories, the rest, and missing."""

    name: str
    categories: tuple[str, ...]
    kind: str = field(default="categorical", init=False)

    @property
    def slots(self) -> int:
        """One slot for each category, one for all others, one for missing values."""
        return len(self.categories) + 2

    def to_json(self) -> dict[str, Any]:
        """Plain values for the store."""
        return {"name": self.name, "kind": self.kind, "categories": list(self.categories)}


Bins = NumericBins | CategoryBins


def bins_from_json(value: dict[str, Any]) -> Bins:
    """Bins as `to_json` wrote them."""
    if value["kind"] == "categorical":
        return CategoryBins(value["name"], tuple(value["categories"]))
    edges, low, high = numbers_of_text(value["edges"]), float(value["low"]), float(value["high"])
    # Layouts before format 6 name no wide bins.
    wide = value["wide"] if "wide" in value else np.flatnonzero(_is_outside(edges, low, high))
    return NumericBins(
        value["name"],
        edges,
        numbers_of_text(value["deciles"]),
        _placed(edges, numbers_of_text(value["places"], "<u2"))
        if "places" in value
        else numbers_of_text(value["centres"]),
        float(value["deviation"]),
        low,
        high,
        bool(value["exact"]),
        np.asarray(wide, dtype=np.int64),
        tuple(value.get("bounds", ())),
    )


def _places(edges: Floats, centres: Floats) -> NDArray[np.uint16]:
    """Where the mean of each bin between two edges lies in it, in MOST_PLACES steps."""
    if len(edges) < 2:
        return np.zeros(0, dtype=np.uint16)
    shares = (centres[1:-1] - edges[:-1]) / np.diff(edges)
    return np.rint(np.clip(shares, 0, 1) * MOST_PLACES).astype(np.uint16)


def _placed(edges: Floats, places: NDArray[np.uint16]) -> Floats:
    """Means of bins from their places; the open bins, in which the reference has nothing, stand for their edge."""
    if not len(edges):
        return np.zeros(1)
    inner = np.minimum(edges[:-1] + places / MOST_PLACES * np.diff(edges), edges[1:]) if len(edges) > 1 else edges[:0]
    return np.concatenate([edges[:1], inner, edges[-1:]])


def numeric_bins(name: str, reference: Floats, limits: Sequence[float] = ()) -> NumericBins:
    """Bins of a numeric column from the reference's values (missing ones are left out).

    `limits` are the lowest and the highest value that the card allows: what lies beyond them is counted exactly.
    """
    known = np.sort(reference[~np.isnan(reference)])
    marks = [below(limits[0]), limits[1]] if limits else []
    if not len(known):
        empty, edges = np.zeros(0), np.unique(np.asarray(marks, dtype=np.float64))
        centres = _placed(edges, np.zeros(max(0, len(edges) - 1), dtype=np.uint16))
        return NumericBins(name, edges, empty, centres, 0.0, 0.0, 0.0, False)
    deciles = np.unique(np.quantile(known, np.arange(1, 10) / 10))
    edges = np.unique(np.concatenate([fine_edges(known), deciles, [below(known[0]), known[-1]]]))
    deviation = float(np.std(known))
    low, high = float(known[0]), float(known[-1])
    beyond = [low - BEYOND * deviation, high + BEYOND * deviation] if deviation > 0 else []
    exact = len(np.unique(known)) <= KEPT_DISTINCT
    # Between neighbours of whole numbers there is nothing to split, but between 40 and 60 there is.
    least = 1.5 * smallest_gap(known) if exact else 0.0
    bounds = plausible_bounds(known, deviation)
    marks += [below(bound) if place % 2 == 0 else bound for place, bound in enumerate(bounds)]
    edges = np.unique(np.concatenate([split_costly(edges, known, least), *beyond, marks]))
    wide = _wide(known, edges)
    # As they are kept, so that figures do not depend on whether a layout was just made or read.
    centres = _placed(edges, _places(edges, _centres(known, edges)))
    return NumericBins(name, edges, deciles, centres, deviation, low, high, exact, wide, bounds)


def _is_outside(edges: Floats, low: float, high: float) -> NDArray[np.bool_]:
    """Which bins lie outside of the reference's range."""
    outside = np.full(len(edges) + 1 if len(edges) else 0, fill_value=True)
    if len(edges):
        first, last = np.searchsorted(edges, [below(low), high])
        outside[int(first) + 1 : int(last) + 1] = False
    return outside


def _wide(known: Floats, edges: Floats) -> Ints:
    """The bins of which the sum of the values is kept: outside of the reference's range, then the most costly ones."""
    hidden = np.concatenate([[np.inf], costs(known, edges), [np.inf]])
    hidden[_is_outside(edges, known[0], known[-1])] = np.inf
    return np.sort(np.argsort(-hidden, kind="stable")[:WIDE_BINS])


def _centres(known: Floats, edges: Floats) -> Floats:
    """Mean of the reference in each bin; where it has no values, the middle of the bin."""
    place = np.searchsorted(edges, known, side="left")
    counts = np.bincount(place, minlength=len(edges) + 1)
    sums = np.bincount(place, weights=known, minlength=len(edges) + 1)
    middles = np.concatenate([[edges[0]], (edges[:-1] + edges[1:]) / 2, [edges[-1]]])
    return np.where(counts > 0, sums / np.maximum(counts, 1), middles)


def category_bins(name: str, counts: Counter[str]) -> CategoryBins:
    """Slots for the most frequent categories of the reference; ties in alphabetical order."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return CategoryBins(name, tuple(sorted(category for category, _ in ranked[:KEPT_CATEGORIES])))


class Placer:
    """Finds the bin of many values at once, by a grid over the edges instead of a search for each value."""

    CELLS = 8192
    STEPS = 3
    # This share of a cell covers the rounding of a value's place.
    MARGIN = 1e-3

    def __init__(self, edges: Floats) -> None:
        """Lay the grid; where too many edges share a cell, values are searched for."""
        self._edges = edges
        self._bounded = np.append(edges, np.inf)
        self._base: NDArray[np.int32] | None = None
        self._steps = 0
        if len(edges) < 2 or not np.isfinite(edges[-1] - edges[0]) or edges[-1] == edges[0]:
            return
        width = (edges[-1] - edges[0]) / self.CELLS
        # Where cells are hardly wider than the distance of floats, rounding would move values to a neighbouring cell.
        if not width * self.MARGIN > 2 * np.spacing(np.abs(edges[[0, -1]]).max()) or width < SMALLEST_WIDTH:
            return
        self._low, self._scale = edges[0], 1 / width
        left = edges[0] + (np.arange(self.CELLS + 1) - self.MARGIN) * width
        base = np.searchsorted(edges, left, side="left")
        right = np.searchsorted(edges, left + width * (1 + 2 * self.MARGIN), side="left")
        self._steps = int((right - base)[:-1].max())
        base[0] = 0
        if self._steps <= self.STEPS:
            self._base = base.astype(np.int32)

    def place(self, values: Floats) -> NDArray[np.int32]:
        """Bin index of each value, (lower, upper]; NaN goes to the slot behind the last bin."""
        missing = np.isnan(values)
        some_missing = bool(missing.any())
        if self._base is None:
            found = np.searchsorted(self._edges, values, side="left").astype(np.int32)
        else:
            with np.errstate(invalid="ignore", over="ignore"):
                cells = values - self._low
                cells *= self._scale
            if some_missing:
                cells[missing] = 0
            np.maximum(cells, 0, out=cells)
            np.minimum(cells, self.CELLS, out=cells)
            found = self._base[cells.astype(np.int32)]
            for _ in range(self._steps):
                found += values > self._bounded[found]
        if some_missing:
            found[missing] = len(self._edges) + 1
        return found
