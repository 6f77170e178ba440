"""Rows of frames as dicts."""

from __future__ import annotations

from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame by column name; what is absent is None, whatever the type of its column."""
    names = [str(name) for name in frame.columns]
    columns = [_known(values) for _, values in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _known(values: pd.Series) -> list[Any]:
    return [None if absent else value for value, absent in zip(values.tolist(), values.isna().tolist(), strict=True)]
