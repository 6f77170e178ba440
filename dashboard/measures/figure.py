"""A measured figure with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Figure:
    """A measured value with its interval (NaN = not known) and the labelled rows behind it."""

    value: float
    low: float
    high: float
    labelled: int


def finite(value: float) -> float | None:
    """A number, or None where it is not defined.

    >>> finite(float("nan")) is None, finite(0.5)
    (True, 0.5)
    """
    return float(value) if np.isfinite(value) else None
