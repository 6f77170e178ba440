"""Ranking and decisions do not depend on the scale of the scores: by period, window, version, segment and unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from dashboard.measures.binary import confusion
from dashboard.measures.outcomes import outcomes_of, outcomes_of_each, units_of
from dashboard.measures.performance import figures_of
from dashboard.measures.registry import measures_of
from dashboard.profiles.windows import Profiles, Window, merged
from tests.profiles.watched import BINARY, binary_rows, card_of, figures, labels_of_period, watch

RAW = Path(__file__).parents[2] / "data" / "demo" / "raw"
# From the scale of version 1 to that of version 2.
SCALES = {
    "a thousandth": lambda score: score * 0.001,
    "of two thousand": lambda score: score / 2000,
    "within one thousandth": lambda score: 0.5 + score * 0.001,
    "within a billionth": lambda score: 0.4 + score * 1e-9,
    "near one": lambda score: 1 - 10.0 ** -(1 + 13 * score),
    "three values": lambda score: np.round(score * 2) / 2,
    "half of them one value": lambda score: np.where(score < np.median(score), 0.1, score / 3),
}


def two_versions(scale: str, rows: int) -> pd.DataFrame:
    """A month of version 1, and one of version 2, which ranks as well on another scale."""
    rng = np.random.default_rng(11)
    parts = []
    for version, first in (("1", "2013-01-01"), ("2", "2013-02-01")):
        frame = binary_rows(rng, rows, missing=0.05, first=first, days=28)
        raw = 1 / (1 + np.exp(0.5 - 1.6 * rng.normal(size=rows)))
        actual = np.where(frame["actual"].isna(), np.nan, rng.random(rows) < raw)
        score = raw if version == "1" else SCALES[scale](raw)
        parts.append(frame.assign(score=score, actual=actual, model_version=version))
    return pd.concat(parts, ignore_index=True)


def by_sklearn(rows: pd.DataFrame) -> float:
    known = rows[rows["actual"].notna()]
    return float(metrics.roc_auc_score(known["actual"], known["score"]))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("cluster", [None, "group"])
def test_ranking_of_a_version_on_another_scale(store, scale, cluster):
    rows = two_versions(scale, 9_000)
    rows["group"] = [f"g{number % 300}" for number in range(len(rows))]
    features = {"x": "numeric", "colour": "categorical"}
    reference = ("2013-01-01", "2013-01-31")
    card = card_of(BINARY, features, ("1", "2"), segments=["colour"], cluster=cluster, reference=reference)
    profiles = watch(store, card, rows)
    for by in ("day", "month", "quarter"):
        found = figures(profiles, by)
        for period, group in rows.groupby(labels_of_period(rows["at"], "UTC", by)):
            assert found[str(period)]["roc_auc"] == pytest.approx(by_sklearn(group), abs=0.001), period
    red = figures(profiles, "month", segment=("colour", "red"))["2013-02"]
    own = rows[(rows["colour"] == "red") & (rows["model_version"] == "2")]
    assert red["roc_auc"] == pytest.approx(by_sklearn(own), abs=0.001)
    window = merged(profiles.read(version="2"), profiles.layout)
    units = units_of(window, profiles.layout)
    figure = figures_of(window, profiles.layout)["roc_auc"]
    known = rows[(rows["model_version"] == "2") & rows["actual"].notna()]
    # Hanley and McNeil's error of independent rows: days and groups are drawn at random here.
    assert (figure.high - figure.low) / 2 == pytest.approx(2.04 * hanley(known), rel=0.5)
    left_out = measures_of(BINARY)["roc_auc"].compute(units.leaving_one_out())
    if cluster is None:
        days = labels_of_period(known["at"], "UTC", "day")
        expected = [by_sklearn(known[days != day]) for day in sorted(set(days))]
        assert left_out == pytest.approx(np.array(expected), abs=0.001)


def hanley(rows: pd.DataFrame) -> float:
    auc, positive = by_sklearn(rows), rows["actual"].sum()
    negative = len(rows) - positive
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (positive - 1) * (first - auc**2) + (negative - 1) * (second - auc**2)
    return float(np.sqrt(spread / positive / negative))


def test_ranking_on_real_cases(store):
    cards = pd.read_parquet(RAW / "card_default_taiwan_2005.parquet")
    late = cards[["PAY_0", "PAY_2", "PAY_3"]].mean(axis=1) - np.log1p(cards["PAY_AMT1"]) / 8
    score = 1 / (1 + np.exp(2 - late))
    rows = binary_rows(np.random.default_rng(12), len(cards), days=60).assign(
        score=np.where(np.arange(len(cards)) < 15_000, score, score * 0.004),
        actual=cards["default-payment-next-month"].astype(float),
    )
    rows["at"] = pd.Timestamp("2013-01-01", tz="UTC") + pd.to_timedelta(np.arange(len(cards)) * 2, unit="min")
    found = figures(watch(store, card_of(reference=("2013-01-01", "2013-01-20")), rows), "day")
    for day, group in rows.groupby(labels_of_period(rows["at"], "UTC", "day")):
        assert found[str(day)]["roc_auc"] == pytest.approx(by_sklearn(group), abs=0.0005)


def recall_by_unit(profiles: Profiles, window: Window, threshold: float) -> np.ndarray:
    tp, _, fn, _ = confusion(units_of(window, profiles.layout, threshold))
    return np.array(sorted(zip(tp.tolist(), fn.tolist(), strict=True)))


@pytest.mark.parametrize("threshold", [0.003, 0.05, 0.35, 0.3333, 0.9, 0.97])
def test_decisions_are_counted_exactly_in_each_unit(store, threshold):
    rows = binary_rows(np.random.default_rng(13), 8_000, missing=0, days=5)
    rows["group"] = [f"g{number % 12}" for number in range(len(rows))]
    profiles = watch(store, card_of(cluster="group", threshold=0.3333), rows)
    window = merged(profiles.read(), profiles.layout)
    chosen = rows["score"] >= threshold
    # Groups of clusters: by hash, so that several clusters may share one.
    whole = confusion(outcomes_of(window, profiles.layout, threshold))
    assert [int(count) for count in whole] == [
        int((chosen & (rows["actual"] == 1)).sum()),
        int((chosen & (rows["actual"] == 0)).sum()),
        int((~chosen & (rows["actual"] == 1)).sum()),
        int((~chosen & (rows["actual"] == 0)).sum()),
    ]
    units = recall_by_unit(profiles, window, threshold)
    assert units.sum(axis=0).tolist() == [int(whole[0]), int(whole[2])]
    single = rows.assign(hit=chosen & (rows["actual"] == 1), lost=~chosen & (rows["actual"] == 1))
    of_groups = single.groupby("group")[["hit", "lost"]].sum().to_numpy()
    assert {tuple(pair) for pair in units.tolist()} & {tuple(pair) for pair in of_groups.tolist()}


def test_a_whole_without_a_group_is_the_others(store):
    rows = binary_rows(np.random.default_rng(14), 6_000, missing=0, days=20)
    card = card_of(features={"x": "numeric", "colour": "categorical"}, segments=["colour"])
    profiles = watch(store, card, rows)
    names = ["red", "green", "blue", "(missing)"]
    parts = [merged(profiles.read(segment=("colour", name)), profiles.layout) for name in names]
    rests = measures_of(BINARY)["roc_auc"].compute(outcomes_of_each(parts, profiles.layout).leaving_one_out())
    colours = rows["colour"].where(rows["colour"].notna(), "(missing)")
    expected = [by_sklearn(rows[colours != name]) for name in names]
    assert rests == pytest.approx(np.array(expected), abs=2e-4)
