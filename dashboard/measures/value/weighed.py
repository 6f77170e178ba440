"""Windows in which an amount of money stands in the place of each row, so that the same calibration estimates money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dashboard.measures.estimate_binary import sums_of
from dashboard.profiles.amounts import AMOUNT_SQUARES, AMOUNTS, amount_cuts
from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import Layout
from dashboard.profiles.outcomes import UNLABELLED, Arrays
from dashboard.profiles.score_points import ScorePoints
from dashboard.profiles.windows import Window


def weight_of(reference: Window) -> float | None:
    """The amount that counts as one row, so that amounts vary as much as that many rows (Kish 1965).

    The sum of squares over the sum. None where amounts are not known, or some are below zero.
    """
    if AMOUNTS not in reference.outcomes or (reference.outcomes[AMOUNTS] < 0).any():
        return None
    total = float(reference.outcomes[AMOUNTS].sum())
    return float(reference.outcomes[AMOUNT_SQUARES].sum()) / total if total > 0 else None


def weighed(window: Window, layout: Layout, weight: float) -> Window:
    """The window with amounts instead of rows, in parts of `weight`; a cell of amounts is a score in its middle."""
    if AMOUNTS not in window.outcomes:
        return window
    ends = np.concatenate([[0.0], amount_cuts(layout), [1.0]])
    middles = (ends[:-1] + ends[1:]) / 2
    counts = window.outcomes[AMOUNTS] / weight
    kept = counts.sum(axis=0) > 0
    points = _points(middles[kept], counts[:, kept])
    outcomes: Arrays = {"scores": points.counts, "sums": sums_of(points.counts[:UNLABELLED], points.values)}
    units: Arrays = {}
    unit_points = None
    if AMOUNTS in window.units:
        counted = window.units[AMOUNTS][:, :UNLABELLED, :] / weight
        used = counted.sum(axis=(0, 1)) > 0
        unit_points = _points(middles[used], counted.sum(axis=0)[:, used])
        units = {"scores": counted[..., used], "sums": sums_of(counted[..., used], unit_points.values)}
    return replace(window, outcomes=outcomes, units=units, points=points, unit_points=unit_points)


def _points(values: Floats, counts: Floats) -> ScorePoints:
    return ScorePoints(values, counts, np.ones(len(values), dtype=bool))
