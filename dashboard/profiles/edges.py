"""Where the bins of a numeric column are cut: by shares of the reference, and finer where much distance could hide."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KEPT_DISTINCT = 100
# The largest share of the reference in one bin bounds the error of the KS statistic; the Wasserstein distance needs it
# finer, and further splits where much distance can hide in a bin.
LARGEST_SHARE = 0.0025
EXTRA_SPLITS = 240
SPLITS_TOGETHER = 30
# Every bin counts as holding this share at least, since other windows have values where the reference has none.
LEAST_SHARE = 0.0001


def below(value: float | Floats) -> Any:
    """The largest float smaller than `value`."""
    return np.nextafter(value, -np.inf)


def fine_edges(known: Floats) -> Floats:
    """Edges so that a bin holds at most LARGEST_SHARE of the reference, or one distinct value."""
    distinct = np.unique(known)
    rows_a_bin = int(LARGEST_SHARE * len(known))
    if len(distinct) <= KEPT_DISTINCT:
        return np.concatenate([below(distinct), distinct])
    if rows_a_bin < 2:
        return distinct
    chosen = np.unique(np.append(known[rows_a_bin - 1 :: rows_a_bin], known[-1]))
    counts = np.bincount(np.searchsorted(chosen, known, side="left"), minlength=len(chosen))
    # Ties can fill a bin beyond the limit; its upper edge then gets a bin of its own, so that nothing hides beside it.
    heavy = chosen[counts > rows_a_bin]
    return np.concatenate([chosen, below(heavy)])


def split_costly(edges: Floats, known: Floats, least: float) -> Floats:
    """Halve the bins in which most distance could hide, if wider than `least`, until EXTRA_SPLITS are made."""
    for _ in range(EXTRA_SPLITS // SPLITS_TOGETHER):
        middles = edges[:-1] + np.diff(edges) / 2
        can_be = (middles > edges[:-1]) & (middles < edges[1:]) & (np.diff(edges) > least)
        hidden = np.where(can_be, costs(known, edges), 0)
        chosen = np.argsort(-hidden, kind="stable")[:SPLITS_TOGETHER]
        edges = np.sort(np.concatenate([edges, middles[chosen[hidden[chosen] > 0]]]))
    return edges


def smallest_gap(known: Floats) -> float:
    """The smallest distance of two values; infinity where there is one value."""
    return float(np.min(np.diff(np.unique(known)), initial=np.inf))


def costs(known: Floats, edges: Floats) -> Floats:
    """The distance that can hide in each bin between two edges: its width times its share of the reference."""
    rows = np.diff(np.searchsorted(known, edges, side="right"))
    return np.asarray((rows / len(known) + LEAST_SHARE) * np.diff(edges))
