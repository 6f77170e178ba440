"""One prediction explained end to end: found by its id, explained by its file or by what was brought, or refused."""

from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
import shap
from sklearn.calibration import CalibratedClassifierCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.registry import run_action
from dashboard.api.warming import load_explaining
from dashboard.errors import InputRefusedError, NotFoundError
from dashboard.explanations.cases import explaining
from dashboard.explanations.cases.ahead import explain_ahead
from dashboard.explanations.cases.case import find_case
from dashboard.explanations.cases.explaining import explain_prediction, explain_rows, score_rows
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.store.artifacts import artifact_path
from dashboard.store.log.ingest import ingest_predictions
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.explanations.material import (
    CATEGORICAL,
    KINDS,
    NUMERIC,
    boosted,
    card,
    known,
    logistic,
    new_cases,
    one_hot,
    scored,
    trained,
)


@pytest.fixture(autouse=True)
def warm(worker, monkeypatch):
    """The tests' one worker in place of that of the process."""
    monkeypatch.setattr("dashboard.explanations.cases.explaining.warm_worker", lambda: worker)
    monkeypatch.setattr("dashboard.explanations.importance.importance.ModelWorker", lambda: nullcontext(worker))


def told(store, prediction, **options):
    return run_view(store, "explain", Query(model="lateness", prediction=prediction, **options), operator("test"))


def test_a_prediction_is_explained_as_shap_explains_it(store, boosting, tmp_path):
    described = known(store, boosting, tmp_path)
    found = explain_prediction(store, described, "p7")
    row = scored(boosting).iloc[[7]][list(KINDS)]
    theirs = shap.TreeExplainer(boosting[-1]).shap_values(boosting[:-1].transform(row))[0]
    expected = dict(zip(CATEGORICAL + NUMERIC, theirs, strict=True))
    assert found.explained.contributions == pytest.approx(expected, rel=1e-6, abs=1e-9)
    raw = boosting.decision_function(row)[0]
    assert found.explained.base + sum(found.explained.contributions.values()) == pytest.approx(raw, rel=1e-9)
    assert (found.method, found.explained.scale) == ("shap", "log_odds")
    frame = told(store, "p7")
    assert list(frame["feature"])[-1] == "(base)"
    amounts = frame["contribution"].abs().to_numpy()[:-1]
    assert (np.diff(amounts) <= 0).all()
    assert frame["contribution"].sum() == pytest.approx(raw)
    assert dict(zip(frame["feature"], frame["value"], strict=True))["country"] == row["country"].iloc[0]
    first = frame.iloc[0]
    assert ("raises" if first["contribution"] > 0 else "lowers") in first["text"]
    assert first["text"].startswith(f"The {first['feature']}")
    german = told(store, "p7", language="de").iloc[0]["text"]
    assert german.startswith(f"Merkmal {first['feature']}")
    assert ("erhöht" if first["contribution"] > 0 else "senkt") in german


def test_lines_are_explained_against_the_mean_of_the_whole_reference(store, tmp_path):
    model = trained(boosted(logistic(), one_hot().set_params(sparse_output=False)))
    described = known(store, model, tmp_path)
    rows = scored(model)
    at = pd.to_datetime(rows["at"]).dt.tz_convert("Europe/Zurich").dt.date
    reference = model[:-1].transform(rows[at <= pd.Timestamp("2026-01-10").date()][list(KINDS)])
    asked = model[:-1].transform(rows.iloc[[9]][list(KINDS)])
    masker = shap.maskers.Independent(reference, max_samples=len(reference))
    theirs = shap.LinearExplainer(model[-1], masker).shap_values(asked)[0]
    owners = ["country"] * 3 + ["grade"] * 3 + NUMERIC
    found = explain_prediction(store, described, "p9").explained
    for name in KINDS:
        mine = sum(value for value, owner in zip(theirs, owners, strict=True) if owner == name)
        assert found.contributions[name] == pytest.approx(mine, rel=1e-6, abs=1e-9)


def test_rows_that_never_were_are_scored_and_explained(store, boosting, tmp_path):
    described = known(store, boosting, tmp_path)
    rows = new_cases()
    rows.loc[0, "age"] = None
    scores = score_rows(store, described, "1", rows)
    np.testing.assert_allclose(scores.scores, boosting.predict_proba(rows)[:, 1], rtol=1e-12)
    found = explain_rows(store, described, "1", rows.head(5))
    raw = [one.base + sum(one.contributions.values()) for one in found]
    np.testing.assert_allclose(raw, boosting.decision_function(rows.head(5)), rtol=1e-9)
    assert [one.score for one in found] == pytest.approx(scores.scores[:5])


