"""Shares of importance against SHAP values computed directly, for each kind of model."""

import numpy as np
import pytest
import shap
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dashboard.explanations.importance.shares import importance_shares
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from tests.explanations.material import (
    CATEGORICAL,
    KINDS,
    NUMERIC,
    boosted,
    cases,
    logistic,
    new_cases,
    one_hot,
    request,
    stored_model,
    trained,
)


def explained(worker, model, directory, features=None):
    scores = model.predict_proba(new_cases())[:, 1] if hasattr(model, "predict_proba") else model.predict(new_cases())
    path, digest = stored_model(model, directory)
    return worker.importance(request(path, digest, scores, features))


def direct(model, owners) -> dict[str, float]:
    """Shares from SHAP's own explainers, with the columns of each feature added."""
    columns = np.asarray(model[:-1].transform(new_cases()), dtype=float)
    if hasattr(model[-1], "coef_"):
        values = shap.LinearExplainer(model[-1], shap.maskers.Independent(columns, max_samples=1000)).shap_values(
            columns
        )
    else:
        values = shap.TreeExplainer(model[-1]).shap_values(columns)
    values = values if values.ndim == 3 else values[:, :, None]
    amounts = {
        name: np.abs(values[:, [owner == name for owner in owners], :].sum(axis=1)).mean()
        for name in dict.fromkeys(owners)
    }
    return {name: amount / sum(amounts.values()) for name, amount in amounts.items()}


def one_hot_owners(model) -> list[str]:
    categories = model[0].named_transformers_["categories"].categories_
    return [name for name, known in zip(CATEGORICAL, categories, strict=True) for _ in known] + NUMERIC


def test_boosted_trees_with_ordinal_codes(worker, boosting, tmp_path):
    found = explained(worker, boosting, tmp_path)
    assert found.shares == pytest.approx(direct(boosting, CATEGORICAL + NUMERIC), abs=1e-9)
    assert found.method == "shap"
    assert found.rows == 200
    assert found.additivity_error < 1e-6
    assert found.score_difference < 1e-12
    assert found.shares["age"] > found.shares["noise"]


def test_forest_on_one_hot_columns(worker, tmp_path):
    encoder = one_hot().set_params(sparse_output=False)
    model = trained(boosted(RandomForestClassifier(20, max_depth=5, random_state=0), encoder))
    found = explained(worker, model, tmp_path)
    assert found.shares == pytest.approx(direct(model, one_hot_owners(model)), abs=1e-9)
    assert found.method == "shap"


def test_linear_model_on_one_hot_columns(worker, tmp_path):
    model = trained(boosted(logistic(), one_hot().set_params(sparse_output=False)))
    found = explained(worker, model, tmp_path)
    assert found.shares == pytest.approx(direct(model, one_hot_owners(model)), abs=1e-6)
    assert found.method == "shap"


def test_sparse_columns_are_the_same_as_dense_ones(worker, tmp_path):
    dense, sparse = (
        explained(worker, trained(boosted(logistic(), encoder)), tmp_path)
        for encoder in (one_hot().set_params(sparse_output=False), one_hot().set_params(sparse_output=True))
    )
    assert sparse.shares == pytest.approx(dense.shares, abs=1e-3)
    assert sparse.method == dense.method == "shap"


def test_regression(worker, tmp_path):
    model = trained(boosted(HistGradientBoostingRegressor(max_iter=30, random_state=0)), "amount")
    found = explained(worker, model, tmp_path)
    assert found.shares == pytest.approx(direct(model, CATEGORICAL + NUMERIC), abs=1e-9)
    assert found.method == "shap"


def test_features_that_the_model_does_not_take_have_no_share(worker, tmp_path):
    model = trained(make_pipeline(StandardScaler(), Ridge()), "amount", ["age", "income"])
    path, digest = stored_model(model, tmp_path)
    found = worker.importance(request(path, digest, model.predict(new_cases()[["age", "income"]])))
    assert {name for name, share in found.shares.items() if share == 0} == {"noise", "country", "grade"}
    assert sum(found.shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "estimator",
    [
        CalibratedClassifierCV(logistic(), cv=2),
        MLPClassifier((4,), solver="lbfgs", max_iter=2000, random_state=0),
        make_pipeline(PCA(3), logistic()),
    ],
    ids=["calibrated", "network", "mixed columns"],
)
def test_other_models_are_explained_by_shuffling(worker, estimator, tmp_path):
    model = trained(boosted(make_pipeline(StandardScaler(), estimator)))
    found = explained(worker, model, tmp_path)
    assert found.method == "permutation"
    assert found.additivity_error is None
    assert found.shares["noise"] < 0.2 < max(found.shares.values())
    assert explained(worker, model, tmp_path) == found


def test_categories_that_trees_know_themselves(worker, tmp_path):
    estimator = HistGradientBoostingRegressor(max_iter=30, categorical_features=[0, 1], random_state=0)
    model = trained(boosted(estimator), "amount")
    found = explained(worker, model, tmp_path)
    assert found.method == "shap"
    assert found.additivity_error < 1e-9


def test_trees_that_would_take_too_long_are_shuffled(monkeypatch):
    model = trained(boosted(RandomForestClassifier(5, random_state=0)))
    assert importance_shares(model, new_cases(), list(KINDS)).method == "shap"
    monkeypatch.setattr("dashboard.explanations.importance.shares.MOST_NUMBERS", 1000)
    assert importance_shares(model, new_cases(), list(KINDS)).method == "permutation"


def test_categories_that_the_model_knows_as_numbers(worker, tmp_path):
    frame = cases()
    frame["late"] = (frame["grade"] == "3").astype(float)
    model = boosted(logistic(), one_hot().set_params(sparse_output=False))
    model.fit(frame.assign(grade=frame["grade"].astype(int))[list(KINDS)], frame["late"])
    path, digest = stored_model(model, tmp_path)
    sample = new_cases()
    scores = model.predict_proba(sample.assign(grade=sample["grade"].astype(int)))[:, 1]
    found = worker.importance(request(path, digest, scores))
    assert found.score_difference < 1e-12
    assert found.shares["grade"] > 0.5


def test_model_of_another_card_is_refused(worker, boosting, tmp_path):
    with pytest.raises(ModelRefusedError, match="no features of the card: income, noise"):
        explained(worker, boosting, tmp_path, {"age": "numeric", "country": "categorical", "grade": "categorical"})


def test_model_whose_score_never_changes_is_refused(worker, tmp_path):
    model = trained(boosted(HistGradientBoostingRegressor(max_iter=1, min_samples_leaf=5000)), "amount")
    with pytest.raises(ModelRefusedError, match="score is the same whatever"):
        explained(worker, model, tmp_path)
