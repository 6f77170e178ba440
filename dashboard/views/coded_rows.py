"""Rows of many models held column by column, each different value once: they take little space and are soon renewed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.governance.judgements.cells import cells_in_words
from dashboard.store.judgement_cells import Cells
from dashboard.views.kinds import Columns, typed


@dataclass(frozen=True)
class CodedColumn:
    """The values of a column, few of them twice, and the place of the value of each row among them."""

    values: np.ndarray
    codes: np.ndarray

    def series(self, values: pd.Series) -> pd.Series:
        """A value for each row, of those that stand for the different ones."""
        return values.take(self.codes).reset_index(drop=True)


@dataclass(frozen=True)
class CodedRows:
    """The rows of some models, in the order of their ids: how many each has, and their columns."""

    models: Sequence[str]
    counts: np.ndarray
    columns: Mapping[str, CodedColumn]

    def replaced(self, changed: Collection[str], anew: CodedRows) -> CodedRows:
        """The rows with those of the `changed` models replaced by `anew`, in which models without rows are missing."""
        stays = np.array([model_id not in changed for model_id in self.models], dtype=bool)
        models = [*(one for one, kept in zip(self.models, stays, strict=True) if kept), *anew.models]
        order = sorted(range(len(models)), key=models.__getitem__)
        counts = np.concatenate([self.counts[stays], anew.counts])
        ranks = np.empty(len(models), dtype=np.int32)
        ranks[order] = np.arange(len(models), dtype=np.int32)
        rows_stay = np.repeat(stays, self.counts)
        places = np.argsort(np.repeat(ranks, counts), kind="stable")
        columns = {
            name: _joined(CodedColumn(column.values, column.codes[rows_stay]), anew.columns[name], places)
            for name, column in self.columns.items()
        }
        return CodedRows([models[place] for place in order], counts[order], columns)

    def counted(self, names: Sequence[str], sums: Sequence[str]) -> pd.DataFrame:
        """How many rows there are of each combination of some columns, and the sums of others; first ones first."""
        key = np.zeros(int(self.counts.sum()), dtype=np.int64)
        for name in names:
            column = self.columns[name]
            # A value that came with other rows stands a second time.
            same, _ = pd.factorize(column.values, use_na_sentinel=False)
            key = key * max(len(column.values), 1) + same[column.codes]
        _, first, places, number = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        order = np.argsort(first)
        found = {name: pd.Series(self.columns[name].values[self.columns[name].codes[first]]) for name in names}
        frame = pd.DataFrame({**found, "number": number}, columns=[*names, "number"])
        for name in sums:
            column = self.columns[name]
            values = column.values.astype(np.int64)[column.codes]
            frame[name] = np.bincount(places, values, len(first)).astype(np.int64)
        return frame.take(order).reset_index(drop=True)

    def frame(self, columns: Columns) -> pd.DataFrame:
        """The rows as a frame of a view, its numbers as numbers."""
        # Of values that stand in many rows each is looked at once.
        distinct = {
            column.name: typed(pd.Series(self.columns[column.name].values, dtype=object), column.kind)
            for column in columns
        }
        return pd.DataFrame({name: self.columns[name].series(values) for name, values in distinct.items()})


def coded_rows(cells: Cells, language: str) -> CodedRows:
    """Cells as they were read, in a language."""
    columns = {
        name: CodedColumn(_objects(cells_in_words(column.texts, language)), column.codes)
        for name, column in cells.columns.items()
    }
    return CodedRows(cells.models, cells.counts, columns)


def _objects(values: Sequence[object]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _joined(first: CodedColumn, second: CodedColumn, places: np.ndarray) -> CodedColumn:
    """The rows of both in another order, without values that stand in none."""
    values = np.concatenate([first.values, second.values])
    codes = np.concatenate([first.codes, second.codes + np.int32(len(first.values))])[places]
    used = np.bincount(codes, minlength=len(values)) > 0
    return CodedColumn(values[used], (np.cumsum(used, dtype=np.int32) - 1)[codes].astype(np.int32, copy=False))
