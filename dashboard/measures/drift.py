"""Distances between two distributions of one column, from counts in the same fine bins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

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


METHODS: Registry[DriftMethod] = Registry("drift method", "dashboard.measures", "drift_method")


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
    elif reference.fixed_bins or bins.exact or not reference.known().sum():
        first, second = _on_edges(bins, _deciles(reference), reference, current)
    else:
        first, second = _on_interpolated_deciles(bins, reference, current)
    return _shares(first), _shares(second)


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


def _on_interpolated_deciles(
    bins: NumericBins, reference: Distribution, current: Distribution
) -> tuple[Floats, Floats]:
    """Counts between deciles that fall inside bins: both sides are taken as even there, single values stay whole."""
    then, now = np.cumsum(reference.known()), np.cumsum(current.known())
    targets = _rows_up_to_deciles(then[-1])
    slots = np.searchsorted(then, targets)
    start = np.where(slots > 0, then[slots - 1], 0.0)
    part = (targets - start) / np.maximum(then[slots] - start, 1e-300)
    lower, upper = np.append(-np.inf, bins.edges)[slots], np.append(bins.edges, np.inf)[slots]
    part = np.where((lower == np.nextafter(upper, -np.inf)) | ~np.isfinite(upper - lower), 1.0, part)
    counts = []
    for side, cumulated in ((reference, then), (current, now)):
        before = np.where(slots > 0, cumulated[slots - 1], 0.0)
        at_deciles = before + part * (cumulated[slots] - before)
        inner = np.diff(np.concatenate([[0.0], at_deciles, [cumulated[-1]]]))
        counts.append(np.append(inner, side.counts[-1]))
    return counts[0], counts[1]


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
    counts, means = reference.known(), bins.centres.copy()
    means[bins.inside] = _means(bins, reference)
    mean = float(np.sum(counts * means) / counts.sum())
    spread = float(np.sqrt(np.sum(counts * (means - mean) ** 2) / counts.sum()))
    return bins.deviation if reference.fixed_bins else spread


def _means(bins: NumericBins, side: Distribution) -> Floats:
    """Mean value in each bin within the reference's range, so that the known sum comes out."""
    inside = bins.inside
    counts, means = side.known()[inside], bins.centres[inside].copy()
    lower, upper = bins.edges[inside.start - 1 : inside.stop - 1], bins.edges[inside]
    residual = side.sums[0] - side.sums[1] - side.sums[2] - float(np.sum(counts * means))
    # Rounding within bins spreads like the width of a bin times the square root of its rows.
    weights = (upper - lower) ** 2 * counts
    if weights.sum() > 0:
        shifts = residual * weights / weights.sum() / np.maximum(counts, 1)
        means = np.clip(means + shifts, lower, upper)
    return means


def _area(bins: NumericBins, reference: Distribution, current: Distribution) -> float:
    """Area between the two distribution functions, in the column's unit."""
    inside = bins.inside
    lower, upper = bins.edges[inside.start - 1 : inside.stop - 1], bins.edges[inside]
    widths = upper - lower
    ends, integrals, area = [], [], []
    for side in (reference, current):
        counts = side.known()
        rows = counts.sum()
        below_range, above_range = counts[: inside.start].sum(), counts[inside.stop :].sum()
        # Outside the range the area is the mean distance to its end.
        area.append(((below_range * lower[0] - side.sums[1]) / rows, (side.sums[2] - above_range * upper[-1]) / rows))
        shares = counts[inside] / rows
        left = below_range / rows + np.cumsum(shares) - shares
        # Integral of a distribution function over a bin: F(left) * width + share * (right - mean).
        integrals.append(left * widths + shares * (upper - _means(bins, side)))
        ends.append(np.append(left, left[-1] + shares[-1]))
    outside = abs(area[1][0] - area[0][0]) + abs(area[1][1] - area[0][1])
    gap = ends[1] - ends[0]
    left, right = np.abs(gap[:-1]), np.abs(gap[1:])
    if bins.exact:
        # Single values between those of the reference: the distance changes there, and not along the bin.
        at = _common_means(bins, reference, current)
        return float(outside + np.sum(left * (at - lower) + right * (upper - at)))
    signed, span = np.abs(integrals[1] - integrals[0]), left + right
    triangles = widths * (left**2 + right**2) / np.where(span > 0, 2 * span, 1)
    crosses = gap[:-1] * gap[1:] < 0
    return float(outside + np.sum(np.where(crosses, np.maximum(triangles, signed), signed)))


def _common_means(bins: NumericBins, reference: Distribution, current: Distribution) -> Floats:
    """Mean value of both sides together in each bin within the reference's range."""
    counts = [side.known()[bins.inside] for side in (reference, current)]
    means = [_means(bins, side) for side in (reference, current)]
    rows = counts[0] + counts[1]
    mixed = (counts[0] * means[0] + counts[1] * means[1]) / np.where(rows > 0, rows, 1)
    return np.where(rows > 0, mixed, means[0])