def test_who_is_scored_first_class_is_explained_for_it(store, boosting, tmp_path):
    rows = scored(boosting)
    rows["score"] = 1 - rows["score"]
    described = known(store, boosting, tmp_path, rows)
    found = explain_prediction(store, described, "p3").explained
    assert found.raw == pytest.approx(-boosting.decision_function(rows.iloc[[3]][list(KINDS)])[0])
    assert found.score == pytest.approx(rows["score"][3])


def test_one_row_is_found_by_its_id(store, boosting, tmp_path):
    described = known(store, boosting, tmp_path)
    found = find_case(store, described, " p12 ")
    row = scored(boosting).iloc[12]
    assert (found.prediction_id, found.version, found.score) == ("p12", "1", pytest.approx(row["score"]))
    assert found.features == {name: row[name] for name in KINDS}
    assert found.at == pd.Timestamp(row["at"])


def test_of_several_scorings_the_newest_counts(store, boosting, tmp_path):
    rows = scored(boosting, 60)
    rows["id"] = "same"
    described = known(store, boosting, tmp_path, rows.head(1))
    again = described.model_copy(update={"data": described.data.model_copy(update={"key": "id+instant"})})
    path = tmp_path / "more.csv"
    rows.tail(59).to_csv(path, index=False)
    ingest_predictions(store, again, [path], "tester")
    assert find_case(store, again, "same").at == pd.Timestamp(rows["at"].iloc[-1])


def test_what_cannot_be_explained_is_said_in_words(store, boosting, tmp_path):
    described = known(store, boosting, tmp_path)
    with pytest.raises(NotFoundError, match="received 'p-none'; model lateness has no prediction with this id"):
        told(store, "p-none")
    with pytest.raises(InputRefusedError, match="name it: --prediction ID"):
        told(store, None)
    with pytest.raises(NotFoundError, match="no prediction of version"):
        told(store, "p1", version="9")
    place = artifact_path(store.home, described.versions[0].artifact_sha256)
    place.unlink()
    with pytest.raises(ModelRefusedError, match=r"model file was not beside the card.*no attribution"):
        explain_prediction(store, described, "p30")
    place.write_bytes(b"\x80\x04pickle")
    with pytest.raises(ModelRefusedError, match=r"pickle or joblib.*no attribution"):
        explain_prediction(store, described, "p30")
    bare = card()
    with pytest.raises(ModelRefusedError, match=r"has no model file.*no attribution"):
        explain_prediction(store, bare, "p30")


def test_a_file_of_another_version_explains_nothing(store, boosting, tmp_path):
    rows = scored(boosting)
    rows.loc[7, "score"] = (rows.loc[7, "score"] + 0.5) % 1
    described = known(store, boosting, tmp_path, rows)
    with pytest.raises(ModelRefusedError, match=r"the model file gives 0\.\d+ for prediction p7, the log has"):
        explain_prediction(store, described, "p7")
    explain_prediction(store, described, "p8")


@pytest.mark.parametrize("estimator", ["calibrated", "network"])
def test_models_without_exact_contributions_point_to_attributions(store, tmp_path, estimator):
    kinds = {
        "calibrated": CalibratedClassifierCV(logistic(), cv=2),
        "network": MLPClassifier((4,), solver="lbfgs", max_iter=2000, random_state=0),
    }
    described = known(store, trained(boosted(make_pipeline(StandardScaler(), kinds[estimator]))), tmp_path)
    with pytest.raises(ModelRefusedError, match="ingest attributions"):
        explain_prediction(store, described, "p1")
    assert len(score_rows(store, described, "1", new_cases()).scores) == 200


def attributions(boosting, rows):
    """What shap says of rows, as a file brings it."""
    explainer = shap.TreeExplainer(boosting[-1])
    values = explainer.shap_values(boosting[:-1].transform(rows[list(KINDS)]))
    found = pd.DataFrame(values, columns=CATEGORICAL + NUMERIC)
    return found.assign(prediction_id=rows["id"].to_numpy(), base=np.ravel(explainer.expected_value)[0])


def bring(store, path):
    return run_action(store, "ingest_attributions", Delivery(model="lateness", files=(path,)), operator("test"))


