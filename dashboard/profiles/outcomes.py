"""Count predictions against labels: by score for binary models, by error for regression, by class for several classes.

Every function returns arrays whose first axis is the group; arrays of batches and periods add up. Names that start with
`unit_` hold the same by group of clusters, for intervals. `collect_scores` keeps the scores of binary models by label.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.profiles.amounts import AMOUNT_SQUARES, AMOUNTS, UNIT_AMOUNTS, amount_cuts, amounts_of, summed
from dashboard.profiles.bins import Floats, Ints, Placer
from dashboard.profiles.layout import ACTUAL, SCORE, Layout

Arrays = dict[str, NDArray[Any]]
# Rows of a binary histogram.
NEGATIVE, POSITIVE, UNLABELLED = 0, 1, 2
REGION_SUMS = ("rows", "labelled", "score", "score_labelled", "actual", "error", "absolute_error", "squared_error")
TOTAL_SUMS = (
    "centred", "centred_squared", "relative_error", "absolute_actual", "squared_log_error", "below_zero",
)  # fmt: skip
# As scikit-learn clips probabilities and actuals.
EPSILON = float(np.finfo(np.float64).eps)


def counter_for(layout: Layout) -> BinaryCounter | RegressionCounter | ClassCounter:
    """The counter of the layout's task."""
    if layout.task == "binary_classification":
        return BinaryCounter(layout)
    return RegressionCounter(layout) if layout.task == "regression" else ClassCounter(layout)


def _numbers(batch: pa.RecordBatch, name: str) -> Floats:
    column = batch.column(batch.schema.get_field_index(name))
    return column.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)


def _tally(codes: Ints, shape: tuple[int, ...], weights: Floats | None = None) -> NDArray[Any]:
    return np.bincount(codes, weights=weights, minlength=int(np.prod(shape))).reshape(shape)


class BinaryCounter:
    """Sums by label: `sums` (group, label, figure), also by cluster group for the known labels.

    The figures are rows, score, score squared and log loss.
    """

    def __init__(self, layout: Layout) -> None:
        """Count by cluster group where the layout has any."""
        self._units, self._layout = layout.cluster_groups, layout
        self._cuts = amount_cuts(layout)

    def place(self, batch: pa.RecordBatch) -> Arrays:
        """Per row: label (0, 1, 2 = not known), score and log loss; cell and amount where the card names one."""
        score, actual = _numbers(batch, SCORE), _numbers(batch, ACTUAL)
        label = np.where(np.isnan(actual), UNLABELLED, actual > 0.5).astype(np.int64)
        clipped = np.clip(score, EPSILON, 1 - EPSILON)
        loss = np.where(label == POSITIVE, -np.log(clipped), -np.log1p(-clipped))
        placed: Arrays = {"label": label, "score": score, "loss": loss}
        if self._layout.amount is not None:
            placed["cell"] = np.searchsorted(self._cuts, score, side="right")
            placed["amount"] = amounts_of(batch, self._layout)
        return placed

    def count(self, placed: Arrays, groups: Ints, number: int, units: Ints) -> Arrays:
        """The sums of a batch by group."""
        label = placed["label"]
        cell = groups * 3 + label
        arrays: Arrays = {"sums": self._sums(cell, (number, 3), placed)}
        if self._units:
            cell = (groups * self._units + units) * 3 + label
            arrays["unit_sums"] = self._sums(cell, (number, self._units, 3), placed)[..., :UNLABELLED, :]
        return arrays | self._amounts(placed, groups, number, units)

    def _amounts(self, placed: Arrays, groups: Ints, number: int, units: Ints) -> Arrays:
        """Sums of amounts and of their squares by label and cell; also by cluster group for the known labels."""
        if "amount" not in placed:
            return {}
        amount, cells = placed["amount"], len(self._cuts) + 1
        inner = placed["label"] * cells + placed["cell"]
        place, shape = groups * 3 * cells + inner, (number, 3, cells)
        arrays: Arrays = {AMOUNTS: summed(place, shape, amount), AMOUNT_SQUARES: summed(place, shape, amount**2)}
        if self._units:
            place = (groups * self._units + units) * 3 * cells + inner
            by_unit = summed(place, (number, self._units, 3, cells), amount)
            arrays[UNIT_AMOUNTS] = by_unit[..., :UNLABELLED, :]
        return arrays

    @staticmethod
    def _sums(cell: Ints, shape: tuple[int, ...], placed: Arrays) -> Floats:
        score = placed["score"]
        weights = (None, score, score * score, placed["loss"])
        return np.stack([_tally(cell, shape, weight).astype(np.float64) for weight in weights], axis=-1)


