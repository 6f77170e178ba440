"""How the contribution of one feature depends on its value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.explanations.cohorts.sample import ExplainedSample

BINS = 10
# The part of the cases of a bin that lies between the ends of its spread.
SPREAD = (0.1, 0.9)
MOST_CATEGORIES = 30


@dataclass(frozen=True)
class Point:
    """Cases with about the same value: the value (None: missing), the mean contribution, its spread (10 to 90 %)."""

    value: float | str | None
    contribution: float
    low: float
    high: float
    rows: int


def dependence(sample: ExplainedSample, feature: str) -> list[Point]:
    """Points by value: numbers in tenths of the sample (at their median), categories by frequency, missing ones."""
    place = [str(name) for name in sample.features].index(feature)
    values, contributions = sample.features[feature], sample.contributions[:, place]
    missing = values.isna().to_numpy()
    if values.dtype.kind == "f":
        points = _of_numbers(values.to_numpy()[~missing], contributions[~missing])
    else:
        points = _of_categories(values[~missing], contributions[~missing])
    return [*points, *([_point(None, contributions[missing])] if missing.any() else [])]


def _of_numbers(values: np.ndarray, contributions: np.ndarray) -> list[Point]:
    if not len(values):
        return []
    if len(np.unique(values)) <= BINS:
        return [_point(float(value), contributions[values == value]) for value in np.unique(values)]
    # An edge belongs to the lower bin.
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, values, side="left")
    return [_point(float(np.median(values[bins == one])), contributions[bins == one]) for one in np.unique(bins)]


def _of_categories(values: pd.Series, contributions: np.ndarray) -> list[Point]:
    frequent = values.value_counts().index[:MOST_CATEGORIES]
    return [_point(str(name), contributions[(values == name).to_numpy()]) for name in frequent]


def _point(value: float | str | None, contributions: np.ndarray) -> Point:
    low, high = np.quantile(contributions, SPREAD)
    return Point(value, float(contributions.mean()), float(low), float(high), len(contributions))
