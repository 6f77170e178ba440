"""Every classification figure against scikit-learn, from rows that went through the log and the profiles."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from tests.profiles.watched import (
    BINARY,
    CLASSES,
    binary_rows,
    card_of,
    figures,
    labels_of_period,
    random_instants,
    watch,
)

FEATURES = {"x": "numeric", "colour": "categorical"}


def binary_by_sklearn(rows: pd.DataFrame, threshold: float) -> dict[str, float]:
    """The figures of labelled rows; NaN where they are not defined."""
    actual, score = rows["actual"].to_numpy(), rows["score"].to_numpy()
    chosen = (score >= threshold).astype(float)
    both = len(set(actual)) == 2
    return {
        "roc_auc": metrics.roc_auc_score(actual, score) if both else math.nan,
        "accuracy": metrics.accuracy_score(actual, chosen),
        "precision": metrics.precision_score(actual, chosen) if chosen.any() else math.nan,
        "recall": metrics.recall_score(actual, chosen) if actual.any() else math.nan,
        "f1": metrics.f1_score(actual, chosen) if chosen.any() or actual.any() else math.nan,
        "brier_score": metrics.brier_score_loss(actual, score, pos_label=1),
        "log_loss": metrics.log_loss(actual, score, labels=[0, 1]),
        "mean_prediction": score.mean(),
        "base_rate": actual.mean(),
        "bias": (score - actual).mean(),
    }


def assert_agree(found: dict[str, float], expected: dict[str, float]) -> None:
    assert set(found) == set(expected)
    for name, value in expected.items():
        if name == "roc_auc":
            assert found[name] == pytest.approx(value, abs=0.001, nan_ok=True), name
        else:
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True), name


@pytest.mark.parametrize("by", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_binary_figures_of_every_period(store, zone, by):
    rng = np.random.default_rng(1)
    rows = binary_rows(rng, 6_000, first="2012-12-20", days=100, zone=zone)
    card = card_of(features=FEATURES, time_zone=zone, threshold=0.35, reference=("2012-12-20", "2013-01-20"))
    found = figures(watch(store, card, rows), by)
    labelled = rows[rows["actual"].notna()]
    periods = labels_of_period(labelled["at"], zone, by)
    assert set(found) == set(labels_of_period(rows["at"], zone, by))
    for period, group in labelled.groupby(periods):
        assert_agree(found[str(period)], binary_by_sklearn(group, 0.35))


@pytest.mark.parametrize("threshold", [0.0, 0.01, 0.07, 0.29, 0.35, 0.5, 0.57, 0.58, 0.7, 0.99, 1.0])
@pytest.mark.parametrize("cluster", [None, "colour"])
def test_binary_figures_at_any_hundredth(store, threshold, cluster):
    rows = binary_rows(np.random.default_rng(2), 4_000, days=31)
    card = card_of(features=FEATURES, cluster=cluster, reference=("2013-01-01", "2013-01-05"))
    found = figures(watch(store, card, rows), "month", threshold)["2013-01"]
    assert_agree(found, binary_by_sklearn(rows[rows["actual"].notna()], threshold))


def test_scores_at_the_threshold_of_the_card_count_as_positive(store):
    rows = binary_rows(np.random.default_rng(3), 500, days=28)
    rows.loc[:200, "score"] = 0.3333
    found = figures(watch(store, card_of(threshold=0.3333), rows), "month")["2013-01"]
    assert_agree(found, binary_by_sklearn(rows[rows["actual"].notna()], 0.3333))


def test_months_of_one_class_and_of_no_label(store):
    rows = binary_rows(np.random.default_rng(4), 3_000, missing=0, days=150)
    month = rows["at"].dt.month
    rows.loc[month == 2, "actual"] = 0.0
    rows.loc[month == 3, "actual"] = 1.0
    rows.loc[month == 4, "actual"] = np.nan
    rows.loc[month == 5, "score"] = 0.2
    found = figures(watch(store, card_of(), rows), "month")
    for period in ("2013-01", "2013-02", "2013-03", "2013-05"):
        assert_agree(found[period], binary_by_sklearn(rows[month == int(period[-2:])], 0.5))
    assert math.isnan(found["2013-02"]["roc_auc"])
    assert math.isnan(found["2013-02"]["recall"])
    assert math.isnan(found["2013-05"]["precision"])
    assert found["2013-05"]["roc_auc"] == 0.5
    assert all(math.isnan(value) for value in found["2013-04"].values())


@pytest.mark.parametrize(
    ("name", "scores"),
    [
        ("saturated", lambda rng, n: 1 - 10.0 ** -rng.uniform(1, 14, n)),
        ("tiny", lambda rng, n: 10.0 ** -rng.uniform(1, 14, n)),
        ("ends", lambda rng, n: rng.choice([0.0, 1.0, 0.5], n)),
        ("close", lambda rng, n: 0.4 + rng.random(n) * 1e-9),
    ],
)
@pytest.mark.parametrize("rows", [300, 5_000])
def test_binary_figures_of_strange_scores(store, name, scores, rows):
    rng = np.random.default_rng(5)
    frame = binary_rows(rng, rows, days=2)
    frame["score"] = scores(rng, rows)
    rank = frame["score"].rank(pct=True)
    frame["actual"] = (rng.random(rows) < 0.1 + 0.7 * rank).astype(float)
    found = figures(watch(store, card_of(threshold=0.5), frame), "month")["2013-01"]
    assert_agree(found, binary_by_sklearn(frame, 0.5))


def test_ranking_stays_exact_where_scores_left_the_reference(store):
    rng = np.random.default_rng(6)
    before, after = binary_rows(rng, 3_000, days=10), binary_rows(rng, 3_000, first="2013-02-01", days=2)
    before["score"] = before["score"] * 0.1
    after["score"] = 0.5 + 0.2 * after["score"]
    after["actual"] = (rng.random(3_000) < 0.1 + 4 * (after["score"] - 0.5)).astype(float)
    card = card_of(reference=("2013-01-01", "2013-01-20"))
    found = figures(watch(store, card, before, after), "day")
    for day, group in after.groupby(labels_of_period(after["at"], "UTC", "day")):
        assert_agree(found[str(day)], binary_by_sklearn(group, 0.5))


def class_rows(rng: np.random.Generator, rows: int, classes: list[str], **when: object) -> pd.DataFrame:
    actual = rng.choice(classes, rows)
    score = np.where(rng.random(rows) < 0.6, actual, rng.choice(classes, rows))
    frame = binary_rows(rng, rows, **when)
    return frame.assign(score=score, actual=np.where(rng.random(rows) < 0.1, None, actual))


@pytest.mark.parametrize(
    "later", [["a", "b", "c"], ["a", "b"], ["a", "b", "c", "new"], ["a", "new", "newer", "newest"]]
)
def test_figures_of_several_classes(store, later):
    rng = np.random.default_rng(7)
    before = class_rows(rng, 800, ["a", "b", "c"], days=20)
    after = class_rows(rng, 800, later, first="2013-02-01", days=20)
    card = card_of(CLASSES, FEATURES, reference=("2013-01-01", "2013-01-31"), cluster="colour")
    found = figures(watch(store, card, before, after), "month")
    for period, rows in (("2013-01", before), ("2013-02", after)):
        known = rows[rows["actual"].notna()]
        actual, score = known["actual"].astype(str), known["score"].astype(str)
        macro = {"average": "macro", "zero_division": 0}
        expected = {
            "accuracy": metrics.accuracy_score(actual, score),
            "precision": metrics.precision_score(actual, score, **macro),
            "recall": metrics.recall_score(actual, score, **macro),
            "f1": metrics.f1_score(actual, score, **macro),
        }
        assert found[period] == pytest.approx(expected, rel=1e-9), period


def test_versions_and_segments_are_counted_apart(store):
    rng = np.random.default_rng(8)
    rows = binary_rows(rng, 4_000, days=20).assign(
        model_version=rng.choice(["1", "2"], 4_000), size=rng.choice([1.0, 2.5, 1234567.0], 4_000)
    )
    features = {**FEATURES, "size": "numeric"}
    card = card_of(
        BINARY, features, ("1", "2"), segments=["colour", "size", "x"], reference=("2013-01-01", "2013-01-09")
    )
    profiles = watch(store, card, rows)
    known = rows[rows["actual"].notna()]
    for version in ("1", "2"):
        found = figures(profiles, "month", version=version)["2013-01"]
        assert_agree(found, binary_by_sklearn(known[known["model_version"] == version], 0.5))
    for column, value, name in [
        ("colour", "red", "red"), ("colour", None, "(missing)"), ("size", 2.5, "2.5"), ("size", 1234567.0, "1234567"),
    ]:  # fmt: skip
        found = figures(profiles, "month", segment=(column, name))["2013-01"]
        own = known[known[column].isna()] if value is None else known[known[column] == value]
        assert_agree(found, binary_by_sklearn(own, 0.5))
    reference = rows[labels_of_period(rows["at"], "UTC", "day") <= "2013-01-09"]["x"].dropna()
    edges = np.quantile(reference, [0.25, 0.5, 0.75])
    ranges = {p.segment_value for p in profiles.read((), segment=("x", None))}
    assert len(ranges) == 5
    name = next(value for value in ranges if value.startswith(f"{reference.min():g}"))
    found = figures(profiles, "month", segment=("x", name))["2013-01"]
    assert_agree(found, binary_by_sklearn(known[known["x"] <= edges[0]], 0.5))


def test_random_instants_repeat():
    assert random_instants(np.random.default_rng(0), 6_000).duplicated().any()
