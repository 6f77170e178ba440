"""What the reference says of groups before a model decides: who is in it, what happened to them, what tells them apart.

A feature that tells a group apart stands for it (a proxy): leaving the protected column out changes little then.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.measures.distribution import distribution
from dashboard.measures.fairness.groups import NO_GROUPS
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.performance import figures_of
from dashboard.measures.spreads import RankSpread, ShareSpread
from dashboard.profiles.bins import Floats, NumericBins
from dashboard.profiles.layout import ACTUAL, Layout
from dashboard.profiles.windows import Profile, merged
from dashboard.schema.card.metric_names import BINARY, REGRESSION

# What happened to a group, by task: a rate or a mean of the known outcomes.
OUTCOME_RATE = {BINARY: "base_rate", REGRESSION: "mean_actual"}
# So many ranges of a number show how it tells groups apart; with more, each would hold few rows.
RANGES = 20
EQUAL = 1e-12
NOT_KNOWN = Figure(math.nan, math.nan, math.nan, 0)


@dataclass(frozen=True)
class Represented:
    """A group in the reference: its rows, its share of all rows with a 95 % interval, and what happened to it."""

    column: str
    group: str
    rows: int
    share: float
    low: float
    high: float
    outcome: Figure


@dataclass(frozen=True)
class Proxy:
    """How well one feature tells a group from everybody else: 0.5 is not at all, 1 is always; 95 % interval by rows."""

    column: str
    group: str
    feature: str
    area: float
    low: float
    high: float
    rows: int


def _parted(profiles: Sequence[Profile]) -> dict[str, list[Profile]]:
    found: dict[str, list[Profile]] = {}
    for profile in profiles:
        found.setdefault(str(profile.segment_value), []).append(profile)
    return dict(sorted(found.items()))


def represented(profiles: Sequence[Profile], column: str, layout: Layout) -> Iterator[Represented]:
    """Every group of a column in the reference, rows without a known group too; `profiles` are those of the column."""
    parts = {group: merged(found, layout) for group, found in _parted(profiles).items()}
    total = sum(window.predictions for window in parts.values())
    metric = OUTCOME_RATE.get(layout.task)  # type: ignore[call-overload]
    for group, window in parts.items():
        if not window.predictions:
            continue
        low, high = ShareSpread(window.predictions, total, 1.0, max(1, total - 1)).ends(LEVEL)
        outcome = figures_of(window, layout, names={metric})[metric] if metric and window.labelled else NOT_KNOWN
        yield Represented(column, group, window.predictions, window.predictions / total, low, high, outcome)


def proxies(profiles: Sequence[Profile], column: str, layout: Layout) -> Iterator[Proxy]:
    """How well each feature tells each group of a column from everybody else; the column itself is left out.

    The area under the curve of the best guess by the feature's bins, each pair of rows judged without itself, so that a
    feature that says nothing stays near 0.5 however many bins it has. Interval: Newcombe (2006) by rows.
    """
    parts = {group: merged(found, layout) for group, found in _parted(profiles).items()}
    names = [bins.name for bins in layout.columns if bins.name not in (column, ACTUAL)]
    counts = {
        group: {name: distribution(window, layout, name).counts for name in names} for group, window in parts.items()
    }
    for group in parts:
        if group in NO_GROUPS or len(parts) < 2:
            continue
        for name in names:
            own = counts[group][name]
            others = np.sum([found[name] for other, found in counts.items() if other != group], axis=0)
            own, others = in_ranges(layout, name, own, others)
            area = telling_apart(own, others)
            if math.isfinite(area):
                low, high = RankSpread(
                    area, float(own.sum()), float(others.sum()), 1.0, int(own.sum() + others.sum()) - 1
                ).ends(LEVEL)
                yield Proxy(column, group, name, area, low, high, int(own.sum() + others.sum()))


def in_ranges(layout: Layout, name: str, own: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Counts of a number by at most RANGES ranges of about as many rows, missing values apart; of categories as is."""
    if not isinstance(layout.column(name), NumericBins):
        return own, others
    rows = own[:-1] + others[:-1]
    middles = np.cumsum(rows) - rows / 2
    places = np.append(np.floor(RANGES * middles / max(1.0, rows.sum())).astype(int), RANGES)
    return tuple(np.bincount(places, weights=side, minlength=RANGES + 1) for side in (own, others))  # type: ignore[return-value]


def telling_apart(own: Floats, others: Floats) -> float:
    """The area under the curve of guessing a group by the share that it has in each bin, without the two rows compared.

    `own` and `others` are counts by bin; two rows of one bin are alike. NaN where a side has fewer than two
    rows. Source: leave-pair-out, Airola et al., An experimental comparison of cross-validation techniques for
    estimating the area under the ROC curve (2011).

    >>> telling_apart(np.array([10.0, 0.0]), np.array([0.0, 10.0]))
    1.0
    """
    if own.sum() < 2 or others.sum() < 2:
        return math.nan
    rows, share = own + others, own.sum() / (own.sum() + others.sum())
    alone = rows <= 1
    left = np.where(alone, 1.0, rows - 1)
    for_own, for_other = np.where(alone, share, (own - 1) / left), np.where(alone, share, own / left)
    better = for_own[:, None] - for_other[None, :]
    won = np.where(np.abs(better) < EQUAL, 0.5, better > 0)
    np.fill_diagonal(won, 0.5)
    return float(own @ won @ others / (own.sum() * others.sum()))
