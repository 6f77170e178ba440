"""Chances of failed checks against scipy and against samples that were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from dashboard.measures.quality.chance import chance_beyond, chance_of, dispersion, lower_tail, upper_tail


@given(st.integers(1, 400), st.integers(0, 400), st.floats(0.001, 0.999))
@settings(deadline=None, max_examples=60)
def test_the_upper_tail_is_the_binomial_one(trials, more, probability):
    successes = min(more, trials)
    expected = stats.binom.sf(successes - 1, trials, probability)
    assert upper_tail(successes, trials, probability) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(st.integers(0, 60), st.floats(0.1, 60))
@settings(deadline=None, max_examples=40)
def test_the_lower_tail_is_that_of_poisson(count, mean):
    assert lower_tail(count, mean) == pytest.approx(stats.poisson.cdf(count, mean), rel=1e-9)


def test_two_samples_of_one_rate_fail_as_seldom_as_stated():
    rng = np.random.default_rng(1)
    now, then = rng.binomial(300, 0.02, 4_000), rng.binomial(3_000, 0.02, 4_000)
    found = np.array([chance_of((a, 300), (b, 3_000)) for a, b in zip(now, then, strict=True)])
    for level in (0.05, 0.01):
        assert np.mean(found < level) <= level * 1.2


def test_new_extremes_come_as_often_as_stated():
    rng = np.random.default_rng(2)
    reference = rng.normal(size=(4_000, 300)).max(axis=1)
    beyond = (rng.normal(size=(4_000, 100)) > reference[:, None]).sum(axis=1)
    found = np.array([chance_beyond(rows, 100, 300, 1.0) for rows in beyond])
    assert np.mean(found <= chance_beyond(2, 100, 300, 1.0)) == pytest.approx(1 / 16, rel=0.25)


def test_periods_that_vary_more_count_for_less():
    rng = np.random.default_rng(3)
    rows = np.full(90, 100.0)
    alike = [dispersion(rng.binomial(100, 0.1, 90).astype(float), rows) for _ in range(50)]
    days = [dispersion(rng.binomial(100, rng.beta(1, 9, 90)).astype(float), rows) for _ in range(50)]
    assert np.median(alike) < 1.4
    # The variance of a beta-binomial count over the binomial one: 1 + (n - 1) / (a + b + 1).
    assert np.median(days) == pytest.approx((1 + 99 / 11) * (1 + np.sqrt(2 / 89)), rel=0.3)
