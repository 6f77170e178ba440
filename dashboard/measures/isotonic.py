"""The rate of positives at each score, never falling."""

from __future__ import annotations

import numpy as np

from dashboard.profiles.bins import Floats
from dashboard.profiles.outcomes import NEGATIVE, POSITIVE


def rates_of(counts: Floats) -> Floats:
    """Rate of positives at each score (labels, scores): isotonic, pooled by adjacent violators; NaN without labels.

    Between scores without labels the rate is interpolated.
    """
    positive, rows = counts[POSITIVE], counts[POSITIVE] + counts[NEGATIVE]
    filled = rows > 0
    if not filled.any():
        return np.full(counts.shape[-1], np.nan)
    places = np.arange(counts.shape[-1], dtype=np.float64)
    rate = never_falling(positive[filled] / rows[filled], rows[filled])
    return np.asarray(np.interp(places, places[filled], rate), dtype=np.float64)


def never_falling(values: Floats, weights: Floats) -> Floats:
    """The sequence that never falls and is nearest in weighted squares: neighbours that fall are pooled to their mean.

    Barlow et al., Statistical Inference under Order Restrictions (1972).

    >>> never_falling(np.array([0.1, 0.4, 0.2, 0.5]), np.array([1.0, 1.0, 3.0, 1.0])).tolist()
    [0.1, 0.25, 0.25, 0.5]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, total, count = value, weight, 1
        while pools and pools[-1][0] >= mean:
            before, lighter, number = pools.pop()
            mean = (before * lighter + mean * total) / (lighter + total)
            total, count = lighter + total, number + count
        pools.append((mean, total, count))
    return np.repeat([mean for mean, _, _ in pools], [count for _, _, count in pools])
