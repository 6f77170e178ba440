"""Shapley values of single models against shap's own, and against the definition where shap is wrong or has none."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
import shap
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge, SGDClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, OrdinalEncoder, SplineTransformer, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from dashboard.explanations.reading.readable import read_model
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.tree_values import tree_interactions, tree_values
from tests.explanations.material import CATEGORICAL, KINDS, NUMERIC, cases

FEATURES = list(KINDS)


def table(rows: int, seed: int) -> pd.DataFrame:
    """Cases with missing ages and three bands of amounts."""
    frame = cases(rows, seed)
    frame["band"] = np.digitize(frame["amount"], [-50, 50])
    frame.loc[::7, "age"] = np.nan
    return frame


LEARNT, ASKED = table(400, 21), table(25, 22)


def pipeline(estimator, encoder=None, *, impute=False, scale=False):
    numbers = [
        *([SimpleImputer(add_indicator=True)] if impute else []),
        *([StandardScaler()] if scale else []),
    ]
    encoder = encoder or OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    parts = [
        ("categories", encoder, CATEGORICAL),
        ("numbers", make_pipeline(*numbers) if numbers else "passthrough", NUMERIC),
    ]
    return Pipeline([("prepare", ColumnTransformer(parts)), ("model", estimator)])


ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
few = OneHotEncoder(drop="first", min_frequency=120, handle_unknown="infrequent_if_exist")
TREES = {
    "tree": (pipeline(DecisionTreeClassifier(max_depth=5, random_state=0)), "band"),
    "tree, regression": (pipeline(DecisionTreeRegressor(max_depth=6, random_state=0)), "amount"),
    "forest": (pipeline(RandomForestClassifier(8, random_state=0)), "late"),
    "forest of three classes": (pipeline(RandomForestClassifier(5, random_state=0), impute=True), "band"),
    "forest, regression": (pipeline(RandomForestRegressor(6, random_state=0)), "amount"),
    "extra trees": (pipeline(ExtraTreesClassifier(6, random_state=0), ordinal), "late"),
    "boosting": (pipeline(GradientBoostingClassifier(n_estimators=12, random_state=0), impute=True), "late"),
    "boosting, regression": (pipeline(GradientBoostingRegressor(n_estimators=12), ordinal, impute=True), "amount"),
    "histograms": (pipeline(HistGradientBoostingClassifier(max_iter=12), ordinal), "late"),
    "histograms of three classes": (pipeline(HistGradientBoostingClassifier(max_iter=6)), "band"),
    "histograms, regression": (pipeline(HistGradientBoostingRegressor(max_iter=12)), "amount"),
    "histograms, poisson": (pipeline(HistGradientBoostingRegressor(max_iter=8, loss="poisson")), "late"),
}
LINES = {
    "logistic": (pipeline(LogisticRegression(max_iter=500), impute=True, scale=True), "late"),
    "logistic of three classes": (pipeline(LogisticRegression(max_iter=500), impute=True, scale=True), "band"),
    "ridge": (pipeline(Ridge(), few, impute=True), "amount"),
    "margin": (pipeline(LinearSVC(), impute=True, scale=True), "late"),
    "margin of three classes": (pipeline(SGDClassifier(random_state=0), impute=True, scale=True), "band"),
    "logarithm": (pipeline(PoissonRegressor(), impute=True, scale=True), "late"),
}  # fmt: skip


def learnt(model, target):
    return model.fit(LEARNT[FEATURES], LEARNT[target])


def added_up(values, readable, outputs):
    """Values by column (rows x columns x outputs) added up by feature."""
    return np.stack([readable.by_owner(values[:, :, output], FEATURES) for output in range(outputs)], axis=2)


@pytest.mark.parametrize("name", TREES)
def test_trees_equal_shap_and_add_up(name):
    model, target = TREES[name]
    model = learnt(model, target)
    readable = read_model(model, FEATURES)
    readable.check(ASKED[FEATURES])
    columns, outputs = readable.columns(ASKED[FEATURES]), readable.score.outputs
    own = np.stack([tree_values(readable.score, columns, output) for output in range(outputs)], axis=2)
    explainer = shap.TreeExplainer(model[-1], feature_perturbation="tree_path_dependent")
    theirs = np.asarray(explainer.shap_values(columns, check_additivity=False))
    theirs = theirs if theirs.ndim == 3 else theirs[:, :, None]
    np.testing.assert_allclose(own, theirs, rtol=1e-6, atol=1e-9 * np.abs(theirs).max())
    np.testing.assert_allclose(readable.score.base, np.ravel(explainer.expected_value), rtol=1e-6)
    raw = readable.own_raw(ASKED[FEATURES])
    np.testing.assert_allclose(
        added_up(own, readable, outputs).sum(axis=1) + readable.score.base, raw, rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("name", LINES)
def test_lines_equal_shap_against_the_mean(name):
    model, target = LINES[name]
    model = learnt(model, target)
    readable = read_model(model, FEATURES)
    readable.check(ASKED[FEATURES])
    reference, columns = readable.columns(LEARNT[FEATURES]), readable.columns(ASKED[FEATURES])
    masker = shap.maskers.Independent(reference, max_samples=len(reference))
    explainer = shap.LinearExplainer(model[-1], masker)
    theirs = np.asarray(explainer.shap_values(columns))
    theirs = theirs if theirs.ndim == 3 else theirs[:, :, None]
    centre = reference.mean(axis=0)
    for output in range(readable.score.outputs):
        own, base = readable.contributions(columns, output, centre)
        np.testing.assert_allclose(own, theirs[:, :, output], rtol=1e-6, atol=1e-9)
        assert base == pytest.approx(np.ravel(explainer.expected_value)[output], rel=1e-6)


def test_interactions_equal_shap():
    model = learnt(*TREES["histograms, regression"])
    readable = read_model(model, FEATURES)
    columns = readable.columns(ASKED[FEATURES])
    theirs = shap.TreeExplainer(model[-1]).shap_interaction_values(columns[:3])
    every = np.arange(columns.shape[1])
    for row, expected in zip(columns[:3], theirs, strict=True):
        own = tree_interactions(readable.score, row, 0, every)
        np.fill_diagonal(expected, 0.0)
        np.testing.assert_allclose(own, 2 * expected, atol=1e-9 * np.abs(theirs).max())


def expected_score(node, known, nodes, goes_left):
    """The score of a tree when only some features are known: others go both ways, by their training rows."""
    if nodes[node]["is_leaf"]:
        return nodes[node]["value"]
    left, right = int(nodes[node]["left"]), int(nodes[node]["right"])
    if int(nodes[node]["feature_idx"]) in known:
        return expected_score(left if goes_left(node) else right, known, nodes, goes_left)
    weight = nodes[left]["count"] / nodes[node]["count"]
    ways = (expected_score(side, known, nodes, goes_left) for side in (left, right))
    return weight * next(ways) + (1 - weight) * next(ways)


def by_definition(game, features):
    """Shapley values of a game by going through all coalitions."""
    found = np.zeros(features)
    for feature in range(features):
        others = [other for other in range(features) if other != feature]
        for size in range(features):
            weight = factorial(size) * factorial(features - size - 1) / factorial(features)
            for known in combinations(others, size):
                found[feature] += weight * (game({*known, feature}) - game(set(known)))
    return found


def test_categories_of_histograms_by_definition():
    """shap goes wrong here without saying so."""
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    estimator = HistGradientBoostingClassifier(max_iter=4, categorical_features=[0, 1], random_state=0)
    model = learnt(pipeline(estimator, encoder), "late")
    readable = read_model(model, FEATURES)
    readable.check(ASKED[FEATURES])
    columns = readable.columns(ASKED[FEATURES])
    trees = [tree for stage in model[-1]._predictors for tree in stage]
    assert any(tree.nodes["is_categorical"].any() for tree in trees)
    for row in columns[:4]:

        def left_in(tree, row=row):
            def goes_left(node):
                place, value = tree.nodes[node], row[int(tree.nodes[node]["feature_idx"])]
                if np.isnan(value):
                    return bool(place["missing_go_to_left"])
                if not place["is_categorical"]:
                    return value <= place["num_threshold"]
                words = tree.raw_left_cat_bitsets[int(place["bitset_idx"])]
                return bool((int(words[int(value) // 32]) >> (int(value) % 32)) & 1)

            return goes_left

        def game(known, left_in=left_in):
            return sum(expected_score(0, known, tree.nodes, left_in(tree)) for tree in trees)

        own = tree_values(readable.score, row[None, :], 0)[0]
        np.testing.assert_allclose(own, by_definition(game, len(FEATURES)), atol=1e-12)
    assert set(readable.owners) == set(FEATURES)


def test_bins_and_splines_are_led_back_to_their_feature():
    parts = [("bins", KBinsDiscretizer(3), ["income"]), ("curve", SplineTransformer(3), ["noise"])]
    model = make_pipeline(ColumnTransformer(parts, remainder="drop"), LogisticRegression())
    model.fit(LEARNT[FEATURES], LEARNT["late"])
    readable = read_model(model, FEATURES)
    assert readable.owners == (*["income"] * 3, *["noise"] * 5)
    readable.check(ASKED[FEATURES])


@pytest.mark.parametrize(
    ("estimator", "reason"),
    [
        (make_pipeline(SimpleImputer(), SplineTransformer(), LinearSVC()), None),
        ("poly", "mixes features"),
        ("neighbours", "allowed are decision trees"),
        ("started", "boosting that starts from a DecisionTree"),
    ],
    ids=["splines", "polynomials", "neighbours", "boosting on another model"],
)
def test_what_is_not_exact_is_refused_with_the_way_out(estimator, reason):
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import PolynomialFeatures

    made = {
        "poly": make_pipeline(SimpleImputer(), PolynomialFeatures(), LinearSVC()),
        "neighbours": make_pipeline(SimpleImputer(), KNeighborsClassifier()),
        "started": make_pipeline(SimpleImputer(), GradientBoostingClassifier(init=DecisionTreeClassifier(max_depth=2))),
    }
    model = made.get(estimator, estimator) if isinstance(estimator, str) else estimator
    model.fit(LEARNT[NUMERIC], LEARNT["late"])
    if reason is None:
        read_model(model, NUMERIC).check(ASKED[NUMERIC])
        return
    with pytest.raises(ModelRefusedError, match=reason) as refused:
        read_model(model, NUMERIC)
    assert "ingest attributions" in str(refused.value)