def test_attributions_explain_a_model_that_cannot_be_loaded(store, boosting, tmp_path):
    rows = scored(boosting)
    known(store, boosting, tmp_path, artifact=None, artifact_sha256=None)
    path = tmp_path / "why.parquet"
    attributions(boosting, rows.head(20)).to_parquet(path)
    assert "received 20 rows; added 20, ignored 0" in bring(store, path)
    assert "added 0, ignored 20" in bring(store, path)
    frame = told(store, "p7").set_index("feature")["contribution"]
    expected = attributions(boosting, rows.head(20)).iloc[7]
    for name in KINDS:
        assert frame[name] == pytest.approx(expected[name])
    assert frame["(base)"] == pytest.approx(expected["base"])
    found = explain_prediction(store, card(), "p7")
    assert (found.method, found.explained.scale) == ("attributions", "log_odds")
    assert "why.parquet" in found.basis
    with pytest.raises(ModelRefusedError, match="no attribution"):
        told(store, "p25")


def test_attributions_at_fault_name_file_row_and_field(store, boosting, tmp_path):
    known(store, boosting, tmp_path, artifact=None, artifact_sha256=None)
    good = attributions(boosting, scored(boosting).head(9))
    path = tmp_path / "why.parquet"

    def fault(change):
        wrong = good.copy()
        change(wrong)
        wrong.to_parquet(path)
        with pytest.raises(InputRefusedError) as refused:
            bring(store, path)
        return str(refused.value)

    said = fault(lambda rows: rows.__setitem__("age", rows["age"] + [0, 0, 3, *[0] * 6]))
    assert "why.parquet:3:base: received a sum of" in said
    assert "do not add up to the score" in said
    said = fault(lambda rows: rows.loc.__setitem__((4, "prediction_id"), "p-none"))
    assert "why.parquet:5:prediction_id: received 'p-none'; there is no such prediction" in said
    said = fault(lambda rows: rows.loc.__setitem__((1, "income"), None))
    assert "why.parquet:2:income: a contribution or the base is empty" in said
    said = fault(lambda rows: rows.loc.__setitem__((1, "prediction_id"), "p0"))
    assert "the id comes twice" in said
    said = fault(lambda rows: rows.drop(columns="grade", inplace=True))
    assert "why.parquet:grade: received no such column; it is named in the card" in said
    said = fault(lambda rows: rows.drop(columns="base", inplace=True))
    assert "why.parquet:base: received no such column; it is what contributions are added to" in said
    said = fault(lambda rows: rows.__setitem__("noise", "much"))
    assert "why.parquet:1:noise: received 'much'" in said


def test_monitor_explains_the_latest_period_once(store, boosting, tmp_path, worker, monkeypatch):
    described = known(store, boosting, tmp_path)
    monkeypatch.setattr("dashboard.explanations.cases.ahead.ModelWorker", lambda: nullcontext(worker))
    rows = scored(boosting)
    days = pd.to_datetime(rows["at"]).dt.tz_convert("Europe/Zurich").dt.date
    latest = rows[days == days.max()]
    assert explain_ahead(store, [described], "tester") == len(latest)
    assert explain_ahead(store, [described], "tester") == 0
    name = latest["id"].iloc[-1]
    found = explain_prediction(store, described, name)
    assert found.case.features == {one: latest[one].iloc[-1] for one in KINDS}
    explaining._remembered.clear()
    monkeypatch.setattr("dashboard.explanations.cases.explaining.warm_worker", None)
    assert explain_prediction(store, described, name) == found


def test_a_score_that_is_not_the_files_is_not_kept(store, boosting, tmp_path, worker, monkeypatch):
    rows = scored(boosting, 30)
    rows.loc[29, "score"] = (rows.loc[29, "score"] + 0.5) % 1
    described = known(store, boosting, tmp_path, rows)
    monkeypatch.setattr("dashboard.explanations.cases.ahead.ModelWorker", lambda: nullcontext(worker))
    days = pd.to_datetime(rows["at"]).dt.tz_convert("Europe/Zurich").dt.date
    assert explain_ahead(store, [described], "tester") == (days == days.max()).sum() - 1


def test_a_server_starts_the_worker_where_a_model_has_a_file(store, boosting, tmp_path, monkeypatch):
    started = []

    class Counted:
        def start(self):
            started.append(1)

    monkeypatch.setattr("dashboard.api.warming.warm_worker", Counted)
    load_explaining(store)
    assert started == []
    known(store, boosting, tmp_path)
    load_explaining(store)
    assert started == [1]


def test_a_started_worker_answers(worker):
    worker.start()
    assert worker._child._running.poll() is None
