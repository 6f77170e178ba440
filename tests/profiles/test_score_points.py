"""Weighted points of scores: bounded, exact at thresholds, and the same in whichever order rows come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from dashboard.profiles import collect_scores
from dashboard.profiles.collect_scores import ScoreCollector, points_of, unit_rows_of
from dashboard.profiles.encoding import pack, unpack
from dashboard.profiles.score_points import (
    MOST_POINTS,
    ScorePoints,
    condensed,
    entries_of,
    from_ordinals,
    ordinals,
    side_by_side,
    together,
)

CUTS = np.arange(101) / 100
SCORES = st.one_of(
    st.floats(0, 1), st.floats(0, 1e-3), st.sampled_from([0.0, 0.1, 0.35, 0.5, 1.0]), st.floats(0.5, 0.5 + 1e-12)
)


def collected(scores: np.ndarray, labels: np.ndarray, groups: int = 0) -> dict[str, np.ndarray]:
    collector = ScoreCollector(CUTS, groups)
    units = np.arange(len(scores)) % groups if groups else np.zeros(0, dtype=np.int64)
    collector.add([(0, None, None)], np.zeros(len(scores), dtype=np.int64), scores, (labels, units))
    return unpack(pack(collector.finish()[(0, None, None)]))


@given(st.lists(st.tuples(SCORES, st.integers(0, 2)), min_size=1, max_size=600))
@settings(max_examples=60, deadline=None)
def test_counts_at_thresholds_and_ties_are_exact(rows):
    scores, labels = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    points = points_of(collected(scores, labels))
    assert (np.diff(points.values) > 0).all()
    assert points.counts.sum() == len(rows)
    for threshold in (0.0, 0.01, 0.35, 0.5, 1.0):
        for label in range(3):
            expected = ((scores >= threshold) & (labels == label)).sum()
            assert points.counts[label, points.values >= threshold].sum() == expected
    distinct, times = np.unique(scores, return_counts=True)
    if len(distinct) <= MOST_POINTS:
        assert np.array_equal(points.values, distinct)
        assert not points.several.any()
    for value in distinct[times >= 0.1 * len(rows)]:
        assert value in points.values


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 5), st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=400
    ),
    st.integers(2, 60),
)
@settings(max_examples=60, deadline=None)
def test_condensed_points_keep_sums_and_stay_small(rows, most):
    values, place = np.unique([row[0] for row in rows], return_inverse=True)
    counts = np.array([np.bincount(place, weights=[row[1 + label] for row in rows]) for label in range(3)])
    points = ScorePoints(values, counts.astype(np.int64), np.zeros(len(values), dtype=bool))
    found = condensed(points, np.array([0.5]), most)
    assert np.array_equal(found.counts.sum(axis=1), points.counts.sum(axis=1))
    for label in range(3):
        expected = points.counts[label, values >= 0.5].sum()
        assert found.counts[label, found.values >= 0.5].sum() == expected
    known, kept = points.counts[:2].sum(axis=0), found.counts[:2].sum(axis=0)
    assert (kept * found.values).sum() == pytest.approx((known * values).sum(), rel=1e-6, abs=1e-300)
    heavy = (points.counts / np.maximum(points.counts.sum(axis=1, keepdims=True), 1)).max(axis=0) >= 3 / most
    assert len(found.values) <= max(most, most + 2 + 3 * heavy.sum() + most)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_ordinals_keep_order_and_come_back(values):
    found = np.array(values) + 0.0
    places = ordinals(found)
    assert np.array_equal(from_ordinals(places), found)
    assert np.array_equal(np.argsort(places, kind="stable"), np.argsort(found, kind="stable"))


def test_rows_that_come_in_many_parts_are_condensed_again(monkeypatch):
    """A period with more rows than wait at once: counts stay exact, ranking stays near."""
    rng = np.random.default_rng(1)
    scores = rng.beta(2, 5, 30_000) * 0.003
    labels = (rng.random(30_000) < scores * 300).astype(np.int64)
    whole = points_of(collected(scores, labels))
    monkeypatch.setattr(collect_scores, "BUFFERED_ROWS", 1_000)
    collector = ScoreCollector(CUTS, 4)
    for start in range(0, 30_000, 700):
        part = slice(start, start + 700)
        none = np.zeros(len(scores[part]), dtype=np.int64)
        collector.add([(0, None, None)], none, scores[part], (labels[part], np.arange(len(none)) % 4))
    arrays = collector.finish()[(0, None, None)]
    found = points_of(arrays)
    assert len(found.values) <= 2 * MOST_POINTS
    assert np.array_equal(found.counts.sum(axis=1), whole.counts.sum(axis=1))
    assert auc(found) == pytest.approx(auc(whole), abs=2e-4)
    units, rows = side_by_side(unit_rows_of(arrays), 4, 2, CUTS)
    assert rows.sum(axis=(0, 2)).tolist() == found.counts[:2].sum(axis=1).tolist()
    assert auc(units) == pytest.approx(auc(whole), abs=1e-3)


def auc(points: ScorePoints) -> float:
    negative, positive = points.counts[0].astype(float), points.counts[1].astype(float)
    below = np.cumsum(negative) - negative / 2
    return float((positive * below).sum() / negative.sum() / positive.sum())


def test_points_of_several_parts_lie_side_by_side():
    one = ScorePoints(np.array([0.1, 0.3]), np.array([[1, 2], [0, 4], [9, 9]]), np.array([False, True]))
    two = ScorePoints(np.array([0.2, 0.3]), np.array([[5, 0], [1, 1], [0, 0]]), np.array([False, False]))
    both = together([one, two])
    assert both.values.tolist() == [0.1, 0.2, 0.3]
    assert both.counts.tolist() == [[1, 5, 2], [0, 1, 5], [9, 0, 9]]
    assert both.several.tolist() == [False, False, True]
    points, rows = side_by_side(entries_of([(0, one), (1, two)], 2), 2, 2, CUTS)
    assert points.values.tolist() == [0.1, 0.2, 0.3]
    assert rows.tolist() == [[[1, 0, 2], [0, 0, 4]], [[0, 5, 0], [0, 1, 1]]]
