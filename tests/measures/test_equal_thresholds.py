"""Thresholds of their own for groups: beside scikit-learn at that threshold, and beside every other threshold."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn import metrics

from dashboard.measures.fairness.equal_thresholds import FOUND, RATES, SELECTED, WRONGLY, equal_thresholds
from dashboard.measures.fairness.groups import parted
from dashboard.measures.outcomes import Outcomes, outcomes_of
from dashboard.profiles.layout import Layout
from dashboard.profiles.score_points import ScorePoints
from dashboard.profiles.windows import merged
from dashboard.store.engine.database import Store
from tests.profiles.watched import binary_rows, card_of, watch

CARD = 0.4


def rate(frame: pd.DataFrame, name: str, threshold: float) -> float:
    chosen = (frame["score"] >= threshold).astype(int)
    if name == SELECTED:
        return float(chosen.mean())
    known = frame["actual"].notna()
    actual = frame.loc[known, "actual"].astype(int)
    if name == FOUND:
        return float(metrics.recall_score(actual, chosen[known]))
    return 1 - float(metrics.recall_score(actual, chosen[known], pos_label=0))


def right(frame: pd.DataFrame, threshold: float) -> int:
    known = frame[frame["actual"].notna()]
    return int(((known["score"] >= threshold) == known["actual"].astype(bool)).sum())


@pytest.mark.parametrize("seed", range(3))
def test_a_group_comes_as_near_as_its_scores_allow(store: Store, seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = binary_rows(rng, 3_000, missing=0.2, days=28)
    frame["sex"] = rng.choice(["f", "m"], len(frame), p=[0.4, 0.6])
    # Few distinct scores are kept one by one, so that everything is exact.
    moved = frame["score"] * np.where(frame["sex"] == "f", 0.8, 1.0)
    frame["score"] = (moved * 100).round() / 100
    card = card_of(protected=["sex"], threshold=CARD)
    profiles = watch(store, card, frame)
    found = profiles.read(("outcomes",), None, None, ("sex", None))
    for group, mine, rest in parted(found):
        own, others = frame[frame["sex"] == group], frame[frame["sex"] != group]
        sides = [outcomes_of(merged(side, profiles.layout), profiles.layout) for side in (mine, rest)]
        by_rate = {one.rate: one for one in equal_thresholds(sides[0], sides[1])}
        assert set(by_rate) == set(RATES)
        for name, one in by_rate.items():
            assert one.before == pytest.approx(rate(own, name, CARD), abs=1e-12)
            assert one.after == pytest.approx(rate(own, name, one.threshold), abs=1e-12)
            assert one.others == pytest.approx(rate(others, name, CARD), abs=1e-12)
            every = [abs(rate(own, name, score) - one.others) for score in [*own["score"].unique(), 2.0]]
            assert abs(one.after - one.others) == pytest.approx(min(every), abs=1e-12)
            assert one.changed == int(((own["score"] >= CARD) != (own["score"] >= one.threshold)).sum())
            assert one.right == right(own, one.threshold) - right(own, CARD)


COUNTS = st.lists(st.tuples(*[st.integers(0, 40)] * 3), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(COUNTS, COUNTS, st.floats(0.01, 0.99))
def test_nothing_is_worse_than_staying(own: list[tuple[int, ...]], others: list[tuple[int, ...]], card: float) -> None:
    sides = [made(counts, card) for counts in (own, others)]
    for one in equal_thresholds(*sides):
        assert abs(one.after - one.others) <= abs(one.before - one.others) + 1e-12
        assert 0 <= one.changed <= int(sides[0].arrays["scores"].sum())
        assert abs(one.right) <= one.changed
        if one.threshold == card:
            assert (one.changed, one.right, one.after) == (0, 0, one.before)


def test_a_group_that_nobody_outcome_is_known_of_has_no_rate_of_outcomes() -> None:
    unknown = made([(0, 0, 9), (0, 0, 3)], 0.5)
    assert [one.rate for one in equal_thresholds(unknown, made([(3, 4, 5)], 0.5))] == [SELECTED]
    assert [one.rate for one in equal_thresholds(made([(5, 0, 0)], 0.5), made([(3, 4, 5)], 0.5))] == [SELECTED, WRONGLY]


def made(counts: list[tuple[int, ...]], threshold: float) -> Outcomes:
    """Outcomes with counts by label at scores that are spread evenly."""
    array = np.array(counts, dtype=np.int64).T
    values = (np.arange(array.shape[1]) + 0.5) / array.shape[1]
    points = ScorePoints(values, array, np.zeros(len(values), dtype=bool))
    # No layout is asked for: the counts are all there is.
    return Outcomes({"scores": array}, threshold, cast(Layout, None), points)
