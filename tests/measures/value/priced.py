"""Cards with prices, and the money of their rows counted by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.schema.card.card import ModelCard
from tests.profiles.watched import BINARY, REGRESSION, card_of

PRICES = {"true_positive": 90.0, "false_positive": -12.0, "false_negative": -60.0, "true_negative": 1.5}
COSTS = {"over_per_unit": -0.25, "under_per_unit": -0.6, "per_prediction": 32.0}


def priced(task: str = BINARY, value: Mapping[str, Any] | None = None, **more: Any) -> ModelCard:
    """A card with prices of outcomes, or of errors."""
    written = card_of(task, **more).model_dump(mode="json", by_alias=True, exclude_none=True)
    written["business"] = {"value": dict(value or ({"errors": COSTS} if task == REGRESSION else {"outcomes": PRICES}))}
    return ModelCard.model_validate(written)


def money_by_hand(frame: pd.DataFrame, threshold: float, prices: Mapping[str, float] | None = None) -> pd.Series:
    """What each row with a known outcome of a binary model brings, by its cell."""
    chosen, given = frame["score"] >= threshold, prices or PRICES
    cells = [
        (chosen & (frame["actual"] == 1), "true_positive"),
        (chosen & (frame["actual"] == 0), "false_positive"),
        (~chosen & (frame["actual"] == 1), "false_negative"),
        (~chosen & (frame["actual"] == 0), "true_negative"),
    ]
    return pd.Series(
        np.select([cell for cell, _ in cells], [given.get(name, 0.0) for _, name in cells], np.nan), frame.index
    )


def errors_by_hand(frame: pd.DataFrame, costs: Mapping[str, float] | None = None) -> pd.Series:
    """What each row with a known outcome of a regression brings, by how far it is off."""
    given, error = costs or COSTS, frame["score"] - frame["actual"]
    return (
        given["per_prediction"]
        + given["over_per_unit"] * error.clip(lower=0)
        + given["under_per_unit"] * (-error).clip(lower=0)
    )