class RegressionCounter:
    """Errors: `regions` (group, region, REGION_SUMS), `totals` (group, TOTAL_SUMS), `errors` (group, error bin)."""

    def __init__(self, layout: Layout) -> None:
        """Prepare the grids of predicted value and error."""
        outcome = layout.outcome
        self._placer, self._errors = Placer(outcome.edges), Placer(outcome.error_edges)
        self._regions, self._bins = len(outcome.edges) + 1, len(outcome.error_edges) + 2
        self._centre = outcome.centre
        self._units, self._layout = layout.cluster_groups, layout

    def place(self, batch: pa.RecordBatch) -> Arrays:
        """Per row: region, error bin, predicted and actual value (NaN = not known)."""
        score, actual = _numbers(batch, SCORE), _numbers(batch, ACTUAL)
        placed: Arrays = {
            "region": self._placer.place(score),
            "error_bin": self._errors.place(score - actual),
            "score": score,
            "actual": actual,
        }
        return placed if self._layout.amount is None else placed | {"amount": amounts_of(batch, self._layout)}

    def count(self, placed: Arrays, groups: Ints, number: int, units: Ints) -> Arrays:
        """The sums of a batch by group."""
        known = ~np.isnan(placed["actual"])
        actual = np.where(known, placed["actual"], 0.0)
        error = np.where(known, placed["score"] - actual, 0.0)
        weights = [
            np.ones(len(known)), known.astype(np.float64), placed["score"], np.where(known, placed["score"], 0.0),
            actual, error, np.abs(error), error * error,
        ]  # fmt: skip
        centred = np.where(known, actual - self._centre, 0.0)
        size, below_zero = np.abs(actual), known & ((actual < 0) | (placed["score"] < 0))
        logs = np.log1p(np.maximum(placed["score"], 0)) - np.log1p(np.maximum(actual, 0))
        totals = [
            centred, centred * centred, np.abs(error) / np.maximum(size, EPSILON) * known, size, logs * logs * known,
            below_zero.astype(np.float64),
        ]  # fmt: skip
        cell = groups * self._regions + placed["region"]
        arrays: Arrays = {
            "regions": _weighted(cell, (number, self._regions), weights),
            "totals": _weighted(groups, (number,), totals),
            "errors": _tally(groups[known] * self._bins + placed["error_bin"][known], (number, self._bins)),
        }
        if self._units:
            cell = groups * self._units + units
            shape = (number, self._units)
            arrays["unit_regions"] = _weighted(
                cell * self._regions + placed["region"], (*shape, self._regions), weights
            )
            arrays["unit_totals"] = _weighted(cell, shape, totals)
        return arrays | self._amounts(placed, error, groups, number, units)

    def _amounts(self, placed: Arrays, error: Floats, groups: Ints, number: int, units: Ints) -> Arrays:
        """Amounts by region, alone and times what predictions are above and below; also by cluster group."""
        if "amount" not in placed:
            return {}
        amount, known = placed["amount"], ~np.isnan(placed["actual"])
        weights = [amount, amount * known, amount * np.maximum(error, 0), amount * np.maximum(-error, 0)]
        cell = groups * self._regions + placed["region"]
        arrays: Arrays = {AMOUNTS: _weighted(cell, (number, self._regions), weights)}
        if self._units:
            cell = (groups * self._units + units) * self._regions + placed["region"]
            arrays[UNIT_AMOUNTS] = _weighted(cell, (number, self._units, self._regions), weights)
        return arrays


class ClassCounter:
    """Classes: `confusion` (group, actual class or not known, predicted class); the last class is every other."""

    def __init__(self, layout: Layout) -> None:
        """Prepare the table of classes."""
        self._table = {name: index for index, name in enumerate(layout.outcome.classes)}
        self._classes = len(self._table) + 1
        self._units = layout.cluster_groups

    def place(self, batch: pa.RecordBatch) -> Arrays:
        """Per row: predicted and actual class; an unknown label stands behind the classes."""
        return {"predicted": self._codes(batch, SCORE, 0), "actual": self._codes(batch, ACTUAL, self._classes)}

    def _codes(self, batch: pa.RecordBatch, name: str, missing: int) -> Ints:
        encoded = batch.column(batch.schema.get_field_index(name)).dictionary_encode()
        names = encoded.dictionary.to_pylist()
        lookup = np.array([self._table.get(value, self._classes - 1) for value in names] + [missing], dtype=np.int64)
        return lookup[encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)]

    def count(self, placed: Arrays, groups: Ints, number: int, units: Ints) -> Arrays:
        """The confusion counts of a batch by group."""
        shape = (self._classes + 1, self._classes)
        cell = placed["actual"] * self._classes + placed["predicted"]
        size = shape[0] * shape[1]
        arrays: Arrays = {"confusion": _tally(groups * size + cell, (number, *shape))}
        if self._units:
            code = (groups * self._units + units) * size + cell
            arrays["unit_confusion"] = _tally(code, (number, self._units, *shape))
        return arrays


def _weighted(cell: Ints, shape: tuple[int, ...], weights: list[Floats]) -> Floats:
    return np.stack([_tally(cell, shape, weight) for weight in weights], axis=-1)
