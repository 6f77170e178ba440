"""Sum the column that weighs what a prediction is worth, so that money by decision and outcome follows from profiles.

binary: `amounts` and `amount_squares` (group, label, cell), where a cell lies between two of `amount_cuts`.
regression: `amounts` (group, region, AMOUNT_SUMS). `unit_amounts` holds the same by group of clusters. A row without
an amount weighs nothing.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dashboard.profiles.bins import Floats, Ints
from dashboard.profiles.layout import Layout
from dashboard.profiles.log_columns import LogColumn

AMOUNTS, AMOUNT_SQUARES, UNIT_AMOUNTS = "amounts", "amount_squares", "unit_amounts"
# Of all rows, of those with a known outcome, and times what their prediction was above and below it.
AMOUNT_SUMS = ("amount", "labelled", "over", "under")
# Thresholds at which amounts are summed, besides the card's own.
CUTS = np.arange(21) / 20


def amount_columns(layout: Layout) -> list[LogColumn]:
    """The column that weighs predictions, to be read with the score; none where the card names none."""
    return [] if layout.amount is None else [LogColumn(layout.amount, numeric=True)]


def amount_cuts(layout: Layout) -> Floats:
    """The thresholds at which amounts are summed: every twentieth and the card's own."""
    return np.unique(np.append(CUTS, layout.outcome.threshold))


def amounts_of(batch: pa.RecordBatch, layout: Layout) -> Floats:
    """The amount of each row of a batch, 0 where there is none."""
    assert layout.amount is not None
    column = batch.column(batch.schema.get_field_index(layout.amount))
    values = column.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)
    return np.where(np.isfinite(values), values, 0.0)


def summed(cell: Ints, shape: tuple[int, ...], weights: Floats) -> Floats:
    """Weights added up by cell, in an array of `shape`."""
    return np.bincount(cell, weights=weights, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
