"""Distances between two distributions of one column, from counts in the same fine bins, and their chance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dashboard.measures.area import area_between, deviation_of
from dashboard.measures.chance import NOTHING, Alikeness, Chance, Part, of_area, of_largest_difference, of_root, of_sum
from dashboard.measures.distribution import Distribution, decile_counts, shares_of, uncertain_rows
from dashboard.profiles.bins import CategoryBins, Floats
from dashboard.registry import Registry

SMALLEST_SHARE = 0.0001
# A value may always be off by so much.
LEAST_OFF = 0.002

Compute = Callable[[Distribution, Distribution], float]
# The chance of a distance between a reference and a current window; the number is how much more the shares of rows
# that hang together vary than those of independent rows.
ComputeChance = Callable[[Distribution, Distribution, Alikeness], Chance]
ComputeCounts = Callable[[Floats, Floats], float]


def _exact(_reference: Distribution, _current: Distribution) -> float:
    return 0.0


@dataclass(frozen=True)
class DriftMethod:
    """One way to measure how far two distributions are apart, and what it is when nothing has changed.

    `off_by` tells by how much about the value may be off, since bins tell less than rows; a value that may be off by
    more than its share `most_off` is withheld.
    """

    name: str
    definition: str
    compute: Compute
    chance: ComputeChance
    off_by: Compute = _exact
    most_off: float = math.inf

    def is_known(self, value: float, off_by: float) -> bool:
        """Whether a value that may be off by so much is worth telling."""
        return not (off_by > LEAST_OFF and off_by > self.most_off * value)


METHODS: Registry[DriftMethod] = Registry("drift method", "dashboard.measures", "drift_method")


def drift_method(
    name: str, chance: ComputeChance, off_by: Compute = _exact, most_off: float = math.inf
) -> Callable[[Compute], Compute]:
    """Register a method; the first line of the docstring is its definition."""

    def decorate(compute: Compute) -> Compute:
        definition = (compute.__doc__ or "").strip().splitlines()[0]
        METHODS.add(name, DriftMethod(name, definition, compute, chance, off_by, most_off))
        return compute

    return decorate


def stability_parts(reference: Floats, current: Floats) -> Floats:
    """What each bin adds to the population stability index; shares above zero.

    Siddiqi, Credit Risk Scorecards (2006): (p - q) ln(p / q).
    """
    return np.asarray((current - reference) * np.log(current / reference))


def _psi_parts(reference: Floats, current: Floats) -> Floats:
    return stability_parts(np.maximum(reference, SMALLEST_SHARE), np.maximum(current, SMALLEST_SHARE))


PSI_PART = Part(_psi_parts, 1.0)


def _psi_chance(reference: Distribution, current: Distribution, alike: Alikeness) -> Chance:
    return of_sum(PSI_PART, *decile_counts(reference, current), alike)


def _psi_of(then: Floats, now: Floats) -> float:
    return float(np.sum(_psi_parts(shares_of(then), shares_of(now))))


def _off_by_interpolation(of_counts: ComputeCounts) -> Compute:
    """Two standard errors of a distance over deciles that fall inside of bins; the deciles move it apart."""

    def off_by(reference: Distribution, current: Distribution) -> float:
        rows = uncertain_rows(reference, current)
        if rows is None or not rows.any():
            return 0.0
        then, now = decile_counts(reference, current)
        value, moved = of_counts(then, now), []
        for place, uncertain in enumerate(rows):
            other = now.copy()
            taken = min(uncertain, other[place + 1])
            other[place] += taken
            other[place + 1] -= taken
            moved.append(of_counts(then, other) - value)
        return 2 * math.hypot(*moved)

    return off_by


@drift_method("psi", _psi_chance, _off_by_interpolation(_psi_of))
def psi(reference: Distribution, current: Distribution) -> float:
    """Population stability index on the reference's deciles, shares floored at 0.0001, natural logarithm."""
    return _psi_of(*decile_counts(reference, current))


def _divergence_parts(reference: Floats, current: Floats) -> Floats:
    middle = (current + reference) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(current > 0, current * np.log2(current / middle), 0.0)
        right = np.where(reference > 0, reference * np.log2(reference / middle), 0.0)
    return np.asarray((left + right) / 2)


DIVERGENCE_PART = Part(_divergence_parts, 1 / (8 * math.log(2)))


def _divergence_chance(reference: Distribution, current: Distribution, alike: Alikeness) -> Chance:
    return of_root(DIVERGENCE_PART, *decile_counts(reference, current), alike)


def _divergence_of(then: Floats, now: Floats) -> float:
    if not then.sum() or not now.sum():
        return float("nan")
    return float(np.sqrt(max(0.0, np.sum(_divergence_parts(shares_of(then), shares_of(now))))))


@drift_method("jensen_shannon", _divergence_chance, _off_by_interpolation(_divergence_of))
def jensen_shannon(reference: Distribution, current: Distribution) -> float:
    """Jensen-Shannon distance (square root, base 2) on the same bins: 0 for equal, 1 for disjoint distributions."""
    return _divergence_of(*decile_counts(reference, current))


def _ks_chance(reference: Distribution, current: Distribution, alike: Alikeness) -> Chance:
    return of_largest_difference(float(reference.known().sum()), float(current.known().sum()), alike)


@drift_method("ks", _ks_chance)
def ks(reference: Distribution, current: Distribution) -> float:
    """Largest difference between the two empirical distribution functions; numeric columns only."""
    if isinstance(reference.bins, CategoryBins):
        return float("nan")
    first, second = shares_of(reference.known()), shares_of(current.known())
    if np.isnan(first).any() or np.isnan(second).any():
        return float("nan")
    return float(np.max(np.abs(np.cumsum(second) - np.cumsum(first))))


def _area_chance(reference: Distribution, current: Distribution, alike: Alikeness) -> Chance:
    bins = reference.bins
    if isinstance(bins, CategoryBins) or not len(bins.edges):
        return NOTHING
    then, now = reference.known(), current.known()
    deviation = deviation_of(reference, bins)
    if not then.sum() or not now.sum() or not deviation > 0:
        return NOTHING
    cumulated = np.cumsum(then + now)[:-1] / (then.sum() + now.sum())
    widths = np.diff(np.append(bins.edges, bins.edges[-1])) / deviation
    return of_area(cumulated, widths, float(then.sum()), float(now.sum()), alike)


def _area_in_deviations(reference: Distribution, current: Distribution) -> tuple[float, float]:
    """The area and what of it is uncertain, in standard deviations of the reference; NaN where that is undefined."""
    bins = reference.bins
    if isinstance(bins, CategoryBins) or not len(bins.edges):
        return math.nan, math.nan
    if not reference.known().sum() or not current.known().sum():
        return math.nan, math.nan
    deviation = deviation_of(reference, bins)
    if not deviation > 0:
        return math.nan, math.nan
    area = area_between(bins, reference, current)
    return area.size / deviation, area.uncertain / deviation


def _off_by_open_ends(reference: Distribution, current: Distribution) -> float:
    return _area_in_deviations(reference, current)[1]


@drift_method("wasserstein", _area_chance, _off_by_open_ends, most_off=0.04)
def wasserstein(reference: Distribution, current: Distribution) -> float:
    """Mean distance that values moved, in standard deviations of the reference; numeric columns only.

    The area between the two distribution functions (Vallender, Theory Probab. Appl. 18, 1974).
    """
    return _area_in_deviations(reference, current)[0]
