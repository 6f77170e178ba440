"""Precision, recall and F1 of single classes: shares of the cases that were predicted as a class or belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from dashboard.measures.figure import Figure
from dashboard.measures.outcomes import Outcomes
from dashboard.measures.performance import figure_of
from dashboard.measures.registry import measures_of
from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import OTHER, shown_value

Cells = Callable[[Floats, int], Floats]


@dataclass(frozen=True)
class ClassFigure:
    """One figure of one class, and how many labelled cases belong to the class and were predicted as it."""

    name: str
    metric: str
    figure: Figure
    actual: int
    predicted: int


def _row(matrix: Floats, place: int) -> Floats:
    """Cells of the cases that belong to a class."""
    kept = np.zeros_like(matrix)
    kept[..., place, :] = matrix[..., place, :]
    return kept


def _column(matrix: Floats, place: int) -> Floats:
    """Cells of the cases that were predicted as a class."""
    kept = np.zeros_like(matrix)
    kept[..., :, place] = matrix[..., :, place]
    return kept


def _either(matrix: Floats, place: int) -> Floats:
    """Cells of the cases that belong to a class or were predicted as it."""
    return np.maximum(_row(matrix, place), _column(matrix, place))


def _same(share: float) -> float:
    return share


def _harmonic(share: float) -> float:
    """F1 by the share of right cases among those that belong to a class or were predicted as it."""
    return 2 * share / (1 + share)


# Each is the accuracy over some of the cases, or rises with it, so that the interval of a share serves all three.
METRICS: dict[str, tuple[Cells, Callable[[float], float]]] = {
    "precision": (_column, _same),
    "recall": (_row, _same),
    "f1": (_either, _harmonic),
}


def figures_by_class(whole: Outcomes, units: Outcomes) -> Iterator[ClassFigure]:
    """The figures of every class that occurs, of a model of several classes, with 95 % intervals as of any share."""
    if not whole.arrays:
        return
    matrix = np.asarray(whole.arrays["confusion"][:-1])
    accuracy = measures_of(whole.layout.task)["accuracy"]
    names = [*map(shown_value, whole.layout.outcome.classes), OTHER]
    for place, name in enumerate(names[: matrix.shape[-1]]):
        actual, predicted = int(matrix[place].sum()), int(matrix[:, place].sum())
        if not actual + predicted:
            continue
        for metric, (cells, of_share) in METRICS.items():
            found = figure_of(accuracy, _only(whole, cells, place), _only(units, cells, place))
            value, low, high = (of_share(end) for end in (found.value, found.low, found.high))
            yield ClassFigure(name, metric, Figure(value, low, high, found.labelled), actual, predicted)


def _only(outcomes: Outcomes, cells: Cells, place: int) -> Outcomes:
    """Outcomes with some of their cells; units without any of them are left out."""
    if not outcomes.arrays:
        return outcomes
    confusion = outcomes.arrays["confusion"]
    kept = {"confusion": np.concatenate([cells(confusion[..., :-1, :], place), confusion[..., -1:, :] * 0], axis=-2)}
    some = replace(outcomes, arrays=kept)
    if confusion.ndim > 2:
        there = some.labelled() > 0
        some = replace(some, arrays={"confusion": kept["confusion"][there]})
    return some
