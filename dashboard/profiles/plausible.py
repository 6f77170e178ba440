"""How far beyond the values of a reference others are plausible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# How far beyond the reference's range a value is plausible, in distances of its end from the median: where the feature
# follows the calendar or the weather, another season lies farther out.
NEAR, FAR = 1.0, 2.0
# A minimum of zero that so many rows have is a natural bound, and so is one within this part of a deviation from zero.
ROWS_AT_ZERO, CLOSE_TO_ZERO = 0.05, 0.05


def plausible_bounds(known: Floats, deviation: float) -> tuple[float, ...]:
    """Near and far (low, high) beyond which values are hardly plausible, from sorted values; nothing for a constant.

    On the scale of the values and, where none is negative, of their logarithms too: whichever is wider upwards and, of
    what does not follow the calendar, narrower downwards.
    """
    low, high, median = float(known[0]), float(known[-1]), float(known[len(known) // 2])
    if low == high:
        return ()
    found: list[float] = []
    positive = known[np.searchsorted(known, 0.0, side="right") :]
    at_zero = low == 0 and np.searchsorted(known, 0.0, side="right") >= ROWS_AT_ZERO * len(known)
    for times in (NEAR, FAR):
        close = times == NEAR and 0 <= low <= CLOSE_TO_ZERO * deviation
        least = 0.0 if at_zero or close else low - times * (median - low)
        if times == NEAR and low > 0:
            least = max(least, low * (low / median) ** times)
        most = high + times * (high - median)
        if low >= 0 and len(positive):
            with np.errstate(over="ignore"):
                most = max(most, float(high * np.float64(high / positive[len(positive) // 2]) ** times))
        found += [least, most]
    return tuple(found) if np.isfinite(found).all() else ()
