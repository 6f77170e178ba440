"""Spearman's rank correlation against scipy, and how often its interval holds the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import spearmanr

from dashboard.measures.rank_correlation import FEWEST_CASES, spearman

VALUES = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=FEWEST_CASES, max_size=60)


@given(VALUES)
def test_it_is_scipys_with_ties(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, dtype=float).T
    found = spearman(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert math.isnan(found.value)
        return
    assert found.value == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng, correlation = np.random.default_rng(3), 0.8
    truth = 6 / math.pi * math.asin(correlation / 2)
    held = 0
    for _ in range(600):
        first = rng.normal(size=80)
        second = correlation * first + math.sqrt(1 - correlation**2) * rng.normal(size=80)
        found = spearman(first, second)
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 600 <= 0.98


def test_few_cases_and_sides_of_different_length() -> None:
    assert math.isnan(spearman(np.arange(9.0), np.arange(9.0)).value)
    assert spearman(np.arange(10.0), np.arange(10.0) ** 3).value == 1
    with pytest.raises(ValueError, match="9 and 10"):
        spearman(np.arange(9.0), np.arange(10.0))
