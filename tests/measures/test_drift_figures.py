"""Distances between distributions against numpy and scipy, from rows that went through the log and the profiles."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from dashboard.measures.distribution import distribution
from dashboard.measures.drift import METHODS
from dashboard.profiles.windows import Profiles, merged
from tests.profiles.watched import between, binary_rows, card_of, watch

REFERENCE = ("2013-01-01", "2013-01-31")
FLOOR = 0.0001


def shares_of_deciles(reference: np.ndarray, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares on the reference's deciles, (lower, upper], the missing values as the last bin."""
    known = reference[~np.isnan(reference)]
    edges = np.unique(np.quantile(known, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])) if len(known) else np.zeros(0)
    ends = np.concatenate([[-np.inf], edges, [np.inf]])
    parts = []
    for values in (reference, current):
        inside = [((values > low) & (values <= high)).sum() for low, high in zip(ends[:-1], ends[1:], strict=True)]
        parts.append(np.array([*inside, np.isnan(values).sum()]) / len(values))
    return parts[0], parts[1]


def shares_of_categories(reference: pd.Series, current: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    names = sorted({*reference.dropna(), *current.dropna()})
    parts = [
        np.array([*((side == name).sum() for name in names), side.isna().sum()]) / len(side)
        for side in (reference, current)
    ]
    return parts[0], parts[1]


def psi_of(shares: tuple[np.ndarray, np.ndarray]) -> float:
    q, p = (np.where(side < FLOOR, FLOOR, side) for side in shares)
    return float(((p - q) * np.log(p / q)).sum())


def drift_of(profiles: Profiles, current: tuple[str, str], column: str = "x") -> dict[str, float]:
    layout = profiles.layout
    reference = distribution(merged(profiles.reference(), layout), layout, column, fixed_bins=True)
    found = distribution(between(profiles, *current), layout, column)
    return {
        name: METHODS.get(name).compute(reference, found) for name in ("psi", "jensen_shannon", "ks", "wasserstein")
    }


def watched(store, before: np.ndarray, after: np.ndarray, kind: str = "numeric") -> dict[str, float]:
    """Drift from January to February of a feature with these values."""
    rng = np.random.default_rng(0)
    first = binary_rows(rng, len(before), days=31).assign(x=before)
    second = binary_rows(rng, len(after), first="2013-02-01", days=28).assign(x=after)
    profiles = watch(store, card_of(features={"x": kind}, reference=REFERENCE), first, second)
    return drift_of(profiles, ("2013-02-01", "2013-02-28"))


def with_gaps(rng: np.random.Generator, values: np.ndarray, share: float = 0.05) -> np.ndarray:
    return np.where(rng.random(len(values)) < share, np.nan, values)


RNG = np.random.default_rng(20)
NUMERIC = {
    "same normal": (RNG.normal(size=4_000), RNG.normal(size=3_000)),
    "moved normal": (RNG.normal(size=4_000), RNG.normal(0.3, 1.2, 3_000)),
    "skewed": (RNG.lognormal(0, 1.5, 4_000), RNG.lognormal(0.2, 1.6, 3_000)),
    "gaps": (with_gaps(RNG, RNG.normal(size=4_000)), with_gaps(RNG, RNG.normal(0.1, 1, 3_000), 0.3)),
    "no gaps, then gaps": (RNG.normal(size=2_000), with_gaps(RNG, RNG.normal(size=2_000))),
    "all missing": (RNG.normal(size=2_000), np.full(500, np.nan)),
    "counts": (RNG.poisson(3, 4_000).astype(float), RNG.poisson(4, 3_000).astype(float)),
    "large counts": (RNG.poisson(300, 4_000).astype(float), RNG.poisson(310, 3_000).astype(float)),
    "many zeros": (np.where(RNG.random(4_000) < 0.6, 0, RNG.gamma(2, 3, 4_000)), RNG.gamma(2, 3, 3_000)),
    "constant": (np.full(1_000, 5.0), np.full(500, 5.0)),
    "constant, then not": (np.full(1_000, 5.0), RNG.choice([4.0, 5.0, 6.0], 900)),
    "two values": (RNG.choice([0.0, 1.0], 2_000), RNG.choice([0.0, 1.0], 2_000, p=[0.3, 0.7])),
    "outside": (RNG.uniform(0, 1, 3_000), RNG.uniform(5, 9, 3_000)),
    "sentinels": (RNG.normal(50, 5, 3_000), np.where(RNG.random(2_000) < 0.01, -99_999, RNG.normal(50, 5, 2_000))),
    "few rows": (RNG.normal(size=60), RNG.normal(0.5, 1, 25)),
    "far from zero": (1e9 + RNG.normal(size=3_000), 1e9 + RNG.normal(0.4, 1, 3_000)),
    "between the values": (RNG.choice([1.0, 2.0, 3.0], 2_000), RNG.choice([0.5, 1.5, 2.0, 2.5, 3.0], 2_000)),
}


@pytest.mark.parametrize("name", list(NUMERIC))
def test_numeric_drift(store, name):
    before, after = NUMERIC[name]
    found = watched(store, before, after)
    shares = shares_of_deciles(before, after)
    assert found["psi"] == pytest.approx(psi_of(shares), rel=1e-9, abs=1e-12)
    assert found["jensen_shannon"] == pytest.approx(jensenshannon(*shares, base=2), rel=1e-9, abs=1e-9)
    known = [side[~np.isnan(side)] for side in (before, after)]
    if not len(known[1]):
        assert math.isnan(found["ks"])
        assert math.isnan(found["wasserstein"])
        return
    assert found["ks"] == pytest.approx(stats.ks_2samp(*known).statistic, abs=0.005)
    deviation = known[0].std()
    if deviation == 0:
        assert math.isnan(found["wasserstein"])
    else:
        assert found["wasserstein"] == pytest.approx(stats.wasserstein_distance(*known) / deviation, rel=0.01)


CATEGORIES = {
    "same": (["a", "b", "c"], ["a", "b", "c"]),
    "unseen": (["a", "b"], ["a", "b", "new", "newer"]),
    "vanished": (["a", "b", "c", "d"], ["a", "d"]),
    "one": (["a"], ["a"]),
    "missing": (["a", "b", None], ["a", None, None]),
    "look-alikes": (["a", "A", " a", "(other)", "(missing)", ""], ["a", "A", "(other)", "", "nan"]),
    "many": ([f"c{number}" for number in range(150)], [f"c{number}" for number in range(20, 180)]),
}


@pytest.mark.parametrize("name", list(CATEGORIES))
def test_categorical_drift(store, name):
    rng = np.random.default_rng(21)
    before, after = (pd.Series(rng.choice(np.array(names, dtype=object), 2_000)) for names in CATEGORIES[name])
    before, after = (side.replace({"": "empty"}) for side in (before, after))
    found = watched(store, before.to_numpy(), after.to_numpy(), "categorical")
    # Padding makes no other category.
    shares = shares_of_categories(before.str.strip(), after.str.strip())
    assert found["psi"] == pytest.approx(psi_of(shares), rel=1e-9, abs=1e-12)
    assert found["jensen_shannon"] == pytest.approx(jensenshannon(*shares, base=2), rel=1e-9, abs=1e-9)
    assert math.isnan(found["ks"])
    assert math.isnan(found["wasserstein"])


def test_scores_and_labels_drift_like_features(store):
    rng = np.random.default_rng(22)
    before, after = binary_rows(rng, 3_000, days=31), binary_rows(rng, 2_000, first="2013-02-01", days=28)
    after["score"] **= 1.3
    profiles = watch(store, card_of(reference=REFERENCE), before, after)
    for column, name in (("_score", "score"), ("_actual", "actual")):
        found = drift_of(profiles, ("2013-02-01", "2013-02-28"), column)
        sides = [rows[name].dropna().to_numpy() for rows in (before, after)]
        assert found["psi"] == pytest.approx(psi_of(shares_of_deciles(*sides)), rel=1e-9, abs=1e-12)
        assert found["ks"] == pytest.approx(stats.ks_2samp(*sides).statistic, abs=0.005)


@pytest.mark.parametrize("column", ["x", "_score", "colour"])
def test_a_window_has_not_drifted_from_itself(store, column):
    rows = binary_rows(np.random.default_rng(23), 2_000, days=31)
    card = card_of(features={"x": "numeric", "colour": "categorical"}, reference=REFERENCE)
    found = drift_of(watch(store, card, rows), REFERENCE, column)
    assert all(value == pytest.approx(0, abs=1e-9) or math.isnan(value) for value in found.values())
    assert math.isnan(found["ks"]) == (column == "colour")


def test_another_window_as_reference(store):
    """Its deciles are those of the nearest bins, so that PSI is near, not exact; where few values are, it is exact."""
    rng = np.random.default_rng(24)
    rows = binary_rows(rng, 12_000, days=90).assign(count=rng.poisson(4, 12_000).astype(float))
    rows["x"] += (rows["at"].dt.month == 3) * 0.2
    profiles = watch(store, card_of(features={"x": "numeric", "count": "numeric"}, reference=REFERENCE), rows)
    months = {month: rows[rows["at"].dt.month == month] for month in (2, 3)}
    windows = {2: between(profiles, "2013-02-01", "2013-02-28"), 3: between(profiles, "2013-03-01", "2013-03-31")}
    for column, within in (("x", 0.03), ("count", 1e-9)):
        sides = [distribution(windows[month], profiles.layout, column) for month in (2, 3)]
        raw = [months[month][column].to_numpy() for month in (2, 3)]
        known = [side[~np.isnan(side)] for side in raw]
        expected = psi_of(shares_of_deciles(*raw))
        assert METHODS.get("psi").compute(*sides) == pytest.approx(expected, rel=within, abs=1e-12)
        assert METHODS.get("ks").compute(*sides) == pytest.approx(stats.ks_2samp(*known).statistic, abs=0.005)
        moved = stats.wasserstein_distance(*known) / known[0].std()
        assert METHODS.get("wasserstein").compute(*sides) == pytest.approx(moved, rel=0.02)
