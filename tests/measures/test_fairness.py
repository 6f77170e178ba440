"""Groups beside everybody else: figures by fairlearn, gaps that are found, gaps that are not there, and proxies."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fair
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_predict

from dashboard.measures.fairness.groups import group_figures
from dashboard.measures.fairness.reference_bias import proxies, represented, telling_apart
from dashboard.measures.judging.fairness import fairness_status, judge_gaps, latest_periods, profiles_of_groups
from dashboard.profiles import units
from dashboard.profiles.layout import layout_from_text
from dashboard.profiles.reference import layout_basis
from dashboard.profiles.windows import Profiles
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.store.engine.database import Store
from tests.profiles.watched import REGRESSION, binary_rows, card_of, watch

THRESHOLDS = load_thresholds()


def with_sex(rng: np.random.Generator, rows: int, missing: float = 0.1, months: int = 1) -> pd.DataFrame:
    frame = binary_rows(rng, rows, missing=missing, days=28 * months)
    return frame.assign(sex=rng.choice(["f", "m", "x"], rows, p=[0.5, 0.4, 0.1]))


def opened(store: Store, frame: pd.DataFrame, **more: object) -> tuple[Profiles, ModelCard]:
    card = card_of(protected=["sex"], threshold=0.4, **more)
    return watch(store, card, frame), card


def test_figures_of_groups_are_those_of_fairlearn(store: Store) -> None:
    frame = with_sex(np.random.default_rng(1), 4_000)
    profiles, _ = opened(store, frame)
    known = frame[frame["actual"].notna()]
    chosen = (known["score"] >= 0.4).astype(int)
    by_group = fair.MetricFrame(
        metrics={
            "true_positive_rate": fair.true_positive_rate,
            "false_positive_rate": fair.false_positive_rate,
            "precision": metrics.precision_score,
        },
        y_true=known["actual"].astype(int),
        y_pred=chosen,
        sensitive_features=known["sex"],
    ).by_group
    found = {
        one.group: one
        for one in group_figures(profiles.read(("outcomes",), None, None, ("sex", None)), "sex", profiles.layout)
    }
    assert set(found) == {"f", "m", "x"}
    for group, one in found.items():
        for name in by_group.columns:
            assert one.own[name].value == pytest.approx(by_group.loc[group, name], abs=1e-12), (group, name)
        own, rows = known[known["sex"] == group], frame[frame["sex"] == group]
        assert one.own["selection_rate"].value == pytest.approx(
            fair.selection_rate(rows["score"], rows["score"] >= 0.4)
        )
        assert one.own["base_rate"].value == pytest.approx(own["actual"].mean())
        assert one.own["calibration_gap"].value == pytest.approx(own["score"].mean() - own["actual"].mean(), abs=1e-6)
        assert (one.predictions, one.labelled) == (len(rows), len(own))
        rest = known[known["sex"] != group]
        others = metrics.recall_score(rest["actual"].astype(int), rest["score"] >= 0.4)
        assert one.others["true_positive_rate"].value == pytest.approx(others, abs=1e-12)
        assert one.own["selection_rate"].low < one.own["selection_rate"].value < one.own["selection_rate"].high


def test_figures_of_regression(store: Store) -> None:
    rng = np.random.default_rng(2)
    frame = with_sex(rng, 3_000, missing=0).assign(score=lambda f: 100 * f["score"])
    frame["actual"] = frame["score"] * np.where(frame["sex"] == "x", 0.8, 1.0) + rng.normal(0, 3, len(frame))
    card = card_of(REGRESSION, protected=["sex"])
    profiles = watch(store, card, frame)
    found = {
        one.group: one
        for one in group_figures(profiles.read(("outcomes",), None, None, ("sex", None)), "sex", profiles.layout)
    }
    own = frame[frame["sex"] == "x"]
    error = own["score"] - own["actual"]
    assert found["x"].own["bias"].value == pytest.approx(error.mean(), rel=1e-6)
    assert found["x"].own["mae"].value == pytest.approx(error.abs().mean(), rel=1e-6)
    assert found["x"].own["bias_relative"].value == pytest.approx(error.mean() / own["actual"].mean(), rel=1e-6)
    judged = {(one.groups.group, one.metric): one for one in judge_gaps(
        {"sex": profiles.read(("outcomes",), None, None, ("sex", None))}, profiles, THRESHOLDS.fairness
    )}  # fmt: skip
    assert judged["x", "bias_relative"].verdict.status == "alert"
    assert judged["x", "bias"].verdict == judged["x", "bias_relative"].verdict
    assert judged["f", "bias_relative"].verdict.status in ("ok", "unknown")


def test_a_gap_beyond_limit_and_chance_alerts_and_small_groups_are_unknown(store: Store) -> None:
    rng = np.random.default_rng(3)
    frame = with_sex(rng, 6_000, missing=0, months=3)
    frame.loc[frame["sex"] == "m", "score"] = frame["score"] * 0.45
    frame.loc[frame.index[:20], "sex"] = "few"
    profiles, card = opened(store, frame)
    periods = latest_periods(profiles, card, THRESHOLDS)
    judged = {
        (one.groups.group, one.metric): one
        for one in judge_gaps(profiles_of_groups(profiles, card, periods), profiles, THRESHOLDS.fairness)
    }
    assert judged["m", "true_positive_rate"].verdict.status == "alert"
    assert judged["m", "true_positive_rate"].high < 0
    assert {judged["few", name].verdict.status for name in ("true_positive_rate", "selection_rate")} == {"unknown"}
    assert judged["m", "base_rate"].limit is None
    assert fairness_status(profiles, card, THRESHOLDS).status == "alert"


def test_a_card_without_protected_columns_is_unknown(store: Store) -> None:
    frame = binary_rows(np.random.default_rng(4), 500, days=28)
    card = card_of()
    verdict = fairness_status(watch(store, card, frame), card, THRESHOLDS)
    assert verdict.status == "unknown"
    assert "protected" in verdict.reason.message


@pytest.mark.parametrize("seed", range(6))
def test_groups_that_are_treated_alike_raise_no_alarm(store: Store, seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    frame = with_sex(rng, 1_500, missing=0, months=3).assign(sex=rng.choice(list("abcdefgh"), 1_500))
    profiles, card = opened(store, frame)
    verdict = fairness_status(profiles, card, THRESHOLDS)
    assert verdict.status in ("ok", "unknown"), verdict.reason.render("en")


def test_who_is_in_the_reference_and_what_happened_to_them(store: Store) -> None:
    frame = with_sex(np.random.default_rng(5), 3_000)
    frame.loc[frame.index[:40], "sex"] = None
    profiles, _ = opened(store, frame, reference=("2013-01-01", "2013-01-31"))
    found = {
        one.group: one for one in represented(profiles.reference(("outcomes",), ("sex", None)), "sex", profiles.layout)
    }
    for group in ("f", "m", "x"):
        own = frame[frame["sex"] == group]
        assert found[group].rows == len(own)
        assert found[group].share == pytest.approx(len(own) / len(frame))
        assert found[group].low < found[group].share < found[group].high
        assert found[group].outcome.value == pytest.approx(own["actual"].mean())
    assert sum(one.rows for one in found.values()) == len(frame)
    assert found["(missing)"].rows == 40


def test_a_feature_that_knows_the_group_is_found_and_noise_is_not(store: Store) -> None:
    rng = np.random.default_rng(6)
    frame = with_sex(rng, 3_000)
    frame["x"] = np.where(frame["sex"] == "m", 2.0, 0.0) + rng.normal(0, 1, len(frame))
    frame["colour"] = np.where((frame["sex"] == "f") & (rng.random(len(frame)) < 0.7), "red", "blue")
    frame["noise"] = rng.normal(0, 1, len(frame))
    features = {"x": "numeric", "colour": "categorical", "noise": "numeric"}
    profiles, _ = opened(store, frame, reference=("2013-01-01", "2013-01-31"), features=features)
    found = {
        (one.group, one.feature): one
        for one in proxies(profiles.reference(("features",), ("sex", None)), "sex", profiles.layout)
    }
    is_m = (frame["sex"] == "m").astype(int)
    assert found["m", "x"].area == pytest.approx(metrics.roc_auc_score(is_m, frame["x"]), abs=0.02)
    assert found["f", "colour"].area == pytest.approx(
        metrics.roc_auc_score((frame["sex"] == "f").astype(int), frame["colour"] == "red"), abs=0.01
    )
    assert all(abs(found[group, "noise"].area - 0.5) < 0.06 for group in ("f", "m", "x"))
    forest = RandomForestClassifier(40, min_samples_leaf=40, random_state=0)
    by_forest = cross_val_predict(forest, frame[["x"]], is_m, method="predict_proba")[:, 1]
    assert found["m", "x"].area == pytest.approx(metrics.roc_auc_score(is_m, by_forest), abs=0.03)


def test_noise_in_many_bins_tells_no_group_apart() -> None:
    rng = np.random.default_rng(7)
    own, others = rng.multinomial(300, np.full(100, 0.01)), rng.multinomial(700, np.full(100, 0.01))
    assert telling_apart(own.astype(float), others.astype(float)) < 0.55
    assert math.isnan(telling_apart(np.array([1.0, 0.0]), np.array([3.0, 4.0])))


def test_scores_of_a_period_are_unpacked_once_for_all_groups_they_are_compared_with(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles, card = opened(store, with_sex(np.random.default_rng(9), 2_000))
    read = profiles_of_groups(profiles, card, latest_periods(profiles, card, THRESHOLDS))
    unpacked: list[int] = []
    original = units.points_of
    monkeypatch.setattr(units, "points_of", lambda arrays: unpacked.append(id(arrays)) or original(arrays))
    assert len(list(group_figures(read["sex"], "sex", profiles.layout))) == 3
    assert len(unpacked) == len(set(unpacked)) == len(read["sex"])


def with_pairs(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    frame = with_sex(rng, rows, missing=0, months=3)
    return frame.assign(sex=rng.choice(["f", "m"], rows), age=rng.choice(["old", "young"], rows, p=[0.3, 0.7]))


PAIRED = {"protected": ["sex", "age"], "protected_together": [["sex", "age"]], "threshold": 0.4}


def test_two_attributes_together_are_groups_with_the_figures_of_fairlearn(store: Store) -> None:
    frame = with_pairs(np.random.default_rng(11), 4_000)
    frame.loc[frame.index[:50], "age"] = None
    card = card_of(**PAIRED)
    profiles = watch(store, card, frame)
    read = profiles.read(("outcomes",), None, None, ("sex × age", None))
    found = {one.group: one for one in group_figures(read, "sex × age", profiles.layout)}
    known = frame[frame["age"].notna()]
    by_group = fair.MetricFrame(
        metrics={"true_positive_rate": fair.true_positive_rate, "selection_rate": fair.selection_rate},
        y_true=known["actual"].astype(int), y_pred=(known["score"] >= 0.4).astype(int),
        sensitive_features=known[["sex", "age"]],
    ).by_group  # fmt: skip
    assert set(found) == {f"{sex} × {age}" for sex, age in by_group.index}
    for (sex, age), row in by_group.iterrows():
        own = found[f"{sex} × {age}"]
        assert own.own["true_positive_rate"].value == pytest.approx(row["true_positive_rate"], abs=1e-12)
        assert own.own["selection_rate"].value == pytest.approx(row["selection_rate"], abs=1e-12)
        assert own.predictions == ((known["sex"] == sex) & (known["age"] == age)).sum()
        # Everybody else are also those whose age is not known.
        assert own.predictions + own.other_predictions == len(frame)


def test_a_group_that_only_two_attributes_show_is_found_and_a_small_one_is_too_few_to_say(store: Store) -> None:
    rng = np.random.default_rng(12)
    frame = with_pairs(rng, 6_000).assign(age=lambda rows: rng.choice(["old", "young"], len(rows)))
    # Each attribute alone hides it: old women and young men are scored low, the others are not.
    low = (frame["sex"] == "f") == (frame["age"] == "old")
    frame.loc[low, "score"] = frame["score"] * 0.2
    frame.loc[frame.index[:12], ["sex", "age"]] = ["f", "oldest"]
    card = card_of(**PAIRED)
    profiles = watch(store, card, frame)
    periods = latest_periods(profiles, card, THRESHOLDS)
    by_column = profiles_of_groups(profiles, card, periods)
    judged = {(one.groups.column, one.groups.group, one.metric): one for one in judge_gaps(
        by_column, profiles, THRESHOLDS.fairness
    )}  # fmt: skip
    worst = judged["sex × age", "f × old", "true_positive_rate"]
    assert (worst.verdict.status, worst.high < 0) == ("alert", True)
    hidden = [judged[column, group, "true_positive_rate"] for column, group in (("sex", "f"), ("age", "old"))]
    assert "alert" not in {one.verdict.status for one in hidden}
    few = judged["sex × age", "f × oldest", "selection_rate"].verdict
    assert few.status == "unknown"
    assert "Too few cases" in few.reason.render("en")
    # Corrected together: with more comparisons fewer gaps are certain, never more.
    alone = {(one.groups.column, one.groups.group, one.metric): one for one in judge_gaps(
        {column: by_column[column] for column in ("sex", "age")}, profiles, THRESHOLDS.fairness
    )}  # fmt: skip
    certain_alone = {key for key, one in alone.items() if one.verdict.status == "alert"}
    assert {key for key in alone if judged[key].verdict.status == "alert"} <= certain_alone


def test_pairs_are_counted_anew_once_and_leave_other_models_as_they_are(store: Store) -> None:
    plain, paired = card_of(protected=["sex", "age"]), card_of(**PAIRED)
    assert layout_basis(plain, ["f"]) == layout_basis(card_of(protected=["sex", "age"], protected_together=[]), ["f"])
    assert layout_basis(plain, ["f"]) != layout_basis(paired, ["f"])
    layout = watch(store, paired, with_pairs(np.random.default_rng(1), 300)).layout
    assert layout_from_text("kept", "watched", layout.to_text()).segments == layout.segments
    with pytest.raises(ValueError, match="two protected columns, each pair once"):
        card_of(protected=["sex"], protected_together=[["sex", "region"]])
    with pytest.raises(ValueError, match="each pair once"):
        card_of(protected=["sex", "age"], protected_together=[["sex", "age"], ["age", "sex"]])
