"""The gaps of some models in the order in which readers see them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.schema.severities import SEVERITIES
from dashboard.ui.panels.ownership.rows import ABOUT_PEOPLE


def of_models(gaps: pd.DataFrame, models: Sequence[str], kinds: Sequence[str] | None) -> pd.DataFrame:
    """The gaps of some models and kinds (None: all), most severe first, then the oldest of the heaviest kind."""
    kept = gaps["model"].isin(models)
    if kinds is not None:
        kept &= gaps["gap"].isin(kinds)
    found = gaps[kept]
    others = sorted(set(found["gap"]) - set(ABOUT_PEOPLE))
    days, _ = pd.factorize(found["since"], sort=True)
    # A gap of which no day is known comes last of its kind.
    since = np.where(days < 0, len(found), days)
    kind, severity = _places(found["gap"], [*ABOUT_PEOPLE, *others]), _places(found["severity"], list(SEVERITIES))
    return found.iloc[np.lexsort((since, kind, severity))]


def _places(values: pd.Series, order: Sequence[str]) -> np.ndarray:
    """The place of each value in an order; of values that stand in many rows each is looked up once."""
    codes, words = pd.factorize(values)
    return np.array([order.index(word) for word in words], dtype=np.int64)[codes]
