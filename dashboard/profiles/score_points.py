"""Scores of a binary model by label, as weighted points whose places follow from the scores themselves.

A profile with few distinct scores keeps each of them. One with many keeps about MOST_POINTS points, each the mean of
neighbouring scores: a point holds at most one in MOST_POINTS of the negative, positive and unlabelled rows (in the mean
of their shares), a score that more rows share stands alone, and no point lies across a threshold at which decisions
are counted. So ranking does not depend on the scale of the scores, and counts at those thresholds are exact.

Points of several profiles are put side by side: pairs of cases of two profiles are compared by their points. The ROC
AUC then is off by at most half the sum over points of (share of positives) * (share of negatives), which is below
1 / MOST_POINTS for any scores and far smaller for scores that do not separate the two within single points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.profiles.bins import Floats, Ints

MOST_POINTS = 128
# Points on which units of resampling are laid side by side.
MOST_COMMON_POINTS = 400
LABELS = 3
# Means keep so many bits of a number's fraction (of 52): an error below one in two million, in half the bytes.
FRACTION_BITS = 20
SIGN = np.uint64(2**63)


@dataclass(frozen=True)
class ScorePoints:
    """Scores in strictly ascending order (points), and how many rows have each by label (labels, points).

    Labels are negative, positive and, where they are counted, not known. `several` tells which points stand for the
    mean of different scores.
    """

    values: Floats
    counts: NDArray[Any]
    several: NDArray[np.bool_]


@dataclass(frozen=True)
class ScoreRows:
    """Rows by score in several series, as entries: score, number of the series, rows."""

    scores: Floats
    series: Ints
    rows: NDArray[Any]


NOTHING = np.zeros(0, dtype=np.int64)


def together(parts: Sequence[ScorePoints]) -> ScorePoints:
    """All points of several profiles, equal scores added up."""
    if len(parts) == 1:
        return parts[0]
    values, place = np.unique(np.concatenate([part.values for part in parts]), return_inverse=True)
    counts = np.concatenate([part.counts for part in parts], axis=1)
    several = np.bincount(place, weights=np.concatenate([part.several for part in parts]), minlength=len(values)) > 0
    return ScorePoints(values, _added(place, counts, len(values)), several)


def _added(place: Ints, counts: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    rows = [np.bincount(place, weights=row, minlength=number) for row in counts]
    return np.array(rows).reshape(len(counts), number).astype(np.int64)


def leaves(counts: NDArray[Any], cells: Ints, most: int, sections: Ints | None = None) -> NDArray[np.bool_]:
    """Which of ascending scores begin a new point, when about `most` points are to be kept of each section.

    `counts` (labels, scores) are rows by label, `cells` (scores) differ where a threshold lies between. `sections`
    (scores) number independent runs of scores, in order; the first score of a section always begins a point.
    """
    section = np.zeros(counts.shape[1], dtype=np.int64) if sections is None else sections
    number = int(section[-1]) + 1 if len(section) else 0
    first = np.searchsorted(section, np.arange(number))
    mass = np.zeros(counts.shape[1])
    kinds = np.zeros(number)
    for row in counts:
        totals = np.add.reduceat(row, first) if number else np.zeros(0)
        kinds += totals > 0
        mass += row / np.maximum(totals, 1)[section]
    mass *= (most / np.maximum(kinds, 1))[section]
    ends = np.cumsum(mass)
    before = np.concatenate([[0.0], ends])[first]
    place = (ends - mass / 2 - before[section]).astype(np.int64)
    heavy = mass >= 1
    # A section with few scores keeps all of them.
    small = np.diff(np.append(first, len(section))) <= most
    begins = small[section] | heavy
    begins[1:] |= heavy[:-1] | (place[1:] != place[:-1]) | (cells[1:] != cells[:-1])
    begins[first] = True
    return begins


def runs(points: ScorePoints, starts: Ints) -> ScorePoints:
    """One point for each run of points that begins at `starts`: the mean of its labelled scores (of all, without one).

    A run of one point keeps its score exactly.
    """
    values, counts = points.values, points.counts
    if not len(starts):
        return points
    last = np.append(starts[1:], len(values)) - 1
    weights = counts[:2].sum(axis=0)
    known = np.add.reduceat(weights, starts)
    if not known.all():
        place = np.repeat(np.arange(len(starts)), last - starts + 1)
        weights = np.where(known[place] > 0, weights, counts.sum(axis=0))
        known = np.add.reduceat(weights, starts)
    low, high = values[starts], values[last]
    mean = np.clip(_short(np.add.reduceat(weights * values, starts) / np.maximum(known, 1)), low, high)
    several = (starts != last) | points.several[starts]
    return ScorePoints(np.where(starts == last, low, mean), np.add.reduceat(counts, starts, axis=1), several)


def _short(values: Floats) -> Floats:
    """Numbers with fewer digits, so that their bytes are mostly zeros."""
    dropped = 52 - FRACTION_BITS
    bits = np.ascontiguousarray(values).view(np.int64) + (1 << (dropped - 1))
    return ((bits >> dropped) << dropped).view(np.float64)


def ordinals(values: Floats) -> NDArray[np.uint64]:
    """The place of each number among all numbers of double precision: whole, and in the same order.

    >>> from_ordinals(ordinals(np.array([-0.5, 0.0, 0.25]))).tolist()
    [-0.5, 0.0, 0.25]
    """
    # Adding zero turns the negative zero into the other one.
    bits = (np.asarray(values, dtype=np.float64) + 0.0).view(np.uint64)
    return np.where(bits >> 63, ~bits, bits | SIGN)


def from_ordinals(places: NDArray[np.uint64]) -> Floats:
    """The numbers at places as `ordinals` tells them."""
    bits = np.where(places >> 63, places ^ SIGN, ~places)
    return np.ascontiguousarray(bits).view(np.float64)


def condensed(points: ScorePoints, cuts: Floats, most: int = MOST_POINTS) -> ScorePoints:
    """About `most` points instead of many; none of them lies across one of the `cuts`."""
    if len(points.values) <= most:
        return points
    cells = np.searchsorted(cuts, points.values, side="right")
    return runs(points, np.flatnonzero(leaves(points.counts, cells, most)))


def side_by_side(
    entries: ScoreRows, parts: int, labels: int, cuts: Floats, most: int = MOST_COMMON_POINTS
) -> tuple[ScorePoints, NDArray[Any]]:
    """Several parts on common points: those of all together, and the rows of each (parts, labels, points).

    The series of an entry is part * labels + label.
    """
    values, place = np.unique(entries.scores, return_inverse=True)
    code = entries.series % labels * len(values) + place
    kind = entries.rows.dtype
    counts = np.bincount(code, weights=entries.rows, minlength=labels * len(values)).astype(kind)
    pooled = ScorePoints(values, counts.reshape(labels, len(values)), np.zeros(len(values), dtype=bool))
    if len(values) > most:
        begins = leaves(pooled.counts, np.searchsorted(cuts, values, side="right"), most)
        pooled, place = runs(pooled, np.flatnonzero(begins)), (np.cumsum(begins) - 1)[place]
    number = len(pooled.values)
    laid = np.bincount(entries.series * number + place, weights=entries.rows, minlength=parts * labels * number)
    return pooled, laid.astype(kind).reshape(parts, labels, number)


def entries_of(parts: Sequence[tuple[int, ScorePoints]], labels: int) -> ScoreRows:
    """The rows of points as entries; `parts` are numbers and points, of which the first `labels` count."""
    found = []
    for number, points in parts:
        label, place = np.nonzero(points.counts[:labels])
        found.append(ScoreRows(points.values[place], number * labels + label, points.counts[label, place]))
    return joined(found)


def joined(parts: Sequence[ScoreRows]) -> ScoreRows:
    """The entries of all parts."""
    if not parts:
        return ScoreRows(np.zeros(0), NOTHING, NOTHING)
    return ScoreRows(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.series for part in parts]),
        np.concatenate([part.rows for part in parts]),
    )
