"""The trees or weights of a fitted scikit-learn estimator, and the scale of what they add up to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from dashboard.explanations.reading.linear import Linear
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.ensemble import Ensemble, build_ensemble
from dashboard.explanations.shapley.trees import LEAF, Comparison, Tree

# What the raw score is: log-odds (of each class where there are more than two), a probability, the number itself, its
# logarithm, or the distance from a boundary.
Scale = Literal["log_odds", "probability", "number", "log", "decision"]
Parts = tuple[Ensemble | Linear, Scale]
LOG_LOSSES = ("HalfPoissonLoss", "HalfGammaLoss", "HalfTweedieLoss")
OTHERWISE = "bring its contributions with `ingest attributions`"


def read_estimator(estimator: Any, columns: int) -> Parts:
    """The trees or weights of an estimator for so many columns.

    Raises ModelRefusedError for every kind whose contributions are not known exactly.
    """
    from sklearn.ensemble._forest import ForestClassifier, ForestRegressor
    from sklearn.ensemble._gb import BaseGradientBoosting
    from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
    from sklearn.tree import BaseDecisionTree

    if isinstance(estimator, BaseHistGradientBoosting):
        return _hist_boosting(estimator, columns)
    if isinstance(estimator, BaseGradientBoosting):
        return _boosting(estimator, columns)
    if isinstance(estimator, ForestClassifier | ForestRegressor):
        return _mean_of_trees(estimator, [one.tree_ for one in estimator.estimators_], columns)
    if isinstance(estimator, BaseDecisionTree):
        return _mean_of_trees(estimator, [estimator.tree_], columns)
    if hasattr(estimator, "coef_") and hasattr(estimator, "intercept_"):
        return _linear(estimator, columns)
    raise _unknown(estimator)


def _unknown(estimator: Any) -> ModelRefusedError:
    kind = type(estimator).__name__
    allowed = "allowed are decision trees, forests, gradient boosting and linear models"
    return ModelRefusedError(f"received a {kind}; {allowed}; {OTHERWISE}")


def _tree(nodes: Any, value: np.ndarray) -> Tree:
    absent = getattr(nodes, "missing_go_to_left", None)
    left = np.asarray(nodes.children_left)
    missing_left = np.zeros(len(left), dtype=bool) if absent is None else np.asarray(absent, dtype=bool)
    return Tree(
        left, np.asarray(nodes.children_right), np.asarray(nodes.feature), np.asarray(nodes.threshold),
        missing_left, np.asarray(nodes.weighted_n_node_samples), value,
    )  # fmt: skip


def _mean_of_trees(estimator: Any, trees: list[Any], columns: int) -> Parts:
    if getattr(estimator, "n_outputs_", 1) != 1:
        raise _unknown(estimator)
    found = [_tree(nodes, np.asarray(nodes.value)[:, 0, :] / len(trees)) for nodes in trees]
    ensemble = build_ensemble(found, columns, np.zeros(found[0].value.shape[1]), Comparison(single=True))
    return ensemble, "probability" if hasattr(estimator, "classes_") else "number"


def _boosting(estimator: Any, columns: int) -> Parts:
    from sklearn.dummy import DummyClassifier, DummyRegressor

    start = estimator.init_
    if not (isinstance(start, DummyClassifier | DummyRegressor) or (isinstance(start, str) and start == "zero")):
        raise ModelRefusedError(f"received boosting that starts from a {type(start).__name__}; {OTHERWISE}")
    stages = np.asarray(estimator.estimators_, dtype=object)
    outputs, rate = stages.shape[1], float(estimator.learning_rate)
    found = []
    for stage in stages:
        for output, one in enumerate(stage):
            value = np.zeros((one.tree_.node_count, outputs))
            value[:, output] = rate * np.asarray(one.tree_.value)[:, 0, 0]
            found.append(_tree(one.tree_, value))
    ensemble = build_ensemble(found, columns, np.zeros(outputs), Comparison(single=True))
    # Where all trees start from does not depend on the row.
    zero = np.zeros((1, columns))
    method = "decision_function" if hasattr(estimator, "classes_") else "predict"
    offset = np.reshape(getattr(estimator, method)(zero), (1, -1)) - ensemble.raw(zero)
    scale: Scale = "log_odds" if hasattr(estimator, "classes_") else "number"
    return Ensemble(ensemble.blocks, columns, outputs, offset[0].astype(np.float64)), scale


def _hist_boosting(estimator: Any, columns: int) -> Parts:
    offset = np.asarray(estimator._baseline_prediction, dtype=np.float64).ravel()
    found = [
        _hist_tree(one, output, len(offset))
        for stage in estimator._predictors
        for output, one in enumerate(stage)
    ]  # fmt: skip
    ensemble = build_ensemble(found, columns, offset)
    if hasattr(estimator, "classes_"):
        return ensemble, "log_odds"
    return ensemble, "log" if type(estimator._loss).__name__ in LOG_LOSSES else "number"


def _hist_tree(predictor: Any, output: int, outputs: int) -> Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"] != 0
    value = np.zeros((len(nodes), outputs))
    value[:, output] = nodes["value"]
    left, right = (np.where(leaf, LEAF, nodes[side].astype(np.int64)) for side in ("left", "right"))
    chosen = np.where((nodes["is_categorical"] != 0) & ~leaf, nodes["bitset_idx"].astype(np.int64), -1)
    return Tree(
        left, right, nodes["feature_idx"], nodes["num_threshold"], nodes["missing_go_to_left"] != 0, nodes["count"],
        value, chosen=chosen, sets=tuple(_sets(predictor.raw_left_cat_bitsets)),
    )  # fmt: skip


def _sets(bitsets: np.ndarray) -> Iterator[np.ndarray]:
    """Rows of eight words of 32 bits as 256 truth values each, and one for what is unknown."""
    for words in np.asarray(bitsets, dtype="<u4"):
        yield np.append(np.unpackbits(words.view(np.uint8), bitorder="little").astype(bool), False)


def _linear(estimator: Any, columns: int) -> Parts:
    weights = np.atleast_2d(np.asarray(estimator.coef_, dtype=np.float64))
    if weights.ndim != 2 or weights.shape[1] != columns:
        raise _unknown(estimator)
    intercepts = np.broadcast_to(np.asarray(estimator.intercept_, dtype=np.float64), len(weights)).copy()
    return Linear(weights, intercepts), _linear_scale(estimator)


def _linear_scale(estimator: Any) -> Scale:
    from sklearn.linear_model import (
        GammaRegressor,
        LogisticRegression,
        LogisticRegressionCV,
        PoissonRegressor,
        SGDClassifier,
        TweedieRegressor,
    )

    if isinstance(estimator, LogisticRegression | LogisticRegressionCV):
        return "log_odds"
    if isinstance(estimator, SGDClassifier) and estimator.loss == "log_loss" and len(estimator.classes_) == 2:
        return "log_odds"
    if hasattr(estimator, "classes_"):
        return "decision"
    if isinstance(estimator, PoissonRegressor | GammaRegressor):
        return "log"
    if isinstance(estimator, TweedieRegressor):
        power_link = "log" if estimator.power > 0 else "identity"
        return "log" if (power_link if estimator.link == "auto" else estimator.link) == "log" else "number"
    return "number"
