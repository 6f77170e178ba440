"""Distances between two distributions of one column, from counts in the same fine bins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.bins import Bins, CategoryBins, Floats, NumericBins
from dashboard.profiles.layout import ACTUAL, Layout
from dashboard.profiles.windows import Window
from dashboard.registry import Registry

SMALLEST_SHARE = 0.0001


@dataclass(frozen=True)
class Distribution:
    """One column in one window: counts of its slots (missing last), sums, and categories that the bins do not have.

    `sums` are the sums of all values, of those below and of those above the reference's range. `fixed_bins` tells
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
    return Distribution(bins, counts, window.sums[index], window.new_categories.get(column, {}), fixed_bins)


Compute = Callable[[Distribution, Distribution], float]


@dataclass(frozen=True)
class DriftMethod:
    """One way to measure how far two distributions are apart."""

    name: str
    definition: str
    compute: Compute


METHODS: Registry[DriftMethod] = Registry("drift method", "dashboard.measures")


def drift_method(name: str) -> Callable[[Compute], Compute]:
    """Register a method; the first line of the docstring is its definition."""

    def decorate(compute: Compute) -> Compute:
        METHODS.add(name, DriftMethod(name, (compute.__doc__ or "").strip().splitlines()[0], compute))
        return compute

    return decorate


def decile_shares(reference: Distribution, current: Distribution) -> tuple[Floats, Floats]:
    """Shares on the reference's deciles or on the categories; missing values are a bin of their own."""
    bins = reference.bins
    if isinstance(bins, CategoryBins):
        first, second = _category_counts(reference, current)
    else:
        place = _decile_of_slot(bins, _deciles(reference))
        size = int(place.max()) + 1
        first = np.bincount(place, weights=reference.counts, minlength=size)
        second = np.bincount(place, weights=current.counts, minlength=size)
    return _shares(first), _shares(second)


def _deciles(reference: Distribution) -> Floats:
    """The reference's deciles: the layout's own, or the nearest edges when another window is the reference."""
    bins = reference.bins
    assert isinstance(bins, NumericBins)
    if reference.fixed_bins or not len(bins.edges):
        return bins.deciles
    cumulated = np.cumsum(reference.known())
    if cumulated[-1] == 0:
        return bins.deciles
    places = np.searchsorted(cumulated, cumulated[-1] * np.arange(1, 10) / 10 - 1e-9)
    return np.unique(bins.edges[np.clip(places, 0, len(bins.edges) - 1)])


def _decile_of_slot(bins: NumericBins, deciles: Floats) -> NDArray[np.int64]:
    upper = np.append(bins.edges, np.inf)
    return np.append(np.searchsorted(deciles, upper, side="left"), len(deciles) + 1)


def _category_counts(reference: Distribution, current: Distribution) -> tuple[Floats, Floats]:
    names = sorted({*reference.new, *current.new})
    parts = []
    for side in (reference, current):
        own = np.array([side.new.get(name, 0) for name in names], dtype=np.float64)
        counts = side.counts.copy()
        counts[-2] -= own.sum()
        parts.append(np.concatenate([counts, own]))
    return parts[0], parts[1]


def _shares(counts: Floats) -> Floats:
    whole = counts.sum()
    return counts / whole if whole else np.full(len(counts), np.nan)


@drift_method("psi")
def psi(reference: Distribution, current: Distribution) -> float:
    """Population stability index on the reference's deciles, shares floored at 0.0001, natural logarithm.

    Siddiqi, Credit Risk Scorecards (2006): sum of (p - q) ln(p / q).
    """
    q, p = decile_shares(reference, current)
    p, q = np.maximum(p, SMALLEST_SHARE), np.maximum(q, SMALLEST_SHARE)
    return float(np.sum((p - q) * np.log(p / q)))


@drift_method("jensen_shannon")
def jensen_shannon(reference: Distribution, current: Distribution) -> float:
    """Jensen-Shannon distance (square root, base 2) on the same bins: 0 for equal, 1 for disjoint distributions."""
    q, p = decile_shares(reference, current)
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * np.log2(p / middle), 0.0)
        right = np.where(q > 0, q * np.log2(q / middle), 0.0)
    divergence = (left.sum() + right.sum()) / 2
    return float(np.sqrt(max(0.0, divergence))) if np.isfinite(middle).all() else float("nan")


