"""The registry of performance measures: one decorated function each, over any number of windows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.outcomes import Outcomes
from dashboard.registry import Registry
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import METRICS, Better, Task

if TYPE_CHECKING:
    from dashboard.measures.families import Rows

Values = NDArray[np.float64]
Compute = Callable[[Outcomes], Values]


@dataclass(frozen=True)
class Measure:
    """One figure: its task, direction and bounds, and how it follows from outcomes; `usual` ones need no asking.

    `no_skill` is what guessing reaches, where that is a value of its own; 0 = it has none. `rows` tells the spread of a
    figure that belongs to no family of metrics. `of_errors`: the figure is a mean of absolute errors and of errors with
    these weights, but for a constant (regression).
    """

    name: str
    task: Task
    better: Better
    low: float
    high: float
    compute: Compute
    usual: bool = True
    no_skill: float = 0.0
    rows: Callable[[Outcomes, float], Rows] | None = None
    of_errors: tuple[float, float] | None = None


MEASURES: Registry[Measure] = Registry("metric", "dashboard.measures")


def measure(name: str, task: Task) -> Callable[[Compute], Compute]:
    """Register the formula of a metric of `schema/metric_names` for a task, under `task:name`."""

    def decorate(compute: Compute) -> Compute:
        known = METRICS[task][name]
        entry = Measure(name, task, known.better, *known.bounds[task], compute, known.usual, known.no_skill)
        MEASURES.add(f"{task}:{name}", entry)
        return compute

    return decorate


@cache
def measures_of(task: Task) -> dict[str, Measure]:
    """The measures of one task by name, in the order of the table of metrics; not to be changed."""
    return {name: MEASURES.get(f"{task}:{name}") for name in METRICS[task]}


def names_shown(card: ModelCard, asked: str | None = None) -> list[str]:
    """The metrics to show of a model, in order: the usual ones, the card's key metrics, and one that is asked for."""
    wanted = {entry.metric for entry in card.business.key_metrics} | {asked}
    return [name for name, entry in measures_of(card.task).items() if entry.usual or name in wanted]
