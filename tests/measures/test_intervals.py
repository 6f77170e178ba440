"""Intervals against a bootstrap of whole clusters, made here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from dashboard.measures.intervals import student, student_within
from dashboard.measures.performance import figures_of
from dashboard.profiles.windows import merged
from tests.profiles.watched import REGRESSION, binary_rows, card_of, watch

ROUNDS = 300


def clustered(seed: int, clusters: int, size: int, effect: float) -> pd.DataFrame:
    """Rows of a month whose clusters (never across days) share a shift of the logit."""
    rng = np.random.default_rng(seed)
    rows = binary_rows(rng, clusters * size, missing=0, days=30)
    place = np.arange(len(rows)) % clusters
    logit = rng.normal(-0.5, 1, len(rows))
    shift = effect * rng.standard_normal(clusters)[place]
    rows["score"] = 1 / (1 + np.exp(-logit))
    rows["actual"] = (rng.random(len(rows)) < 1 / (1 + np.exp(-logit - shift))).astype(float)
    return rows.assign(group=[f"g{number}" for number in place])


def figure(name: str, actual: np.ndarray, score: np.ndarray) -> float:
    if name == "roc_auc":
        positive = actual > 0.5
        hits, rest = positive.sum(), (~positive).sum()
        return float((stats.rankdata(score)[positive].sum() - hits * (hits + 1) / 2) / (hits * rest))
    if name == "accuracy":
        return float(((score >= 0.5) == actual).mean())
    if name == "precision":
        return float(actual[score >= 0.5].mean())
    return float({"bias": score - actual, "mae": np.abs(score - actual)}[name].mean())


def bootstrap_width(name: str, rows: pd.DataFrame, units: pd.Series | pd.Index) -> float:
    """Width of the 95 % interval from drawing whole units again."""
    rng = np.random.default_rng(9)
    actual, score = rows["actual"].to_numpy(), rows["score"].to_numpy()
    places = list(pd.Series(np.arange(len(rows))).groupby(np.asarray(units)).indices.values())
    drawn = []
    for _ in range(ROUNDS):
        chosen = np.concatenate([places[place] for place in rng.integers(0, len(places), len(places))])
        drawn.append(figure(name, actual[chosen], score[chosen]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(high - low)


@pytest.mark.parametrize(("clusters", "size"), [(400, 8), (150, 20)])
def test_width_is_that_of_a_cluster_bootstrap(store, clusters, size):
    rows = clustered(1, clusters, size, 1.5)
    profiles = watch(store, card_of(cluster="group"), rows)
    found = figures_of(merged(profiles.read(), profiles.layout), profiles.layout)
    for name in ("roc_auc", "accuracy", "precision", "bias"):
        width = found[name].high - found[name].low
        assert width == pytest.approx(bootstrap_width(name, rows, rows["group"]), rel=0.25), name
        assert found[name].low < found[name].value < found[name].high


def test_correlated_clusters_widen_the_interval(store):
    rows = clustered(2, 100, 40, 1.5)
    profiles = watch(store, card_of(cluster="group"), rows)
    found = figures_of(merged(profiles.read(), profiles.layout), profiles.layout)["bias"]
    assert found.high - found.low > 1.8 * bootstrap_width("bias", rows, rows.index)


def test_without_clusters_the_periods_are_resampled(store):
    rng = np.random.default_rng(3)
    rows = binary_rows(rng, 3_000, missing=0, days=60)
    rows["day"] = rows["at"].dt.dayofyear
    rows["actual"] = 100 + 10 * rng.normal(size=3_000)
    rows["score"] = rows["actual"] + 5 * rng.standard_normal(61)[rows["day"]] + rng.normal(size=3_000)
    profiles = watch(store, card_of(REGRESSION), rows)
    found = figures_of(merged(profiles.read(), profiles.layout), profiles.layout)
    for name in ("bias", "mae"):
        width = found[name].high - found[name].low
        assert width == pytest.approx(bootstrap_width(name, rows, rows["day"]), rel=0.25), name
        assert width > 2 * bootstrap_width(name, rows, rows.index), name


@pytest.mark.parametrize("degrees", [*range(1, 60), 99, 364, 999, 5_000, 100_000])
def test_student_is_that_of_scipy(degrees):
    assert student(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-10)


@given(point=st.floats(0, 50), degrees=st.integers(1, 2_000))
def test_probability_of_student_is_that_of_scipy(point, degrees):
    expected = stats.t.cdf(point, degrees) - stats.t.cdf(-point, degrees)
    assert student_within(point, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-9)
