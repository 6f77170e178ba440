"""The area between two distribution functions of a numeric column, from counts and sums of fine bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.distribution import Distribution
from dashboard.profiles.bins import Floats, NumericBins
from dashboard.profiles.features import ALL, SQUARES, WIDE

# A variance this much smaller than the squares it is the difference of is rounding.
ROUNDING = 1e-12
# So few rows of a bin are taken as lying together, more as spread over it.
FEW_IN_A_BIN = 8
# A bin outside of the reference's range that is wider than so many deviations says as little as one without an end.
FAR = 2.5


def deviation_of(reference: Distribution, bins: NumericBins) -> float:
    """The reference's standard deviation, exact but for rounding; NaN where squares are too large to be added up."""
    if reference.fixed_bins:
        return bins.deviation
    rows = reference.known().sum()
    distance = reference.sums[ALL] / rows - bins.pivot
    square = reference.sums[SQUARES] / rows
    variance = square - distance**2
    if not np.isfinite(variance):
        return float("nan")
    return float(np.sqrt(variance)) if variance > ROUNDING * square else 0.0


def _means(bins: NumericBins, side: Distribution) -> Floats:
    """Mean value in each bin: known of the wide ones, elsewhere near the reference's so that the sum comes out."""
    counts, means = side.known(), bins.centres.copy()
    wide = bins.wide[counts[bins.wide] > 0]
    means[wide] = side.sums[WIDE : WIDE + len(bins.wide)][counts[bins.wide] > 0] / counts[wide]
    lower, upper = np.append(-np.inf, bins.edges), np.append(bins.edges, np.inf)
    residual = side.sums[ALL] - float(np.sum(counts * means))
    # Rounding within bins spreads like the width of a bin times the square root of its rows.
    widths = upper - lower
    widths[bins.wide] = 0
    weights = widths**2 * counts
    if weights.sum() > 0:
        means = means + residual * weights / weights.sum() / np.maximum(counts, 1)
    return np.clip(means, lower, upper)


@dataclass(frozen=True)
class Area:
    """The area between two distribution functions, in the column's unit, and how much of it is not known for certain.

    Where both sides have values beyond the first or last edge, only the difference of their means is known there.
    """

    size: float
    uncertain: float


def area_between(bins: NumericBins, reference: Distribution, current: Distribution) -> Area:
    """Area between the two distribution functions of a column with edges."""
    edges, sides = bins.edges, (reference, current)
    counts = [side.known() for side in sides]
    shares = [rows / rows.sum() for rows in counts]
    means = [_means(bins, side) for side in sides]
    # Below the first and above the last edge a side's area is its mean distance to it.
    below = [float(share[0] * (edges[0] - mean[0])) for share, mean in zip(shares, means, strict=True)]
    above = [float(share[-1] * (mean[-1] - edges[-1])) for share, mean in zip(shares, means, strict=True)]
    size = abs(below[1] - below[0]) + abs(above[1] - above[0])
    size += float(np.sum(_areas(bins, counts, shares, means)))
    return Area(size, min(below) + min(above) + _hidden_far_away(bins, shares, means))


def _is_far(bins: NumericBins) -> NDArray[np.bool_]:
    """Which of the bins between two edges are as good as open: they end at a bound that no value should pass."""
    far = np.diff(bins.edges) > FAR * bins.deviation
    far[max(0, bins.inside.start - 1) : max(0, bins.inside.stop - 1)] = False
    return np.asarray(far)


def _hidden_far_away(bins: NumericBins, shares: list[Floats], means: list[Floats]) -> float:
    """What both sides have in far bins, of which only the difference of their means is known."""
    far = _is_far(bins)
    above = np.arange(len(far)) >= bins.inside.start
    ends = np.where(above, bins.edges[:-1], bins.edges[1:])
    distances = [share[1:-1] * np.abs(mean[1:-1] - ends) for share, mean in zip(shares, means, strict=True)]
    return float(np.sum(np.minimum(*distances)[far]))


def _areas(bins: NumericBins, counts: list[Floats], shares: list[Floats], means: list[Floats]) -> Floats:
    """Area over each bin between two edges."""
    lower, upper = bins.edges[:-1], bins.edges[1:]
    widths = upper - lower
    reached = [np.cumsum(share)[:-1] for share in shares]
    gap = reached[1] - reached[0]
    shares, means = ([side[1:-1] for side in both] for both in (shares, means))
    # Integral of a distribution function over a bin: F(left) * width + share * (right - mean).
    signed = np.abs(gap[:-1] * widths + shares[1] * (upper - means[1]) - shares[0] * (upper - means[0]))
    left, right = np.abs(gap[:-1]), np.abs(gap[1:])
    span = left + right
    triangles = widths * (left**2 + right**2) / np.where(span > 0, 2 * span, 1)
    areas = np.where(gap[:-1] * gap[1:] < 0, np.maximum(triangles, signed), signed)
    few = np.maximum(counts[0], counts[1])[1:-1] <= FEW_IN_A_BIN
    if bins.exact:
        # Single values between those of the reference: the distance changes there, and not along the bin.
        few[bins.inside.start - 1 : bins.inside.stop - 1] = True
    few |= _is_far(bins)
    return np.asarray(np.where(few, np.maximum(_steps(gap, shares, means, bins.edges), signed), areas))


def _steps(gap: Floats, shares: list[Floats], means: list[Floats], edges: Floats) -> Floats:
    """Area over each bin if all rows of a side in it lie at their mean."""
    first, second = np.minimum(*means), np.maximum(*means)
    between = gap[:-1] + np.where(means[1] <= means[0], shares[1], -shares[0])
    ends = np.abs(gap[:-1]) * (first - edges[:-1]) + np.abs(gap[1:]) * (edges[1:] - second)
    return np.asarray(ends + np.abs(between) * (second - first))
