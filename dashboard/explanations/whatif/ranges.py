"""Which values of a feature occur in the reference, and how far apart two of them are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.explanations.words.reasons import Given
from dashboard.profiles.bins import Floats, NumericBins
from dashboard.profiles.layout import Layout
from dashboard.profiles.windows import Window

# Shares of the reference's rows at whose values a number is tried.
STEPS = tuple(np.round(np.linspace(0.05, 0.95, 19), 2))
ENDS = (0.01, 0.99)
# Of more categories those that occur most often are tried.
MOST_CATEGORIES = 20
# Digits of a mean value that tell something.
DIGITS = 12
# How far it is to or from a value that is missing.
FROM_MISSING = 1.0


@dataclass(frozen=True)
class Numbers:
    """A number: ascending `values` that occur, the share of rows up to each, the lowest and the highest value."""

    values: tuple[float, ...]
    up_to: tuple[float, ...]
    low: float
    high: float

    @property
    def whole(self) -> bool:
        """Whether only whole numbers occur."""
        return all(float(value).is_integer() for value in (*self.values, self.low, self.high))

    def tried(self) -> tuple[float, ...]:
        """Values to try, ascending: about every twentieth part of the rows."""
        places = np.searchsorted(self.up_to, (ENDS[0], *STEPS, ENDS[1]))
        return tuple(dict.fromkeys(self.values[min(int(place), len(self.values) - 1)] for place in places))

    def outside(self, value: Given) -> bool:
        """Whether no row of the reference lies so far out."""
        return isinstance(value, float | int) and not self.low <= value <= self.high

    def distance(self, before: Given, after: Given) -> float:
        """The share of rows that lie between two values."""
        if not isinstance(before, float | int) or not isinstance(after, float | int):
            return FROM_MISSING
        first, second = np.interp([before, after], self.values, self.up_to)
        return abs(float(second - first))


@dataclass(frozen=True)
class Categories:
    """A category: share of the rows of each value that occurs, the most frequent first."""

    shares: Mapping[str, float]

    def tried(self) -> tuple[str, ...]:
        """Values to try, the most frequent first."""
        return tuple(self.shares)[:MOST_CATEGORIES]

    def outside(self, value: Given) -> bool:
        """Whether the value never occurs in the reference."""
        return isinstance(value, str) and value not in self.shares

    def distance(self, before: Given, after: Given) -> float:
        """How unusual the new category is: the share of rows that have another one."""
        return 0.0 if before == after else 1.0 - self.shares.get(str(after), 0.0)


Range = Numbers | Categories


def ranges_of(reference: Window, layout: Layout) -> dict[str, Range]:
    """The values of each feature that occur in the reference; a feature without any value is left out."""
    found: dict[str, Range] = {}
    for bins in layout.columns:
        if bins.name not in layout.feature_names():
            continue
        counts = reference.counts[layout.slices[bins.name]].astype(np.float64)[:-1]
        if not counts.sum():
            continue
        if isinstance(bins, NumericBins):
            found[bins.name] = _numbers(bins, counts)
        else:
            shares = dict(zip(bins.categories, counts[:-1] / counts.sum(), strict=True))
            order = sorted((name for name in shares if shares[name] > 0), key=lambda name: (-shares[name], name))
            found[bins.name] = Categories({name: float(shares[name]) for name in order})
    return found


def _numbers(bins: NumericBins, counts: Floats) -> Numbers:
    filled = np.flatnonzero(counts)
    # The mean of the reference's values in a bin lies between values that occur.
    values = np.clip(np.nan_to_num(bins.centres[filled], nan=bins.low), bins.low, bins.high)
    values = np.array([float(f"{value:.{DIGITS}g}") for value in values])
    if float(bins.low).is_integer() and float(bins.high).is_integer() and np.isin(bins.deciles % 1, 0.0).all():
        values = np.round(values)
    up_to = np.cumsum(counts[filled]) / counts.sum()
    values, places = np.unique(values[::-1], return_index=True)
    return Numbers(tuple(values.tolist()), tuple(up_to[::-1][places].tolist()), bins.low, bins.high)