@drift_method("ks")
def ks(reference: Distribution, current: Distribution) -> float:
    """Largest difference between the two empirical distribution functions; numeric columns only."""
    if isinstance(reference.bins, CategoryBins):
        return float("nan")
    first, second = _shares(reference.known()), _shares(current.known())
    if np.isnan(first).any() or np.isnan(second).any():
        return float("nan")
    return float(np.max(np.abs(np.cumsum(second) - np.cumsum(first))))


@drift_method("wasserstein")
def wasserstein(reference: Distribution, current: Distribution) -> float:
    """Mean distance that values moved, in standard deviations of the reference; numeric columns only.

    The area between the two distribution functions. Inside a bin the reference's values are taken at their mean; the
    current ones too, corrected so that their known sum comes out.
    """
    bins = reference.bins
    if isinstance(bins, CategoryBins) or not len(bins.edges):
        return float("nan")
    first, second = reference.known(), current.known()
    if not first.sum() or not second.sum():
        return float("nan")
    deviation = _deviation(reference, bins)
    if not deviation > 0:
        return float("nan")
    area = _area(bins, reference, current)
    return float(area / deviation)


def _deviation(reference: Distribution, bins: NumericBins) -> float:
    """The reference's standard deviation: exact for the layout's own reference, from bin means for another window."""
    counts = reference.known()
    means = _means(bins, reference)
    mean = float(np.sum(counts * means) / counts.sum())
    spread = float(np.sqrt(np.sum(counts * (means - mean) ** 2) / counts.sum()))
    return bins.deviation if reference.fixed_bins else spread


def _means(bins: NumericBins, side: Distribution) -> Floats:
    """Mean value in each bin: outside the reference's range exact, inside so that the known sum comes out."""
    counts, sums = side.known(), side.sums
    means = bins.centres.copy()
    for slot, known in ((0, sums[1]), (len(means) - 1, sums[2])):
        if counts[slot]:
            means[slot] = known / counts[slot]
    inside = slice(1, len(means) - 1)
    widths = np.diff(bins.edges)
    residual = sums[0] - sums[1] - sums[2] - float(np.sum(counts[inside] * means[inside]))
    # Rounding within bins spreads like the width of a bin times the square root of its rows.
    weights = widths**2 * counts[inside]
    if weights.sum() > 0:
        shifts = residual * weights / weights.sum() / np.maximum(counts[inside], 1)
        means[inside] = np.clip(means[inside] + shifts, bins.edges[:-1], bins.edges[1:])
    return means


def _area(bins: NumericBins, reference: Distribution, current: Distribution) -> float:
    shares = [_shares(reference.known()), _shares(current.known())]
    means = [_means(bins, reference), _means(bins, current)]
    upper = [np.cumsum(share) for share in shares]
    edges = bins.edges
    area = 0.0
    # Outside the range one function is constant, so the area is the mean excess.
    for share, mean, sign in ((shares[0], means[0], -1), (shares[1], means[1], 1)):
        area += sign * (share[0] * (edges[0] - mean[0]))
    area = abs(area)
    beyond = shares[1][-1] * (means[1][-1] - edges[-1]) - shares[0][-1] * (means[0][-1] - edges[-1])
    area += abs(beyond)
    widths = np.diff(edges)
    # Integral of a distribution function over a bin: F(left) * width + share * (right - mean).
    integrals = [
        u[:-2] * widths + share[1:-1] * (edges[1:] - mean[1:-1])
        for u, share, mean in zip(upper, shares, means, strict=True)
    ]
    signed = integrals[1] - integrals[0]
    left, right = (upper[1] - upper[0])[:-2], (upper[1] - upper[0])[1:-1]
    crossing = left * right < 0
    inner = np.abs(signed)
    span = np.abs(left) + np.abs(right)
    triangles = widths * (left**2 + right**2) / np.where(span > 0, 2 * span, 1)
    return area + float(np.sum(np.where(crossing, np.maximum(triangles, inner), inner)))
