"""Rows held by columns: exchanged, counted and shown they are what rows held one by one would be."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings, strategies as st

from dashboard.views.coded_rows import CodedColumn, CodedRows
from dashboard.views.kinds import Column, Columns
from dashboard.views.records import records

NAMES = ("state", "amount", "flag")
COLUMNS = Columns(
    (Column("state", "code", "State"), Column("amount", "number", "Amount"), Column("flag", "bool", "Flag"))
)
ROW = st.tuples(st.sampled_from(["a", "b", None]), st.one_of(st.none(), st.integers(0, 3), st.just(0.5)), st.booleans())
MODELS = st.dictionaries(st.sampled_from([f"m{place}" for place in range(6)]), st.lists(ROW, max_size=4), max_size=6)
Rows = dict[str, list[tuple[Any, ...]]]


def held(known: Rows) -> CodedRows:
    """Rows as they come from the store: models without rows are missing, a value may stand more than once."""
    models = sorted(model for model, rows in known.items() if rows)
    flat = [row for model in models for row in known[model]]
    columns = {}
    for place, name in enumerate(NAMES):
        values = np.empty(len(flat), dtype=object)
        values[:] = [row[place] for row in flat]
        columns[name] = CodedColumn(values, np.arange(len(flat), dtype=np.int32))
    return CodedRows(models, np.array([len(known[model]) for model in models], dtype=np.int64), columns)


def one_by_one(known: Rows) -> pd.DataFrame:
    flat = [row for model in sorted(known) for row in known[model]]
    return COLUMNS.typed(pd.DataFrame(flat, columns=list(NAMES), dtype=object))


@settings(max_examples=60)
@given(MODELS, MODELS)
def test_exchanged_rows_are_those_read_from_nothing(before: Rows, anew: Rows) -> None:
    gone = {model for model in before if model not in anew and model in ("m0", "m1")}
    now = {model: rows for model, rows in before.items() if model not in gone} | anew
    found = held(before).replaced(set(anew) | gone, held(anew))
    pd.testing.assert_frame_equal(found.frame(COLUMNS), one_by_one(now))
    assert dict(zip(found.models, found.counts.tolist(), strict=True)) == {
        model: len(rows) for model, rows in sorted(now.items()) if rows
    }
    assert all(len(column.values) == len(set(column.codes.tolist())) for column in found.columns.values())


@settings(max_examples=60)
@given(MODELS)
def test_counts_are_those_of_the_rows(known: Rows) -> None:
    whole = {model: [(state, int(amount or 0), flag) for state, amount, flag in rows] for model, rows in known.items()}
    flat = [row for model in sorted(whole) for row in whole[model]]
    counted = held(whole).counted(("state", "flag"), ("amount",))
    numbers, sums = Counter((state, flag) for state, _, flag in flat), Counter[tuple[Any, ...]]()
    for state, amount, flag in flat:
        sums[state, flag] += amount
    found = {(row["state"], row["flag"]): (row["number"], row["amount"]) for row in records(counted)}
    assert found == {place: (number, sums[place]) for place, number in numbers.items()}
    assert list(found) == list(dict.fromkeys((state, flag) for state, _, flag in flat))
