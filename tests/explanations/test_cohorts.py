"""Importance in windows and segments, dependence, interactions and cohorts, against shap on the same cases."""

import numpy as np
import pandas as pd
import pytest
import shap

from dashboard.access.principal import operator
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError
from dashboard.explanations.cohorts.dependence import dependence
from dashboard.explanations.cohorts.sample import Cohort, ExplainedSample, explain_sample
from dashboard.store.artifacts import keep_artifact
from dashboard.store.log.ingest import ingest_predictions
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.explanations.material import CATEGORICAL, KINDS, NUMERIC, card, scored, stored_model

OWNERS = CATEGORICAL + NUMERIC


@pytest.fixture(scope="module")
def logged(boosting, worker, tmp_path_factory):
    """A monitored model whose cases have a segment that is no feature."""
    from dashboard.store.engine.database import open_store

    folder = tmp_path_factory.mktemp("cohorts")
    store = open_store(folder / "home")
    path, digest = stored_model(boosting, folder)
    keep_artifact(store.home, path, digest)
    plain = card(artifact="model.skops", artifact_sha256=digest)
    described = plain.model_copy(update={"data": plain.data.model_copy(update={"segments": ["country", "channel"]})})
    (folder / "card.yaml").write_text(described.model_dump_json(by_alias=True, exclude_none=True), encoding="utf-8")
    run_action(store, "register", Files(files=(folder / "card.yaml",)), operator("test"))
    rows = scored(boosting, 240).assign(channel=["web", "desk"] * 120)
    rows.to_csv(folder / "log.csv", index=False)
    ingest_predictions(store, described, [folder / "log.csv"], "tester")
    run_action(store, "monitor", Models(), operator("test"))
    yield store, described, rows
    store.close()


@pytest.fixture(autouse=True)
def warm(worker, monkeypatch):
    for module in ("cohorts.sample", "cases.explaining"):
        monkeypatch.setattr(f"dashboard.explanations.{module}.warm_worker", lambda: worker)
    monkeypatch.setattr("dashboard.views.contributions.warm_worker", lambda: worker)


def shares(boosting, rows):
    values = shap.TreeExplainer(boosting[-1]).shap_values(boosting[:-1].transform(rows[list(KINDS)]))
    amounts = dict(zip(OWNERS, np.abs(values).mean(axis=0), strict=True))
    return {name: amount / sum(amounts.values()) for name, amount in amounts.items()}


def shown(logged, view, **asked):
    return run_view(logged[0], view, Query(model="lateness", **asked), operator("test"))


def test_importance_of_a_segment_equals_shap_on_its_cases(logged, boosting):
    rows = logged[2]
    for column, value in (("channel", "web"), ("country", "DE")):
        frame = shown(logged, "importance", segment=(column, value))
        expected = shares(boosting, rows[rows[column] == value])
        assert dict(zip(frame["feature"], frame["importance"], strict=True)) == pytest.approx(expected, rel=1e-6)
        assert set(frame["rows"]) == {int((rows[column] == value).sum())}
        assert set(frame["method"]) == {"shap"}
        assert frame["importance"].is_monotonic_decreasing


def test_importance_of_days_equals_shap_on_their_cases(logged, boosting):
    rows = logged[2]
    days = pd.to_datetime(rows["at"]).dt.tz_convert("Europe/Zurich").dt.date
    first, last = pd.Timestamp("2026-01-03").date(), pd.Timestamp("2026-01-04").date()
    frame = shown(logged, "importance", start=first, end=last)
    chosen = rows[(days >= first) & (days <= last)]
    expected = shares(boosting, chosen)
    assert dict(zip(frame["feature"], frame["importance"], strict=True)) == pytest.approx(expected, rel=1e-6)
    assert set(frame["rows"]) == {48}


def test_importance_of_all_is_what_monitor_kept(logged):
    frame = shown(logged, "importance")
    assert frame["importance"].sum() == pytest.approx(1)
    assert set(frame["method"]) == {"shap"}
    assert set(frame["rows"]) == {239}
    assert (frame["low"] < frame["importance"]).all()
    assert (frame["importance"] < frame["high"]).all()
    segment = shown(logged, "importance", segment=("country", "DE")).set_index("feature").loc["age"]
    assert segment["high"] - segment["low"] > (frame["high"] - frame["low"])[frame["feature"] == "age"].item()


