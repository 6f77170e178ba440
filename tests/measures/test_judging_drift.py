"""Verdicts on drift: level and chance, many features together, score and labels, rows on both sides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.measures.judging.drift.comparison import ColumnDrift
from dashboard.measures.judging.drift.status import drift_status, model_verdict, weighed_drift
from dashboard.measures.judging.verdict import Verdict
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.words import Sentence
from tests.profiles.watched import binary_rows, card_of, watch

THRESHOLDS = load_thresholds()
REFERENCE = ("2013-01-01", "2013-01-31")


def log_of(rng, then: int, now: int, columns: dict[str, tuple]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of January and February: each column has its values of either."""
    first = binary_rows(rng, then, days=31)
    second = binary_rows(rng, now, first="2013-02-01", days=28)
    return first.assign(**{n: v[0] for n, v in columns.items()}), second.assign(**{n: v[1] for n, v in columns.items()})


def verdict_of(store, rng, then: int, now: int, columns: dict[str, tuple], importance=None, kinds=None) -> Verdict:
    features = kinds or dict.fromkeys(columns, "numeric")
    profiles = watch(store, card_of(features=features, reference=REFERENCE), *log_of(rng, then, now, columns))
    return drift_status(profiles, profiles.card, THRESHOLDS, importance or {})


def normal(rng, then: int, now: int, moved: float = 0.0) -> tuple:
    return rng.normal(size=then), rng.normal(moved, 1, now)


@pytest.mark.parametrize("rows", [(60, 20), (300, 100), (900, 300)], ids=str)
def test_unmoved_data_is_no_drift(store, rows):
    rng = np.random.default_rng([11, rows[0]])
    columns = {f"x{number}": normal(rng, *rows) for number in range(5)}
    codes = [np.char.mod("c%d", rng.integers(0, 200, size)) for size in rows]
    columns["code"] = tuple(codes)
    kinds = {**dict.fromkeys(columns, "numeric"), "code": "categorical"}
    found = verdict_of(store, rng, *rows, columns, dict.fromkeys(columns, 1 / 6), kinds)
    assert found.status in ("ok", "unknown")


def test_half_a_deviation_is_seen_in_three_hundred_rows(store):
    rng = np.random.default_rng(1)
    found = verdict_of(store, rng, 900, 300, {"x": normal(rng, 900, 300, 0.6)}, {"x": 1.0})
    assert found.status in ("warn", "alert")
    assert found.reason.values["rows"] == 300
    assert found.reason.values["reference_rows"] == 900
    assert "900 from 2013-01-01 to 2013-01-31" in found.reason.render()


def test_few_rows_say_what_they_would_have_seen(store):
    rng = np.random.default_rng(2)
    found = verdict_of(store, rng, 400, 30, {"x": normal(rng, 400, 30)}, {"x": 1.0})
    assert found.status == "unknown"
    assert found.reason.values["seen"] > THRESHOLDS.drift.psi.alert


@pytest.mark.parametrize(("then", "now"), [(5, 2_000), (2_000, 5)])
def test_both_sides_need_rows(store, then, now):
    rng = np.random.default_rng(3)
    assert verdict_of(store, rng, then, now, {"x": normal(rng, then, now, 3)}, {"x": 1.0}).status == "unknown"


@pytest.mark.parametrize(
    ("moved", "weights", "status"),
    [
        (25, 0.04, "alert"),
        (7, 0.04, "alert"),
        (3, 0.04, "warn"),
        (1, 0.04, "ok"),
        (1, 0.0499999999, "alert"),
        (1, 0.05, "alert"),
        (25, None, "alert"),
        (2, None, "warn"),
    ],
)
def test_features_count_together(store, moved, weights, status):
    rng = np.random.default_rng(5)
    names = [f"x{number:02d}" for number in range(25)]
    columns = {name: normal(rng, 1_000, 500, 3 if place < moved else 0) for place, name in enumerate(names)}
    importance = {} if weights is None else dict.fromkeys(names, weights)
    assert verdict_of(store, rng, 1_000, 500, columns, importance).status == status


