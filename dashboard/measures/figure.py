"""A measured figure with its interval, and what both rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

# What an interval resamples: clusters, periods, single rows; nothing where there is no interval.
Resampled = Literal["clusters", "periods", "rows", "nothing"]


class Spread(Protocol):
    """What an interval follows from, at any confidence."""

    def ends(self, confidence: float) -> tuple[float, float]:
        """Low and high end of the two-sided interval of a confidence between 0 and 1."""
        ...


@dataclass(frozen=True)
class Basis:
    """What a figure rests on: the cases that it counts, and what its interval resamples.

    `counted` is the fewest cases of one kind that the figure needs and `kind` their name (a catalogue key; empty where
    all labelled rows count alike). `units` are clusters, periods or rows; `design` is by how much more the figure
    varies (variance) than with as many rows that do not hang together.
    """

    counted: int = 0
    kind: str = ""
    resampled: Resampled = "nothing"
    units: int = 0
    design: float = 1.0


@dataclass(frozen=True)
class Figure:
    """A measured value with its 95 % interval (NaN = not known) and the labelled rows behind it."""

    value: float
    low: float
    high: float
    labelled: int
    spread: Spread | None = None
    basis: Basis = field(default_factory=Basis)


def finite(value: float) -> float | None:
    """A number, or None where it is not defined.

    >>> finite(float("nan")) is None, finite(0.5)
    (True, 0.5)
    """
    return float(value) if np.isfinite(value) else None
