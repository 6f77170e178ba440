"""Do two blocks of profiles hold the same, but for what the order of counting changes?

Sums of fractions differ in their last digits by the order in which rows are added. Where few points stand for many
scores, the place at which a point begins follows from sums over all periods that were counted together: a score may
belong to one of two neighbouring points.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np

from dashboard.profiles.collect_scores import POINT_GAPS, SCORE_ARRAYS, UNIT_GAPS, points_of, unit_rows_of
from dashboard.profiles.encoding import unpack
from dashboard.profiles.score_points import ScorePoints

# By bytes of a number: relative to the largest of its array.
NEAR = {8: 1e-9, 4: 1e-4}
Arrays = Mapping[str, np.ndarray]


def same_block(one: bytes, other: bytes) -> bool:
    """Whether two blocks hold the same; a block that cannot be read is like no other."""
    if one == other:
        return True
    try:
        here, there = unpack(one), unpack(other)
        if here.keys() != there.keys():
            return False
        exact = [name for name in here if POINT_GAPS not in here or name not in SCORE_ARRAYS]
        same = all(_near(here[name], there[name]) for name in exact)
        return same and (POINT_GAPS not in here or _same_scores(here, there))
    except (ValueError, TypeError, KeyError, IndexError, zlib.error):
        return False


def _near(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or one.dtype.kind != other.dtype.kind:
        return False
    if one.dtype.kind != "f":
        return bool(np.array_equal(one, other))
    near = NEAR[one.dtype.itemsize]
    finite = np.abs(other[np.isfinite(other)])
    return bool(np.allclose(one, other, rtol=near, atol=near * float(finite.max(initial=0.0)), equal_nan=True))


def _same_scores(here: Arrays, there: Arrays) -> bool:
    """Whether rows by label lie at the same scores, or at neighbouring points where those stand for several scores."""
    one, other = points_of(dict(here)), points_of(dict(there))
    values = np.union1d(one.values, other.values)
    reach = max(_heaviest(one), _heaviest(other))
    if np.abs(_below(one, values) - _below(other, values)).max(initial=0) > reach:
        return False
    if not np.array_equal(one.counts.sum(axis=1), other.counts.sum(axis=1)):
        return False
    if UNIT_GAPS not in here:
        return True
    rows = [_rows_of_groups(arrays) for arrays in (here, there)]
    return rows[0].keys() == rows[1].keys() and all(rows[0][series] == rows[1][series] for series in rows[0])


def _heaviest(points: ScorePoints) -> int:
    """The most rows of a label at one point that stands for several scores, or beside such a one."""
    blurred = points.several.copy()
    blurred[1:] |= points.several[:-1]
    blurred[:-1] |= points.several[1:]
    return int(points.counts[:, blurred].max(initial=0))


def _below(points: ScorePoints, values: np.ndarray) -> np.ndarray:
    """Rows by label with scores up to each of the values."""
    ends = np.concatenate([np.zeros((len(points.counts), 1), dtype=np.int64), np.cumsum(points.counts, axis=1)], axis=1)
    return ends[:, np.searchsorted(points.values, values, side="right")]


def _rows_of_groups(arrays: Arrays) -> dict[int, int]:
    found = unit_rows_of(dict(arrays))
    series, place = np.unique(found.series, return_inverse=True)
    rows = np.bincount(place, weights=found.rows)
    return dict(zip(series.tolist(), rows.astype(int).tolist(), strict=True))
