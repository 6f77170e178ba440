"""Contributions to the score of one class of several, computed elsewhere: the predicted class, and they add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError
from dashboard.explanations.cases.explaining import explain_prediction
from dashboard.store.log.files import ATTRIBUTIONS, list_log_files
from dashboard.store.log.ingest import ingest_predictions
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.explanations.material import KINDS, card, cases

CLASSES = ["bus", "train", "bike"]


@pytest.fixture
def brought(store, tmp_path):
    """A logged model of three classes, and a file of contributions to the raw score of the predicted one."""
    described = card().model_copy(update={"task": "multiclass_classification"})
    (tmp_path / "card.yaml").write_text(described.model_dump_json(by_alias=True, exclude_none=True), encoding="utf-8")
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), operator("test"))
    rng = np.random.default_rng(1)
    said = rng.choice(CLASSES, 30)
    rows = cases(30, seed=2)[list(KINDS)].assign(
        id=[f"p{row}" for row in range(30)], at="2026-01-02T00:00:00Z", score=said, late=said
    )
    rows.to_csv(tmp_path / "log.csv", index=False)
    ingest_predictions(store, described, [tmp_path / "log.csv"], "tester")
    found = pd.DataFrame(rng.normal(size=(30, len(KINDS))), columns=list(KINDS))
    total = found.sum(axis=1) + 0.5
    return described, found.assign(prediction_id=rows["id"], base=0.5, raw_score=total, **{"class": said})


def bring(store, frame, path) -> str:
    frame.to_parquet(path)
    return run_action(store, "ingest_attributions", Delivery(model="lateness", files=(path,)), operator("test"))


def test_the_predicted_class_is_explained_by_what_was_brought(store, brought, tmp_path):
    described, frame = brought
    assert "added 30" in bring(store, frame, tmp_path / "why.parquet")
    assert "added 0, ignored 30" in bring(store, frame.drop(columns="class"), tmp_path / "why.parquet")
    found = explain_prediction(store, described, "p7")
    assert (found.method, found.explained.scale) == ("attributions", "log_odds")
    assert found.explained.output == frame["class"][7] == found.explained.score
    assert found.explained.raw == pytest.approx(frame["raw_score"][7])
    shown = run_view(store, "explain", Query(model="lateness", prediction="p7"), operator("test"))
    assert shown["contribution"].sum() == pytest.approx(frame["raw_score"][7])
    words = run_view(store, "words", Query(model="lateness", prediction="p7"), operator("test"))
    assert frame["class"][7] in " ".join(words["text"])


def test_probabilities_are_told_from_raw_scores_by_their_name(store, brought, tmp_path):
    described, frame = brought
    likely = frame.rename(columns={"raw_score": "probability"})
    shrunk = likely.assign(base=0.4, probability=0.6, **dict.fromkeys(KINDS, 0.2 / len(KINDS)))
    bring(store, shrunk, tmp_path / "why.parquet")
    assert explain_prediction(store, described, "p3").explained.scale == "probability"


def test_what_does_not_add_up_or_explains_another_class_is_refused(store, brought, tmp_path):
    _, good = brought
    other = next(name for name in CLASSES if name != good["class"][4])

    def fault(**columns) -> str:
        with pytest.raises(InputRefusedError) as refused:
            bring(store, good.assign(**columns), tmp_path / "why.parquet")
        return str(refused.value)

    def changed(name, row, value):
        return {name: good[name].where(good.index != row, value)}

    said = fault(**changed("age", 2, 99.0))
    assert "why.parquet:3:base: received a sum of" in said
    assert "do not add up to the score" in said
    said = fault(**changed("class", 4, other))
    assert "why.parquet:5:class: received a row that explains another class than the predicted one" in said
    assert good["class"][4] in said
    said = fault(**changed("raw_score", 1, None))
    assert "why.parquet:2:raw_score: the score of the predicted class is empty" in said
    with pytest.raises(InputRefusedError, match="raw_score: received no such column; it is needed to check the sums"):
        bring(store, good.drop(columns="raw_score"), tmp_path / "why.parquet")
    with pytest.raises(InputRefusedError, match="a probability lies between 0 and 1"):
        bring(store, good.rename(columns={"raw_score": "probability"}), tmp_path / "why.parquet")
    assert list_log_files(store, "lateness", ATTRIBUTIONS) == []
