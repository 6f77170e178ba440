"""Paired differences: against DeLong's variance worked out by hand, SciPy's paired t-test, and turned round."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import ttest_rel
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

from dashboard.measures.intervals import student
from dashboard.measures.outcomes import Outcomes
from dashboard.measures.paired import (
    Difference,
    Side,
    Sides,
    corrected,
    ends_and_chance,
    judged_difference,
    share_by_units,
)
from dashboard.measures.spreads import ShareSpread

NUMBERS = st.lists(st.floats(-5, 5), min_size=6, max_size=12)


def delong_variance(actual, one, other):
    """The variance of a difference of two areas (DeLong, DeLong and Clarke-Pearson 1988), by its components."""
    placed = []
    for score in (one, other):
        higher = score[actual == 1][:, None] - score[actual == 0][None, :]
        wins = (higher > 0) + (higher == 0) / 2
        placed.append((wins.mean(axis=1), wins.mean(axis=0)))
    positive, negative = (np.cov(np.stack([mine, theirs])) for mine, theirs in zip(*placed, strict=True))
    contrast = np.array([1, -1])
    return sum(contrast @ part @ contrast / number for part, number in (
        (positive, (actual == 1).sum()), (negative, (actual == 0).sum())))  # fmt: skip


def test_each_row_a_unit_is_delong():
    rng = np.random.default_rng(5)
    truth = rng.normal(size=260)
    actual = (rng.random(260) < 1 / (1 + np.exp(-truth))).astype(int)
    one, other = truth + rng.normal(size=260), truth + 1.5 * rng.normal(size=260)
    kept = ~np.eye(260, dtype=bool)
    left_out = np.array([roc_auc_score(actual[k], one[k]) - roc_auc_score(actual[k], other[k]) for k in kept])
    difference = roc_auc_score(actual, one) - roc_auc_score(actual, other)
    low, high, chance = ends_and_chance(difference, left_out, np.ones(260), in_order=False)
    error = math.sqrt(delong_variance(actual, one, other))
    assert (high - low) / 2 == pytest.approx(1.97 * error, rel=0.03)
    assert chance == pytest.approx(math.erfc(abs(difference) / error / math.sqrt(2)), abs=0.01)


def test_each_row_a_unit_is_the_paired_t_test():
    rng = np.random.default_rng(6)
    one, other = rng.random(80), rng.random(80) + 0.1
    apart = one - other
    left_out = (apart.sum() - apart) / 79
    low, high, chance = ends_and_chance(apart.mean(), left_out, np.ones(80), in_order=False)
    expected = ttest_rel(one, other)
    ends = expected.confidence_interval(0.95)
    assert (low, high) == pytest.approx((ends.low, ends.high), rel=1e-9)
    assert chance == pytest.approx(expected.pvalue, rel=1e-7)


def test_clusters_that_hang_together_widen_the_interval():
    rng = np.random.default_rng(7)
    apart = np.repeat(rng.normal(size=20), 10)
    by_row = ends_and_chance(apart.mean(), (apart.sum() - apart) / 199, np.ones(200), in_order=False)
    sums = apart.reshape(20, 10).sum(axis=1)
    by_cluster = ends_and_chance(apart.mean(), (apart.sum() - sums) / 190, np.full(20, 10.0), in_order=False)
    assert by_cluster[1] - by_cluster[0] > 3 * (by_row[1] - by_row[0])


def sides(units: int) -> Sides:
    nothing = Side(Outcomes({}, 0.5, None), Outcomes({}, 0.5, None))  # type: ignore[arg-type]
    return Sides(nothing, nothing, units, np.ones(units), in_order=False)


@given(NUMBERS, st.sampled_from(["higher", "lower", "zero", "none"]), st.randoms(use_true_random=False))
def test_turning_both_round_flips_every_sign(one, better, random):
    other = [value + random.uniform(-1, 1) for value in one]
    values, left_out = (float(np.mean(one)), float(np.mean(other))), (np.array(one), np.array(other))
    found = judged_difference(values, left_out, better, sides(len(one)))
    turned = judged_difference(values[::-1], left_out[::-1], better, sides(len(one)))
    assert (found.difference, found.ahead) == (-turned.difference, -turned.ahead)
    assert [found.low, found.high] == pytest.approx([-turned.high, -turned.low], nan_ok=True)
    assert found.chance == pytest.approx(turned.chance, nan_ok=True)


@pytest.mark.parametrize(
    ("better", "values", "ahead"),
    [
        ("higher", (0.8, 0.7), 1), ("lower", (0.8, 0.7), -1), ("zero", (-0.1, 0.3), 1), ("zero", (0.4, -0.3), -1),
        ("none", (0.8, 0.7), 0), ("higher", (0.7, 0.7), 0), ("zero", (-0.3, 0.3), 0),
    ],
)  # fmt: skip
def test_who_is_ahead(better, values, ahead):
    assert judged_difference(values, (np.ones(6), np.zeros(6)), better, sides(6)).ahead == ahead


def test_no_interval_where_no_unit_differs_or_units_are_few():
    assert all(map(math.isnan, ends_and_chance(0.0, np.zeros(9), np.ones(9), in_order=False)))
    assert all(map(math.isnan, ends_and_chance(0.1, np.array([0.1, 0.2, 0.3, 0.1]), np.ones(4), in_order=False)))


def test_one_unit_that_carries_everything_leaves_few_degrees_of_freedom():
    left_out = np.zeros(40)
    left_out[3] = 1.0
    low, high, _ = ends_and_chance(0.0, left_out, np.ones(40), in_order=False)
    error = math.sqrt(39 / 40 * np.sum((left_out - left_out.mean()) ** 2))
    assert (high - low) / 2 == pytest.approx(student(1) * error)


def test_holm_is_that_of_statsmodels_and_leaves_out_what_has_no_chance():
    chances = [0.01, math.nan, 0.04, 0.03]
    found = corrected([Difference(1, 0, 0, 0, chance, 1, 9) for chance in chances])
    assert math.isnan(found[1])
    expected = multipletests([0.01, 0.04, 0.03], method="holm")[1]
    assert [one for one in found if not math.isnan(one)] == pytest.approx(list(expected))


def test_a_share_by_units():
    assert all(map(math.isnan, share_by_units(np.zeros(3), np.zeros(3))))
    share, low, high = share_by_units(np.array([0.0, 0, 0, 0, 0]), np.full(5, 20.0))
    assert (share, low) == (0.0, 0.0)
    assert high == pytest.approx(ShareSpread(0, 100, 1.0, 99).ends(0.95)[1])
    rng = np.random.default_rng(8)
    alike = rng.random(2_000).reshape(100, 20) < 0.3
    narrow = share_by_units(alike.sum(axis=1).astype(float), np.full(100, 20.0))
    together = np.repeat(rng.random(100) < 0.3, 20).reshape(100, 20)
    wide = share_by_units(together.sum(axis=1).astype(float), np.full(100, 20.0))
    assert wide[2] - wide[1] > 3 * (narrow[2] - narrow[1])
