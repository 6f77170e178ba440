"""How far two samples of one and the same population lie apart by chance: the noise floor of each distance.

Under no change every order of the rows is as likely as any other, so that the counts of a bin follow the
hypergeometric distribution given the total of both sides. Moments of a distance that is a sum over bins follow from
that exactly, however few rows a bin has; its upper points are those of a gamma distribution with the same mean and
variance. Rows that hang together (days, customers) count for less, see `Alikeness`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Counts that spread less than this (standard deviation) are summed one by one, others on a grid of the normal curve.
FEW = 4.0
# Bins of which the smaller side expects so many rows follow the chi-square distribution.
MANY = 25
SPREADS = 8.0
GRID = 33
# Mean of the Kolmogorov distribution: sqrt(pi / 2) ln 2.
KOLMOGOROV_MEAN = math.sqrt(math.pi / 2) * math.log(2)
# Knots on which the covariance of an area between distribution functions is summed.
KNOTS = 48


@dataclass(frozen=True)
class Part:
    """What one bin adds to a distance, from its shares in the reference and in the current window.

    `curvature` times the squared difference over the share is the same where the difference is small.
    """

    distance: Callable[[Floats, Floats], Floats]
    curvature: float


@dataclass(frozen=True)
class Alikeness:
    """How much rows that hang together add to what chance does.

    `ratio` is the variance of a difference of shares, in variances of one between independent rows, as a mean over
    bins; `unevenness` the mean square of that over bins over the square of the mean.
    """

    ratio: float = 1.0
    unevenness: float = 1.0

    @property
    def of_levels(self) -> float:
        """The ratio for a shift of the whole column, on which most of it hangs (Satterthwaite's scale)."""
        return self.ratio * self.unevenness


INDEPENDENT = Alikeness()


@dataclass(frozen=True)
class Chance:
    """What a distance is under no change: `expected`, and its upper points.

    `upper(p)` is what chance exceeds with probability p; `seen(p)` the true distance that lies above that point in
    about half of all cases, so the smallest one that the comparison can be said to look for.
    """

    expected: float
    upper: Callable[[float], float]
    seen: Callable[[float], float]


NOTHING = Chance(math.nan, lambda probability: math.nan, lambda probability: math.nan)


def gamma_upper(mean: float, variance: float, probability: float) -> float:
    """Upper point of a gamma distribution by the cube root of Wilson and Hilferty (PNAS 17, 1931).

    Above the exact point by at most 3 % from five degrees of freedom on, by up to 15 % at one, so on the safe side.

    >>> round(gamma_upper(9, 18, 0.001), 1)  # chi-square with nine degrees of freedom: 27.88
    28.1
    """
    if not mean > 0:
        return 0.0
    z = NormalDist().inv_cdf(1 - probability)
    if not variance > 0:
        return mean
    part = variance / (9 * mean**2)
    cube = (1 - part + z * math.sqrt(part)) ** 3
    return float(max(mean * cube, mean))


def one_of_many(probability: float, comparisons: int) -> float:
    """The probability for each of several comparisons so that `probability` holds for all together (Sidak, 1967)."""
    return float(-math.expm1(math.log1p(-probability) / max(1, comparisons)))


@dataclass(frozen=True)
class SumOverBins:
    """A distance that is a sum over bins, over all ways to deal the rows to the two sides.

    `mean` and `variance` are those of the sum. `alone` is the distance where one bin stands against all others
    together, for its possible counts with their probabilities `weights`, a row for each size of bins with few
    rows; `bins` tells how many have that size, `all_bins` how many there are of any size.
    """

    mean: float
    variance: float
    bins: Floats
    alone: Floats
    weights: Floats
    all_bins: float

    def upper(self, probability: float) -> float:
        """What chance exceeds with this probability.

        A gamma distribution has no idea of single rows in a rare bin, which come at once or not at all: the point is
        never below what one bin alone reaches with the probability, the others being at their means.
        """
        return max(gamma_upper(self.mean, self.variance, probability), self._of_one_bin(probability))

    def _of_one_bin(self, probability: float) -> float:
        if not len(self.bins):
            return 0.0
        order = np.argsort(-self.alone, axis=1)
        alone = np.take_along_axis(self.alone, order, axis=1)
        reached = np.cumsum(np.take_along_axis(self.weights, order, axis=1), axis=1)
        place = np.argmax(reached > probability / self.all_bins, axis=1)
        rest = np.maximum(0.0, self.mean - (self.weights * self.alone).sum(axis=1))
        return float(np.max(np.take_along_axis(alone, place[:, None], axis=1)[:, 0] + rest))


NO_BINS = SumOverBins(0.0, 0.0, np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)), 0.0)


