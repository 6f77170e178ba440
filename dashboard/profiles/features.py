"""Count a batch's columns into the layout's bins. Counts of batches add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.profiles.bins import WIDE_BINS, CategoryBins, Floats, Ints, NumericBins, Placer
from dashboard.profiles.layout import Layout, category_slot

# Sums of a column: of all values, of those below and above the reference's range, of squared distances from its
# middle, and of the values in each of the wide bins.
ALL, BELOW, ABOVE, SQUARES, WIDE = range(5)
SUMS = WIDE + WIDE_BINS
NO_ROWS = np.zeros(0, dtype=np.int64)
# The first ones in alphabetical order, in whatever order they come, so that what is kept of one is all of its rows.
MOST_NEW_CATEGORIES = 2_000


@dataclass(frozen=True)
class Placed:
    """One column of a batch: the slot of each row, and the values where it is numeric.

    Rows with a category that the reference does not have: which ones, and the places of their names in `unseen_names`.
    """

    slots: NDArray[np.int32]
    values: Floats | None
    unseen: Ints
    unseen_names: tuple[str, ...]
    unseen_rows: Ints


class ColumnCounter:
    """Places and counts the columns of one layout."""

    def __init__(self, layout: Layout) -> None:
        """Prepare a grid for each numeric column and a table for each categorical one."""
        self._layout = layout
        self._placers = {bins.name: Placer(bins.edges) for bins in layout.columns if isinstance(bins, NumericBins)}
        self._wide = {bins.name: _places_of_wide(bins) for bins in layout.columns if isinstance(bins, NumericBins)}
        self._tables = {bins.name: category_slot(bins) for bins in layout.columns if isinstance(bins, CategoryBins)}

    def place(self, batch: pa.RecordBatch) -> list[Placed]:
        """The slots of every column of the layout, in its order."""
        return [self._place(bins, batch.column(bins.name)) for bins in self._layout.columns]

    def _place(self, bins: NumericBins | CategoryBins, column: pa.Array) -> Placed:
        if isinstance(bins, NumericBins):
            values = column.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)
            return Placed(self._placers[bins.name].place(values), values, NO_ROWS, (), NO_ROWS)
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        table, rest = self._tables[bins.name], len(bins.categories)
        names = encoded.dictionary.to_pylist()
        lookup = np.array([table.get(name, rest) for name in names] + [rest + 1], dtype=np.int32)
        codes = encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
        slots = lookup[codes]
        new = sorted(name for name in names if name not in table)[:MOST_NEW_CATEGORIES]
        if not new:
            return Placed(slots, None, NO_ROWS, (), NO_ROWS)
        order = {name: place for place, name in enumerate(new)}
        places = np.array([order.get(name, -1) for name in names] + [-1], dtype=np.int64)[codes]
        rows = np.flatnonzero(places >= 0)
        return Placed(slots, None, places[rows], tuple(new), rows)

    def counts(self, placed: list[Placed], groups: Ints, number: int) -> Ints:
        """Rows in each group and slot: (number, slots of the layout)."""
        parts = []
        for bins, column in zip(self._layout.columns, placed, strict=True):
            slots = bins.slots
            codes = column.slots if number == 1 else groups * slots + column.slots
            parts.append(np.bincount(codes, minlength=number * slots).reshape(number, slots))
        return np.concatenate(parts, axis=1)

    def sums(self, placed: list[Placed], groups: Ints, number: int) -> Floats:
        """Sums of each group and column, see above: (number, columns, SUMS)."""
        sums = np.zeros((number, len(placed), SUMS))
        for index, (bins, column) in enumerate(zip(self._layout.columns, placed, strict=True)):
            if column.values is None:
                continue
            assert isinstance(bins, NumericBins)
            missing = column.slots.max() == bins.slots - 1
            known = np.where(column.slots == bins.slots - 1, bins.pivot, column.values) if missing else column.values
            with np.errstate(over="ignore"):
                squares = np.square(known - bins.pivot)
            sums[:, index, SQUARES] = np.bincount(groups, weights=squares, minlength=number)
            known = np.where(column.slots == bins.slots - 1, 0.0, known) if missing else known
            sums[:, index, ALL] = np.bincount(groups, weights=known, minlength=number)
            places = self._wide[bins.name][column.slots]
            rows = np.flatnonzero(places < WIDE_BINS)
            codes = groups[rows] * WIDE_BINS + places[rows]
            wide = np.bincount(codes, weights=known[rows], minlength=number * WIDE_BINS).reshape(number, WIDE_BINS)
            sums[:, index, WIDE:] = wide
            outside = np.searchsorted(bins.wide, [bins.inside.start, bins.inside.stop])
            sums[:, index, BELOW] = wide[:, : outside[0]].sum(axis=1)
            sums[:, index, ABOVE] = wide[:, outside[1] : len(bins.wide)].sum(axis=1)
        return sums

    def new_categories(self, placed: list[Placed], groups: Ints, number: int) -> list[dict[str, dict[str, int]]]:
        """Count by group the categories that the reference lacks, by column."""
        found: list[dict[str, dict[str, int]]] = [{} for _ in range(number)]
        for bins, column in zip(self._layout.columns, placed, strict=True):
            if not len(column.unseen):
                continue
            pairs = groups[column.unseen_rows] * len(column.unseen_names) + column.unseen
            for pair, rows in zip(*np.unique(pairs, return_counts=True), strict=True):
                group, place = divmod(int(pair), len(column.unseen_names))
                found[group].setdefault(bins.name, {})[column.unseen_names[place]] = int(rows)
        return found


def _places_of_wide(bins: NumericBins) -> NDArray[np.uint8]:
    """For each slot its place among the wide bins, WIDE_BINS where it is none of them."""
    places = np.full(bins.slots, WIDE_BINS, dtype=np.uint8)
    places[bins.wide] = np.arange(len(bins.wide))
    return places


def add_new(kept: dict[str, dict[str, int]], more: Mapping[str, Mapping[str, int]]) -> None:
    """Add counts of new categories by column, and keep the first of each column."""
    for column, counts in more.items():
        mine = kept.setdefault(column, {})
        for category, rows in counts.items():
            mine[category] = mine.get(category, 0) + rows
        if len(mine) > MOST_NEW_CATEGORIES:
            kept[column] = {name: mine[name] for name in sorted(mine)[:MOST_NEW_CATEGORIES]}
