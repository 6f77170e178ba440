"""One column in one window: its counts, and its shares on the reference's deciles or on the categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.profiles.bins import Bins, CategoryBins, Floats, Ints, NumericBins
from dashboard.profiles.earlier_sums import EARLIER_SUMS, completed_sums
from dashboard.profiles.layout import ACTUAL, Layout
from dashboard.profiles.windows import Window


@dataclass(frozen=True)
class Distribution:
    """One column in one window: counts of its slots (missing last), sums, and categories that the bins do not have.

    `sums` are those of `profiles/features.py`. `fixed_bins` tells
    that this is the very reference from which the bins were made, so that its deciles are known exactly.
    """

    bins: Bins
    counts: Floats
    sums: Floats
    new: dict[str, int]
    fixed_bins: bool = False

    @property
    def rows(self) -> float:
        """All rows, missing values included."""
        return float(self.counts.sum())

    def lumped(self) -> float:
        """The share of rows in categories that neither the bins nor `new` tell apart."""
        if isinstance(self.bins, NumericBins) or not self.rows:
            return 0.0
        return float(self.counts[-2] - sum(self.new.values())) / self.rows

    def known(self) -> Floats:
        """Counts without missing values."""
        return self.counts[:-1]


def distribution(window: Window, layout: Layout, column: str, fixed_bins: bool = False) -> Distribution:
    """One column of a window; labels count only where they are known."""
    bins = layout.column(column)
    counts = window.counts[layout.slices[column]].astype(np.float64)
    if column == ACTUAL:
        counts[-1] = 0
    index = [c.name for c in layout.columns].index(column)
    sums = window.sums[index]
    if isinstance(bins, NumericBins) and len(sums) == EARLIER_SUMS:
        sums = completed_sums(bins, counts, sums)
    return Distribution(bins, counts, sums, window.new_categories.get(column, {}), fixed_bins)


def decile_counts(reference: Distribution, current: Distribution) -> tuple[Floats, Floats]:
    """Rows on the reference's deciles or on the categories; missing values are a bin of their own."""
    bins = reference.bins
    if isinstance(bins, CategoryBins):
        return _category_counts(reference, current)
    if reference.fixed_bins or bins.exact or not reference.known().sum():
        return _on_edges(bins, _deciles(reference), reference, current)
    return _on_interpolated_deciles(bins, reference, current)


def _deciles(reference: Distribution) -> Floats:
    """The reference's deciles: the layout's own, or those of another window where each value has a bin of its own."""
    bins = reference.bins
    assert isinstance(bins, NumericBins)
    cumulated = np.cumsum(reference.known())
    if reference.fixed_bins or not len(bins.edges) or cumulated[-1] == 0:
        return bins.deciles
    places = np.searchsorted(cumulated, _rows_up_to_deciles(cumulated[-1]))
    return np.unique(bins.edges[np.clip(places, 0, len(bins.edges) - 1)])


def _rows_up_to_deciles(rows: float) -> Floats:
    """Count how many of `rows` values are at or below each decile, as numpy's quantile has it."""
    return np.floor((rows - 1) * (np.arange(1, 10) / 10)) + 1


def _on_edges(
    bins: NumericBins, deciles: Floats, reference: Distribution, current: Distribution
) -> tuple[Floats, Floats]:
    place = np.append(np.searchsorted(deciles, np.append(bins.edges, np.inf), side="left"), len(deciles) + 1)
    counts = np.zeros((2, len(deciles) + 2))
    np.add.at(counts[0], place, reference.counts)
    np.add.at(counts[1], place, current.counts)
    return counts[0], counts[1]


@dataclass(frozen=True)
class _InsideBins:
    """Deciles of the reference that fall inside of bins: which slot, and how far into its rows (0 to 1)."""

    slots: Ints
    part: Floats

    def rows_up_to(self, side: Distribution) -> Floats:
        """Rows of a side up to each decile, if they are even within the bin."""
        cumulated = np.cumsum(side.known())
        before = np.where(self.slots > 0, cumulated[self.slots - 1], 0.0)
        return np.asarray(before + self.part * (cumulated[self.slots] - before))


def _inside_bins(bins: NumericBins, reference: Distribution) -> _InsideBins:
    """Where the deciles lie; single values stay whole."""
    then = np.cumsum(reference.known())
    targets = _rows_up_to_deciles(then[-1])
    slots = np.searchsorted(then, targets)
    start = np.where(slots > 0, then[slots - 1], 0.0)
    part = (targets - start) / np.maximum(then[slots] - start, 1e-300)
    lower, upper = np.append(-np.inf, bins.edges)[slots], np.append(bins.edges, np.inf)[slots]
    whole = (lower == np.nextafter(upper, -np.inf)) | ~np.isfinite(upper - lower)
    return _InsideBins(slots, np.where(whole, 1.0, part))


def _on_interpolated_deciles(
    bins: NumericBins, reference: Distribution, current: Distribution
) -> tuple[Floats, Floats]:
    """Counts between deciles that fall inside bins: both sides are taken as even there."""
    deciles = _inside_bins(bins, reference)
    counts = []
    for side in (reference, current):
        inner = np.diff(np.concatenate([[0.0], deciles.rows_up_to(side), [side.known().sum()]]))
        counts.append(np.append(inner, side.counts[-1]))
    return counts[0], counts[1]


def uncertain_rows(reference: Distribution, current: Distribution) -> Floats | None:
    """Standard error of the rows of the current window up to each decile of the reference; None where they are counted.

    Rows within a bin lie anywhere in it (binomial), and so does the decile among those of the reference (beta).
    """
    bins = reference.bins
    if isinstance(bins, CategoryBins) or reference.fixed_bins or bins.exact or not reference.known().sum():
        return None
    deciles = _inside_bins(bins, reference)
    rows, others = current.known()[deciles.slots], reference.known()[deciles.slots]
    spread = deciles.part * (1 - deciles.part)
    return np.sqrt(spread * rows * (1 + rows / (others + 2)))


def _category_counts(reference: Distribution, current: Distribution) -> tuple[Floats, Floats]:
    names = sorted({*reference.new, *current.new})
    parts = []
    for side in (reference, current):
        own = np.array([side.new.get(name, 0) for name in names], dtype=np.float64)
        counts = side.counts.copy()
        counts[-2] -= own.sum()
        parts.append(np.concatenate([counts, own]))
    return parts[0], parts[1]


def shares_of(counts: Floats) -> Floats:
    """Counts as shares of their sum; NaN where there are none."""
    whole = counts.sum()
    return counts / whole if whole else np.full(len(counts), np.nan)