def sum_over_bins(part: Part, reference: Floats, current: Floats, alike: Alikeness = INDEPENDENT) -> SumOverBins:
    """The chance of a distance from the counts of the same bins on both sides.

    Rows that hang together are as few as they count for: a bin then stays empty as often as they let it.

    Exact for bins with few rows, but for the dependence between bins: what a bin's part has to do with its count is
    taken out, as the counts of a side have a fixed sum. Bins with many rows follow the chi-square distribution.
    """
    reference, current = reference / alike.ratio, current / alike.ratio
    totals, number = np.unique(np.round(reference + current), return_counts=True)
    bins, totals = number[totals > 0].astype(np.float64), totals[totals > 0]
    then, now = float(reference.sum()), float(current.sum())
    if len(totals) == 0 or min(then, now) <= 0 or bins.sum() < 2:
        return NO_BINS
    shares, k = totals / (then + now), float(bins.sum())
    # For the quadratic distance the squares of all bins have k - 1 degrees of freedom, also in their variance.
    freedom = (k - 1) / max(k - 2 + float(bins @ shares**2), 1e-12) * alike.unevenness
    many = totals * min(then, now) / (then + now) >= MANY
    parts = part.curvature * (1 / then + 1 / now) * (1 - shares[many])
    mean, variance = float(bins[many] @ parts), 2 * float(bins[many] @ parts**2)
    spread = float(bins[many] @ (totals[many] * (1 - shares[many]))) * then * now / (then + now) ** 2
    few, bins = totals[~many], bins[~many]
    if not len(few):
        return SumOverBins(mean, variance * freedom, bins, NO_BINS.alone, NO_BINS.weights, k)
    counts, weights = _ways(few, then, now)
    first, second = (few[:, None] - counts) / then, counts / now
    found = part.distance(first, second)
    middle = (weights * found).sum(axis=1)
    off = counts - (weights * counts).sum(axis=1)[:, None]
    together = (weights * (found - middle[:, None]) * off).sum(axis=1)
    spread += float(bins @ (weights * off**2).sum(axis=1))
    mean += float(bins @ middle)
    variance += float(bins @ (weights * (found - middle[:, None]) ** 2).sum(axis=1))
    variance -= float(bins @ together) ** 2 / max(spread, 1e-300)
    alone = found + part.distance(1 - first, 1 - second)
    return SumOverBins(mean, max(0.0, variance * freedom), bins, alone, weights, k)


def _ways(totals: Floats, then: float, now: float) -> tuple[Floats, Floats]:
    """Possible counts of the current side for bins with these totals, and their probabilities, a row for each bin."""
    share = now / (then + now)
    middle = totals * share
    spread = np.sqrt(np.maximum(middle * (1 - share) * (1 - totals / (then + now)), 0))
    width = int(2 * SPREADS * FEW) + 2
    first = np.floor(np.maximum(np.maximum(0, totals - then), middle - SPREADS * spread - 1))
    counts: Floats = first[:, None] + np.arange(width, dtype=np.float64)
    last = np.minimum(totals, now)
    possible = counts <= last[:, None]
    # The probability of one more is known relative to this one.
    ratios = np.maximum((totals[:, None] - counts) * (now - counts), 0)
    ratios /= np.maximum((counts + 1) * (then - totals[:, None] + counts + 1), 1)
    with np.errstate(divide="ignore"):
        logs = np.cumsum(np.log(np.maximum(ratios, 0))[:, :-1], axis=1)
    logs = np.concatenate([np.zeros((len(totals), 1)), logs], axis=1)
    logs = np.where(possible, logs, -np.inf)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    smooth = np.linspace(-6, 6, GRID)
    curve = np.exp(-(smooth**2) / 2)
    many = spread > FEW
    counts[many] = np.pad(middle[many, None] + smooth * spread[many, None], ((0, 0), (0, width - GRID)), mode="edge")
    weights[many] = np.pad(curve, (0, width - GRID))
    counts = np.clip(counts, 0.0, last[:, None])
    return counts, weights / weights.sum(axis=1, keepdims=True)


