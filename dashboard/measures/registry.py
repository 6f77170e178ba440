"""The registry of performance measures: one decorated function each, over any number of windows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.outcomes import Outcomes
from dashboard.registry import Registry

# In which direction a figure gets better; `zero` means nearer to zero, `none` that it describes and is not judged.
Better = Literal["higher", "lower", "zero", "none"]
Values = NDArray[np.float64]
Compute = Callable[[Outcomes], Values]


@dataclass(frozen=True)
class Measure:
    """One figure: its task, direction, bounds and definition, and how it follows from outcomes."""

    name: str
    task: str
    better: Better
    low: float
    high: float
    unit: str
    definition: str
    compute: Compute


MEASURES: Registry[Measure] = Registry("metric", "dashboard.measures")


def measure(
    name: str, task: str, *, better: Better, bounds: tuple[float, float] = (-np.inf, np.inf), unit: str = "share"
) -> Callable[[Compute], Compute]:
    """Register a measure under `task:name`; the first line of the docstring is its definition.

    `unit` is 'share' (of one), 'target' (the target's unit), 'squared' or 'number'.
    """

    def decorate(compute: Compute) -> Compute:
        definition = (compute.__doc__ or "").strip().splitlines()[0]
        MEASURES.add(f"{task}:{name}", Measure(name, task, better, *bounds, unit, definition, compute))
        return compute

    return decorate


def measures_of(task: str) -> dict[str, Measure]:
    """The measures of one task by name, in the order in which they are defined."""
    return {m.name: m for m in sorted(MEASURES.all().values(), key=_order) if m.task == task}


def _order(entry: Measure) -> tuple[str, int]:
    return entry.task, entry.compute.__code__.co_firstlineno
