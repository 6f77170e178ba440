"""Kappa of two and of several raters, and exact tests of shares, against statsmodels and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import fisher_exact as scipy_fisher
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa as reference_fleiss
from statsmodels.stats.multitest import multipletests

from dashboard.measures.contrasts import fisher_exact, holm
from dashboard.measures.raters import cohen_kappa, fleiss_kappa

COUNTS = st.integers(0, 40)
TABLES = st.integers(2, 4).flatmap(lambda size: st.lists(COUNTS, min_size=size * size, max_size=size * size))


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_kappa_of_two_raters_and_its_interval_are_those_of_statsmodels(cells):
    size = math.isqrt(len(cells))
    table = np.array(cells).reshape(size, size)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    found = cohen_kappa(table)
    if table.sum() == 0 or rows @ columns == table.sum() ** 2:
        assert math.isnan(found.value)
        return
    wanted = cohens_kappa(table)
    assert found.value == pytest.approx(wanted.kappa, abs=1e-9)
    assert found.low == pytest.approx(max(-1.0, wanted.kappa_low), abs=1e-6)
    assert found.high == pytest.approx(min(1.0, wanted.kappa_upp), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(5, 30), st.integers(0, 10_000))
def test_kappa_of_several_raters_is_that_of_statsmodels(raters, cases, seed):
    rng = np.random.default_rng(seed)
    wrong = rng.binomial(raters, rng.choice([0.1, 0.5, 0.9], cases))
    counts = np.column_stack([raters - wrong, wrong])
    found = fleiss_kappa(counts)
    if 0 in counts.sum(axis=0):
        assert math.isnan(found.value)
        return
    assert found.value == pytest.approx(reference_fleiss(counts, method="fleiss"), abs=1e-9)


def test_the_interval_of_several_raters_covers_the_kappa_of_many_cases():
    """In 95 of 100 repetitions of 60 cases the interval holds the value that endless cases would give."""
    rng = np.random.default_rng(7)

    def drawn(cases: int) -> np.ndarray:
        wrong = rng.binomial(3, rng.choice([0.15, 0.8], cases))
        return np.column_stack([3 - wrong, wrong])

    truth = fleiss_kappa(drawn(400_000)).value
    found = [fleiss_kappa(drawn(60)) for _ in range(600)]
    assert np.mean([one.low <= truth <= one.high for one in found]) == pytest.approx(0.95, abs=0.025)


def test_raters_of_different_number_count_with_what_they_said():
    """Two raters who agree and three of whom one differs: by hand."""
    counts = np.array([[2, 0], [0, 2], [2, 1], [1, 2]])
    within = (1 + 1 + 1 / 3 + 1 / 3) / 4
    expected = 0.5**2 + 0.5**2
    assert fleiss_kappa(counts).value == pytest.approx((within - expected) / (1 - expected))


@settings(max_examples=80, deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_exact_test_is_that_of_scipy(here, rest_here, there, rest_there):
    wanted = scipy_fisher([[here, rest_here], [there, rest_there]]).pvalue
    assert fisher_exact(here, here + rest_here, there, there + rest_there) == pytest.approx(wanted, rel=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_many_tests_at_once_are_read_as_statsmodels_reads_them(chances):
    assert holm(chances) == pytest.approx(list(multipletests(chances, method="holm")[1]))
