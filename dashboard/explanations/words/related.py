"""Features that go together in the data, so that how their effect is shared out among them is a matter of method.

Two numbers by Spearman's rank correlation, a number and a category by the correlation ratio of the ranks, two
categories by Cramer's V with Bergsma's correction (Journal of the Korean Statistical Society 42, 2013).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

# From this strength on features go together.
TOGETHER = 0.7
FEWEST_ROWS = 30
# Of more features only the most important ones are compared, and of more categories a column names single cases.
MOST_FEATURES, MOST_CATEGORIES = 60, 50


@dataclass(frozen=True)
class Related:
    """Two features and how strongly they go together, between 0 and 1."""

    first: str
    second: str
    strength: float


def related_features(frame: pd.DataFrame, kinds: Mapping[str, str]) -> list[Related]:
    """The pairs of features that go together in some rows, the strongest first.

    `frame` holds a column for each feature in `kinds` (feature -> numeric, categorical). Rows in which one of the two
    is missing do not count for a pair.
    """
    names = [name for name in kinds if name in frame][:MOST_FEATURES]
    found = [Related(*pair, strength) for pair, strength in _strengths(frame[names], kinds) if strength >= TOGETHER]
    return sorted(found, key=lambda one: (-one.strength, one.first, one.second))


def _strengths(frame: pd.DataFrame, kinds: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], float]]:
    for pair in combinations(frame.columns, 2):
        rows = frame[list(pair)].dropna()
        if len(rows) >= FEWEST_ROWS:
            yield pair, _strength(rows, [kinds[name] == "numeric" for name in pair])


def _strength(rows: pd.DataFrame, numeric: list[bool]) -> float:
    first, second = (rows.iloc[:, place] for place in (0, 1))
    if all(numeric):
        return abs(_correlation(first.rank().to_numpy(), second.rank().to_numpy()))
    if not any(numeric):
        return cramers_v(first, second)
    number, category = (first, second) if numeric[0] else (second, first)
    return correlation_ratio(number.rank().to_numpy(np.float64), category)


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def correlation_ratio(number: np.ndarray, category: pd.Series) -> float:
    """Square root of the share of a number's variance that lies between categories, less what chance brings there.

    Epsilon squared (Kelley, PNAS 21, 1935); 0 for a column with too many categories.
    """
    codes, names = pd.factorize(category)
    rows, groups = len(number), len(names)
    whole = float(((number - number.mean()) ** 2).sum())
    if groups < 2 or groups > MOST_CATEGORIES or groups >= rows or whole == 0:
        return 0.0
    counts, sums = np.bincount(codes), np.bincount(codes, weights=number)
    within = whole - float((counts * (sums / counts - number.mean()) ** 2).sum())
    return float(np.sqrt(max(0.0, 1 - within / (rows - groups) / (whole / (rows - 1)))))


def cramers_v(first: pd.Series, second: pd.Series) -> float:
    """Cramer's V of two categories, corrected for chance; 0 for a column with too many categories."""
    table = pd.crosstab(first, second).to_numpy(np.float64)
    if min(table.shape) < 2 or max(table.shape) > MOST_CATEGORIES:
        return 0.0
    rows = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / rows
    squared = float(((table - expected) ** 2 / expected).sum()) / rows
    height, width = table.shape
    corrected = max(0.0, squared - (height - 1) * (width - 1) / (rows - 1))
    least = min(height - (height - 1) ** 2 / (rows - 1), width - (width - 1) ** 2 / (rows - 1)) - 1
    return float(np.sqrt(corrected / least)) if least > 0 else 0.0
