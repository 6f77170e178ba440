"""The area between two distribution functions of a numeric column, from counts and sums of fine bins."""

from __future__ import annotations

import numpy as np

from dashboard.measures.distribution import Distribution
from dashboard.profiles.bins import Floats, NumericBins


def deviation_of(reference: Distribution, bins: NumericBins) -> float:
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


def area_between(bins: NumericBins, reference: Distribution, current: Distribution) -> float:
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
