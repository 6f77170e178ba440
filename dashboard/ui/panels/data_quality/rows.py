"""Frames of data quality made ready for pages: names of models and of checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.schema.card.data import label_with_unit
from dashboard.ui.panels.data_quality.answers import check_word
from dashboard.words import mark, translate

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

WHOLE_ROWS = mark("whole rows")


def checks(frame: pd.DataFrame, card: ModelCard, language: str) -> pd.DataFrame:
    """The checks of a model with what readers call them, as `label`."""
    features = [
        translate(WHOLE_ROWS, language) if not isinstance(one, str) else label_with_unit(card.data, one, language)
        for one in frame["feature"]
    ]
    words = [check_word(one, language) for one in frame["check"]]
    return frame.assign(label=[f"{feature}: {word}" for feature, word in zip(features, words, strict=True)])


def faults(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Faults with the name of the model."""
    return frame.assign(name=[names.get(model, model) for model in frame["model"]])