def of_sum(part: Part, reference: Floats, current: Floats, alike: Alikeness) -> Chance:
    """A distance that adds up over bins (PSI)."""
    found = sum_over_bins(part, reference, current, alike)
    return Chance(found.mean, found.upper, lambda probability: found.upper(probability) - found.mean)


def of_root(part: Part, reference: Floats, current: Floats, alike: Alikeness) -> Chance:
    """The square root of a distance that adds up over bins (Jensen-Shannon)."""
    found = sum_over_bins(part, reference, current, alike)
    mean = found.mean
    return Chance(
        math.sqrt(mean) * (1 - found.variance / (8 * mean**2)) if mean > 0 else 0.0,
        lambda probability: min(1.0, math.sqrt(found.upper(probability))),
        lambda probability: min(1.0, math.sqrt(max(0.0, found.upper(probability) - mean))),
    )


def of_largest_difference(then: float, now: float, alike: Alikeness) -> Chance:
    """The largest difference of two distribution functions; ties only make it smaller.

    Kolmogorov's distribution with the correction of Stephens (J. Roy. Statist. Soc. B 32, 1970).
    """
    if min(then, now) <= 0:
        return NOTHING
    root = math.sqrt(1 / (alike.of_levels * (1 / then + 1 / now)))
    corrected = root + 0.12 + 0.11 / root

    def upper(probability: float) -> float:
        return min(1.0, math.sqrt(-math.log(probability / 2) / 2) / corrected)

    return Chance(KOLMOGOROV_MEAN / corrected, upper, upper)


def of_area(cumulated: Floats, widths: Floats, then: float, now: float, alike: Alikeness) -> Chance:
    """The area between two distribution functions.

    `cumulated` is the common distribution function between neighbouring values, `widths` their distances in the unit
    of the result. The difference of the functions is a Brownian bridge; the mean of its size is summed, and the
    covariance of sizes (Nabeya, Ann. Inst. Statist. Math. 3, 1951) on a few knots.
    """
    inner = (cumulated > 0) & (cumulated < 1) & (widths > 0)
    below, widths = cumulated[inner], widths[inner]
    if not len(below) or min(then, now) <= 0:
        return NOTHING
    ratio = alike.of_levels
    scale = ratio * (1 / then + 1 / now)
    deviation = np.sqrt(below * (1 - below) * scale)
    # Where hardly a row lies beyond, the difference is mostly zero: its mean cannot exceed twice the share.
    size = np.minimum(math.sqrt(2 / math.pi) * deviation, 2 * np.minimum(below, 1 - below) * ratio)
    mean = float(size @ widths)
    variance = _area_variance(below, deviation, size, widths)
    distance = np.abs(np.cumsum(widths) - np.interp(0.5, below, np.cumsum(widths)))
    fewer = min(then, now)

    def upper(probability: float) -> float:
        # One row far out in a long tail, as seldom as the probability, weighs like its distance.
        far = np.minimum(below, 1 - below) * fewer <= probability
        alone = float(distance[far].max() if far.any() else max(distance[0], distance[-1]))
        return max(gamma_upper(mean, variance, probability), mean + alone / fewer * ratio)

    return Chance(mean, upper, upper)


def _area_variance(below: Floats, deviation: Floats, size: Floats, widths: Floats) -> float:
    heavy = np.cumsum(deviation * widths)
    knot = np.minimum((heavy / heavy[-1] * KNOTS).astype(int), KNOTS - 1)
    weight = np.bincount(knot, weights=deviation * widths, minlength=KNOTS)
    lost = np.bincount(knot, weights=(deviation**2 - size**2) * widths**2, minlength=KNOTS)
    there = weight > 0
    at = np.bincount(knot, weights=below * deviation * widths, minlength=KNOTS)[there] / weight[there]
    weight = weight[there]
    odds = at / (1 - at)
    alike = np.sqrt(np.minimum(odds[:, None], odds) / np.maximum(odds[:, None], odds))
    sizes = (np.sqrt(1 - alike**2) + alike * np.arcsin(alike) - 1) * 2 / math.pi
    return float(max(weight @ sizes @ weight, lost.sum()))