def test_what_is_not_there_is_unknown(logged):
    frame = shown(logged, "importance", segment=("channel", "post"))
    assert frame["importance"].isna().all()
    assert set(frame["method"]) == {"unknown"}
    for view in ("dependence", "interactions", "cohort"):
        frame = shown(logged, view, segment=("channel", "post"))
        assert len(frame) == 1
        assert "no such predictions" in frame["reason"][0]
    assert "name them: --segment" in shown(logged, "cohort")["reason"][0]
    with pytest.raises(InputRefusedError, match="the card's features are age"):
        shown(logged, "dependence", feature="weight")


def test_cohort_against_the_rest(logged, boosting):
    rows = logged[2]
    frame = shown(logged, "cohort", segment=("country", "CH")).set_index("feature")
    assert dict(frame["importance"]) == pytest.approx(shares(boosting, rows[rows["country"] == "CH"]), rel=1e-6)
    assert dict(frame["rest"]) == pytest.approx(shares(boosting, rows[rows["country"] != "CH"]), rel=1e-6)
    assert frame["rows"].iloc[0] + frame["rest_rows"].iloc[0] == 240


def test_dependence_on_numbers_and_categories(logged):
    found = shown(logged, "dependence", feature="age")
    assert found["rows"].sum() == 240
    assert len(found) == 10
    assert found["value"].astype(float).is_monotonic_increasing
    assert (found["low"] <= found["contribution"]).all()
    assert (found["contribution"] <= found["high"]).all()
    assert found["contribution"].iloc[-1] > found["contribution"].iloc[0]
    assert set(shown(logged, "dependence", feature="country")["value"]) == {"CH", "DE", "FR"}
    assert shown(logged, "dependence")["feature"][0] == shown(logged, "importance")["feature"][0]


def test_points_of_a_feature_with_few_values_and_gaps():
    features = pd.DataFrame({"steps": [1.0, 1.0, 2.0, np.nan], "kind": pd.Series(["a", None, "b", "b"], dtype="str")})
    sample = ExplainedSample(features, np.array([[1.0, 5.0], [3.0, 6.0], [4.0, 7.0], [9.0, 9.0]]), 4)
    assert [(point.value, point.contribution, point.rows) for point in dependence(sample, "steps")] == [
        (1.0, 2.0, 2),
        (2.0, 4.0, 1),
        (None, 9.0, 1),
    ]
    assert [(point.value, point.contribution) for point in dependence(sample, "kind")] == [
        ("b", 8.0),
        ("a", 5.0),
        (None, 6.0),
    ]


def test_interactions_equal_shap(logged, boosting):
    frame = shown(logged, "interactions", segment=("channel", "web"))
    drawn = explain_sample(logged[0], logged[1], "1", Cohort(segment=("channel", "web")), 60).features
    theirs = shap.TreeExplainer(boosting[-1]).shap_interaction_values(boosting[:-1].transform(drawn[list(KINDS)]))
    for row in frame.head(4).itertuples():
        one, other = OWNERS.index(row.feature), OWNERS.index(row.other)
        assert row.strength == pytest.approx(np.abs(2 * theirs[:, one, other]).mean(), rel=1e-6)
    assert frame["strength"].is_monotonic_decreasing
    assert set(frame["rows"]) == {60}


def test_two_predictions_side_by_side(logged, boosting):
    frame = shown(logged, "explain-pair", prediction="p3", against="p4").set_index("feature")
    raw = boosting.decision_function(logged[2].iloc[[3, 4]][list(KINDS)])
    assert frame["difference"].sum() == pytest.approx(raw[0] - raw[1])
    assert frame["difference"].iloc[:-1].abs().is_monotonic_decreasing
    assert frame["value"]["country"] == logged[2]["country"][3]
    assert frame["against_value"]["country"] == logged[2]["country"][4]
    with pytest.raises(InputRefusedError, match="name it: --against ID"):
        shown(logged, "explain-pair", prediction="p3")
