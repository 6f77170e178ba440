"""Which columns a table was made from: found by trying, or as the description of a source says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

# Column -> the (table, column) pairs that it was made from.
Origins = dict[str, list[tuple[str, str]]]

TRIED_ROWS = 400
SEED = 0


def tried_columns(prepare: Callable[[pd.DataFrame], pd.DataFrame], raw: pd.DataFrame) -> dict[str, list[str]]:
    """The columns of `raw` that each column of `prepare(raw)` is made from, in the order of `raw`.

    The values of one raw column after the other are exchanged between rows: what changes in the result is made from
    it. So this cannot say anything else than what the code does. 400 rows from the whole length are tried.
    """
    rows = raw.iloc[np.linspace(0, len(raw) - 1, TRIED_ROWS).astype(int)].reset_index(drop=True)
    before = prepare(rows)
    order = np.random.default_rng(SEED).permutation(len(rows))
    found: dict[str, list[str]] = {name: [] for name in before.columns}
    for column in raw.columns:
        after = prepare(rows.assign(**{column: rows[column].to_numpy()[order]}))
        for name in before.columns:
            if not after[name].equals(before[name]):
                found[name].append(column)
    return found


def told_columns(table: str, columns: list[Any]) -> Origins:
    """The columns made from a source's table, as its description lists them: names, and names with what they need."""
    found: Origins = {}
    for entry in columns:
        told = entry if isinstance(entry, dict) else {entry: [entry]}
        for name, needed in told.items():
            found[name] = [(table, column) for column in needed]
    return found