@pytest.mark.parametrize(
    ("kept", "moved", "period", "status"),
    [(25, 0.0, "2013-02", "ok"), (25, 6.0, "2013-03", "alert"), (600, 0.0, "2013-03", "ok")],
)
def test_a_month_that_has_hardly_begun_does_not_hide_the_one_before(store, kept, moved, period, status):
    rng = np.random.default_rng(6)
    first, second = log_of(rng, 1_000, 600, {"x": normal(rng, 1_000, 600)})
    third = binary_rows(rng, kept, first="2013-03-01", days=2 if kept < 100 else 28)
    third = third.assign(x=rng.normal(moved, 1, kept))
    profiles = watch(store, card_of(reference=REFERENCE), first, second, third)
    found = drift_status(profiles, profiles.card, THRESHOLDS, {"x": 1.0})
    assert (found.reason.values["period"], found.status) == (period, status)


def test_a_score_that_drifts_alone_is_named(store):
    rng = np.random.default_rng(7)
    first, second = log_of(rng, 2_000, 1_000, {"x": normal(rng, 2_000, 1_000)})
    profiles = watch(store, card_of(reference=REFERENCE), first, second.assign(score=second["score"] ** 3))
    found = drift_status(profiles, profiles.card, THRESHOLDS, {"x": 1.0})
    assert found.status == "alert"
    assert "the score" in found.reason.render()
    stable = Verdict("ok", Sentence("", {"period": "2013-02"}))
    assert weighed_drift(found, stable).status == "warn"
    assert weighed_drift(found, stable).reason.render() != found.reason.render()


@pytest.mark.parametrize(("known", "status"), [(1.0, "alert"), (0.3, "ok")])
def test_labels_that_drift_count_once_they_are_complete(store, known, status):
    rng = np.random.default_rng(8)
    first, second = log_of(rng, 3_000, 2_000, {"x": normal(rng, 3_000, 2_000)})
    moved = np.where(rng.random(2_000) < known, (rng.random(2_000) < 0.8).astype(float), np.nan)
    profiles = watch(store, card_of(reference=REFERENCE), first.assign(actual=first["actual"].fillna(0)),
                     second.assign(actual=moved))  # fmt: skip
    assert drift_status(profiles, profiles.card, THRESHOLDS, {"x": 1.0}).status == status


def test_neither_order_nor_names_of_categories_matter(store, tmp_path):
    from dashboard.store.engine.database import open_store

    rng = np.random.default_rng(9)
    first, second = (
        rng.choice(list("abcdef"), size, p=p) for size, p in ((2_000, None), (900, [0.3, 0.2, 0.2, 0.1, 0.1, 0.1]))
    )
    plain = verdict_of(
        store, np.random.default_rng(1), 2_000, 900, {"c": (first, second)}, {"c": 1.0}, {"c": "categorical"}
    )
    other = open_store(tmp_path / "other")
    renamed = dict(zip("abcdef", "zyxwvu", strict=True))
    shuffled = tuple(rng.permutation([renamed[value] for value in side]) for side in (first, second))
    again = verdict_of(other, np.random.default_rng(1), 2_000, 900, {"c": shuffled}, {"c": 1.0}, {"c": "categorical"})
    other.close()
    assert again.status == plain.status
    assert again.reason.values["value"] == pytest.approx(plain.reason.values["value"])


def test_where_most_features_cannot_be_judged_nothing_is_said_of_the_model():
    entries = [
        ColumnDrift(name, 0.3, 24, 800, weight, Verdict(status, Sentence(status)))
        for name, status, weight in (("hour", "ok", 0.6), ("temp", "unknown", 0.2), ("wind", "unknown", 0.2))
    ]
    assert model_verdict(entries, THRESHOLDS) == Verdict("unknown", Sentence("unknown"))
    assert model_verdict(entries[:2], THRESHOLDS).status == "ok"


@pytest.mark.parametrize("season", ["", "2012-03"])
@pytest.mark.parametrize("moved", [False, True])
def test_calm_says_how_many_features_cannot_be_judged(season, moved):
    def entry(column, status, importance, **more):
        return ColumnDrift(column, 0.3, 900, 800, importance, Verdict(status, Sentence("x")), **more)

    found = [entry("hour", "ok", 0.6, season=season), entry("temp", "unknown", 0.36), entry("dest", "ok", 0.04)]
    if moved:
        found[2] = entry("dest", "warn", 0.04, moved=True)
    told = model_verdict(found, THRESHOLDS)
    assert told.status == "ok"
    days = {"first": "January", "last": "March"}
    words = Sentence(told.reason.message, {**told.reason.values, **days}).render()
    assert ("1 of 3" if season or moved else "2 of 3 features look like") in words
    assert "cannot be judged" in words
    without = model_verdict([one for one in found if one.column != "temp"], THRESHOLDS)
    assert "judged" not in Sentence(without.reason.message, {**without.reason.values, **days}).render()
