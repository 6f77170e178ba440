"""Known cases that are most like another one: what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.explanations.rows.reading import ACTUAL, AT, ID
from dashboard.explanations.whatif.ranges import Numbers, Range
from dashboard.explanations.words.reasons import Given

# Cases that are compared, and those that are given.
COMPARED, NEAREST = 2_000, 5
# A difference of a number below this share of the rows is none.
SAME = 0.05


@dataclass(frozen=True)
class Similar:
    """A known case: its row, how far away it is (0 to 1), and the features in which it differs, the most first."""

    row: pd.Series
    distance: float
    differs: tuple[str, ...]


def most_similar(
    case: Mapping[str, Given], frame: pd.DataFrame, ranges: Mapping[str, Range], weights: Mapping[str, float]
) -> list[Similar]:
    """The rows with known outcome that are nearest to a case, the nearest first; of equally near ones the newest.

    Distance: the weighted mean over features of the share of rows of the reference between two numbers, and of 1 for
    another category (after Gower, Biometrics 27, 1971). `weights` are importances; without any all count alike.
    """
    known = frame[frame[ACTUAL].notna()]
    features = [name for name in case if name in ranges and name in known]
    if known.empty or not features:
        return []
    weight = np.array([max(0.0, weights.get(name, 0.0)) for name in features])
    weight = weight / weight.sum() if weight.sum() > 0 else np.full(len(features), 1 / len(features))
    parts = np.column_stack([_apart(case[name], known[name], ranges[name]) for name in features])
    distances = parts @ weight
    order = np.lexsort((known[ID].astype(str), -known[AT].astype("int64").to_numpy(), np.round(distances, 12)))
    found = []
    for place in order[:NEAREST]:
        own = parts[place] * weight
        differing = [index for index in np.argsort(-own, kind="stable") if parts[place][index] > SAME]
        found.append(Similar(known.iloc[place], float(distances[place]), tuple(features[index] for index in differing)))
    return found


def _apart(value: Given, column: pd.Series, known: Range) -> np.ndarray:
    """How far each value of a column is from a value, between 0 and 1; a missing one is as far as can be."""
    missing = column.isna().to_numpy()
    if value is None:
        return np.where(missing, 0.0, 1.0)
    if isinstance(known, Numbers) and not isinstance(value, str):
        ranks = np.interp(column.to_numpy(dtype=np.float64), known.values, known.up_to)
        own = float(np.interp(value, known.values, known.up_to))
        return np.where(missing, 1.0, np.abs(ranks - own))
    return np.where(missing, 1.0, (column != value).to_numpy().astype(np.float64))
