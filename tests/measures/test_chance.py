"""What distances are under no change: against scipy's distributions and against samples that were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dashboard.measures.chance import (
    INDEPENDENT,
    Alikeness,
    gamma_upper,
    of_area,
    of_largest_difference,
    of_root,
    of_sum,
    one_of_many,
)
from dashboard.measures.drift import DIVERGENCE_PART, PSI_PART

SHARES = {
    "deciles": np.full(10, 0.1),
    "one heavy bin": np.array([0.9, 0.1]),
    "rare": np.array([0.99, 0.01]),
    "many, uneven": (1 / np.arange(1, 201)) / np.sum(1 / np.arange(1, 201)),
}


@pytest.mark.parametrize("freedom", [1, 2, 5, 9, 50, 500])
@pytest.mark.parametrize("probability", [0.05, 0.01, 1e-3, 1e-5])
def test_upper_points_are_those_of_the_gamma_distribution(freedom, probability):
    exact = stats.chi2.isf(probability, freedom)
    within = {1: 0.15, 2: 0.1, 5: 0.05}.get(freedom, 0.03)
    assert gamma_upper(freedom, 2 * freedom, probability) == pytest.approx(exact, rel=within)


def test_a_psi_of_many_rows_is_chi_square():
    """(1/n + 1/N) times chi-square with as many degrees of freedom as bins, less one: Yurdakul, 2018."""
    counts = np.full(10, 1_000.0)
    found = of_sum(PSI_PART, counts * 3, counts, INDEPENDENT)
    scale = 1 / 10_000 + 1 / 30_000
    assert found.expected == pytest.approx(9 * scale, rel=1e-6)
    assert found.upper(0.001) == pytest.approx(stats.chi2.isf(0.001, 9) * scale, rel=0.02)


@pytest.mark.parametrize("shares", list(SHARES.values()), ids=list(SHARES))
@pytest.mark.parametrize("rows", [(20, 60), (100, 5_000), (1_000, 3_000)], ids=str)
@pytest.mark.parametrize(("part", "chance"), [(PSI_PART, of_sum), (DIVERGENCE_PART, of_root)], ids=["psi", "js"])
def test_samples_of_one_population_stay_below(shares, rows, part, chance):
    rng = np.random.default_rng(4)
    now, then = (rng.multinomial(size, shares, 400).astype(float) for size in rows)
    values = part.distance(then / rows[1], now / rows[0]).sum(axis=1)
    found = [chance(part, *sides, INDEPENDENT) for sides in zip(then, now, strict=True)]
    if chance is of_root:
        values = np.sqrt(np.maximum(values, 0))
    assert np.mean([entry.expected for entry in found]) == pytest.approx(values.mean(), rel=0.2)
    above = [value > entry.upper(0.01) + 1e-12 for value, entry in zip(values, found, strict=True)]
    assert np.mean(above) <= 0.025


def test_new_names_only_are_no_evidence():
    """Names that hardly come twice are new in every window; no order of the rows is less likely than another."""
    then, now = np.repeat([1.0, 0.0], 500), np.repeat([0.0, 1.0], 500)
    value = PSI_PART.distance(then / 500, now / 500).sum()
    assert value <= of_sum(PSI_PART, then, now, INDEPENDENT).upper(0.01) * (1 + 1e-9)


def test_rows_that_hang_together_count_for_less():
    counts = np.full(10, 500.0)
    one, four = (of_sum(PSI_PART, counts, counts, Alikeness(ratio)) for ratio in (1.0, 4.0))
    assert four.expected == pytest.approx(4 * one.expected)
    assert four.upper(0.01) == pytest.approx(4 * one.upper(0.01))


@pytest.mark.parametrize("probability", [0.05, 0.01, 0.001])
def test_the_largest_difference_follows_kolmogorov(probability):
    found = of_largest_difference(20_000, 5_000, INDEPENDENT)
    root = np.sqrt(4_000)
    assert found.upper(probability) == pytest.approx(stats.kstwobign.isf(probability) / root, rel=0.01)
    assert found.expected == pytest.approx(stats.kstwobign.mean() / root, rel=0.01)


@pytest.mark.parametrize("draw", ["normal", "lognormal", "t(3)"])
def test_the_area_between_samples_of_one_population_stays_below(draw):
    rng = np.random.default_rng(6)
    drawn = {
        "normal": rng.standard_normal,
        "lognormal": lambda rows: rng.lognormal(0, 1.5, rows),
        "t(3)": lambda rows: rng.standard_t(3, rows),
    }[draw]
    values, found = [], []
    for _ in range(250):
        then, now = drawn(900), drawn(300)
        ordered = np.sort(np.concatenate([then, now]))
        below = np.arange(1, 1_200) / 1_200
        found.append(of_area(below, np.diff(ordered) / then.std(), 900, 300, INDEPENDENT))
        values.append(stats.wasserstein_distance(then, now) / then.std())
    assert np.mean([entry.expected for entry in found]) == pytest.approx(np.mean(values), rel=0.1)
    assert np.mean([v > entry.upper(0.01) for v, entry in zip(values, found, strict=True)]) <= 0.03


def test_many_comparisons_share_one_probability():
    each = one_of_many(0.05, 20)
    assert 1 - (1 - each) ** 20 == pytest.approx(0.05)
