"""What moved the money of a period against the one before: more or fewer cases, other cases, or worse and better ones.

The change is the sum of three parts. `volume`: the other number of predictions, each worth what one was worth before.
`mix`: other shares of the groups of scores (tenths; regions of predicted values), each worth what it was worth before.
`quality`: what a prediction of the same group is worth now against before, by the shares of now.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.comparison import difference_ends
from dashboard.measures.outcomes import Outcomes, outcomes_of
from dashboard.measures.registry import Measure
from dashboard.measures.value.worth import each
from dashboard.profiles.amounts import AMOUNTS, amount_cuts
from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import Layout
from dashboard.profiles.score_points import ScorePoints
from dashboard.profiles.windows import Window

LABELS, TENTHS = 2, np.arange(1, 10) / 10


@dataclass(frozen=True)
class Move:
    """A change of money in its parts, and the 95 % interval of what mix and quality did together (NaN: unknown)."""

    before: float
    now: float
    volume: float
    mix: float
    quality: float
    low: float
    high: float


def moved(before: Window, now: Window, layout: Layout, money: Measure) -> Move | None:
    """The parts of the change from one window to the next; None where money of either is not known."""
    figures = each(before, layout, money), each(now, layout, money)
    worth_before, worth_now = (figure.value for figure in figures)
    if not (math.isfinite(worth_before) and math.isfinite(worth_now)):
        return None
    (rows_before, sums_before), (rows_now, sums_now) = _by_group(before, now, layout, money)
    share_before, share_now = rows_before / rows_before.sum(), rows_now / rows_now.sum()
    # A group that is new is worth what all were worth, so that what it differs by is quality.
    mean_before = np.where(rows_before > 0, sums_before / np.maximum(rows_before, 1), worth_before)
    number = now.predictions
    volume = (number - before.predictions) * worth_before
    mix = number * float(np.sum((share_now - share_before) * mean_before))
    total = number * worth_now - before.predictions * worth_before
    low, high = difference_ends(figures[1], figures[0], LEVEL)
    return Move(
        before.predictions * worth_before, number * worth_now, volume, mix, total - volume - mix,
        number * low, number * high,
    )  # fmt: skip


Groups = tuple[Floats, Floats]


def _by_group(before: Window, now: Window, layout: Layout, money: Measure) -> tuple[Groups, Groups]:
    """Labelled rows and their money in each group, of both windows."""
    both = outcomes_of(before, layout), outcomes_of(now, layout)
    if layout.task == "regression":
        return _regions(both[0], money), _regions(both[1], money)
    if layout.amount is not None:
        return _cells(both[0], money), _cells(both[1], money)
    edges = _edges(before, now, layout.outcome.threshold)
    return _scores(both[0], edges, money), _scores(both[1], edges, money)


def _regions(outcomes: Outcomes, money: Measure) -> Groups:
    """Each region of predicted values by itself."""
    regions = np.moveaxis(outcomes.arrays["regions"][None], -2, 0)
    arrays = {"regions": regions} | (
        {AMOUNTS: np.moveaxis(outcomes.arrays[AMOUNTS][None], -2, 0)} if AMOUNTS in outcomes.arrays else {}
    )
    alone = Outcomes(arrays, outcomes.threshold, outcomes.layout)
    rows = outcomes.by_region("labelled")
    return rows, rows * np.nan_to_num(money.compute(alone))


def _edges(before: Window, now: Window, threshold: float) -> Floats:
    """Scores that cut the labelled rows of both windows into tenths, and the threshold."""
    known = [window.points for window in (before, now) if window.points is not None]
    values = np.concatenate([points.values for points in known])
    rows = np.concatenate([points.counts[:LABELS].sum(axis=0) for points in known])
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(rows[order]) / max(rows.sum(), 1)
    tenths = values[order][np.minimum(np.searchsorted(reached, TENTHS), len(values) - 1)]
    return np.unique(np.append(tenths, threshold))


def _scores(outcomes: Outcomes, edges: Floats, money: Measure) -> Groups:
    """Each group of scores by itself."""
    points = outcomes.points
    assert points is not None
    place, number = np.searchsorted(edges, points.values, side="right"), len(edges) + 1
    counts = np.zeros((number, LABELS, len(points.values)))
    counts[place, :, np.arange(len(place))] = points.counts[:LABELS].T
    alone = Outcomes({"scores": counts}, outcomes.threshold, outcomes.layout, points)
    rows = counts.sum(axis=(1, 2))
    return rows, rows * np.nan_to_num(money.compute(alone))


def _cells(outcomes: Outcomes, money: Measure) -> Groups:
    """Each cell between two thresholds at which amounts are summed, by itself."""
    cuts, points = amount_cuts(outcomes.layout), outcomes.points
    assert points is not None
    place, number = np.searchsorted(cuts, points.values, side="right"), len(cuts) + 1
    rows = np.zeros((number, LABELS))
    np.add.at(rows, place, points.counts[:LABELS].T)
    amounts = np.zeros((number, LABELS, number))
    amounts[np.arange(number), :, np.arange(number)] = outcomes.arrays[AMOUNTS][:LABELS].T
    middles = np.concatenate([[-1.0], cuts])
    counts = np.zeros((number, LABELS, number))
    counts[np.arange(number), :, np.arange(number)] = rows
    shown = ScorePoints(middles, rows.T, np.ones(number, dtype=bool))
    alone = Outcomes({"scores": counts, AMOUNTS: amounts}, outcomes.threshold, outcomes.layout, shown)
    return rows.sum(axis=1), rows.sum(axis=1) * np.nan_to_num(money.compute(alone))
