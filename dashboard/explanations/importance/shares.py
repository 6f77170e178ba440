"""How much a model uses each feature on a sample of its log: by SHAP values where they are exact, else by shuffling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.explanations.importance.scores import predictions
from dashboard.explanations.sandbox.model_file import ModelRefusedError

SHAP, PERMUTATION = "shap", "permutation"
# Largest |base + contributions - raw score| in units of the largest raw score (at least 1).
TOLERANCE = 1e-5
FEWEST_ROWS = 20
# Steps of the tree walk (leaves x depth squared x rows), about ten seconds of one core.
MOST_STEPS = 3_000_000_000
SHUFFLES = 3
MANY_FEATURES = 200
SEED = 0


@dataclass(frozen=True)
class Contributions:
    """SHAP values (rows x columns x outputs), base value per output, and the raw score they must add up to."""

    values: np.ndarray
    base: np.ndarray
    raw: np.ndarray

    def error(self) -> float:
        """The largest |base + contributions - raw score| of any row and output."""
        return float(np.abs(self.values.sum(axis=1) + self.base - self.raw).max())

    def is_exact(self) -> bool:
        """Whether contributions add up to the score within the tolerance; SHAP can be wrong without saying so."""
        return self.error() <= TOLERANCE * max(1.0, float(np.abs(self.raw).max()))


@dataclass(frozen=True)
class Shares:
    """Feature -> share (sum 1), how it was found, on how many rows, and the largest error of additivity (SHAP only)."""

    shares: dict[str, float]
    method: str
    rows: int
    additivity_error: float | None


def importance_shares(model: Any, frame: pd.DataFrame, features: Sequence[str]) -> Shares:
    """Mean absolute contribution of each feature to the model's raw score, as shares that sum to 1.

    Source: Lundberg and Lee (2017), Lundberg et al. (2020) for trees; the closed form for linear models. Where the last
    step is neither, or contributions do not add up to the score, the mean absolute change of the prediction when the
    feature is shuffled (after Breiman 2001, with the score in place of the loss).

    `frame` holds the model's inputs; features of the card that it does not take get 0. Raises ModelRefusedError when
    the sample is too small or no feature changes the score.
    """
    if len(frame) < FEWEST_ROWS:
        raise ModelRefusedError(f"received {len(frame)} rows of the log; {FEWEST_ROWS} are needed; add predictions")
    found = _by_shap(model, frame)
    if found is None:
        amounts, method, rows, error = _by_shuffling(model, frame), PERMUTATION, len(frame), None
    else:
        amounts, rows, error = found
        method = SHAP
    total = sum(amounts.values())
    if not np.isfinite(total) or total <= 0:
        raise ModelRefusedError("the model's score is the same whatever the features are")
    return Shares({name: amounts.get(name, 0.0) / total for name in features}, method, rows, error)


def _by_shap(model: Any, frame: pd.DataFrame) -> tuple[dict[str, float], int, float] | None:
    from sklearn.pipeline import Pipeline

    model = getattr(model, "best_estimator_", model)
    given: Any = frame if hasattr(model, "feature_names_in_") else frame.to_numpy()
    if isinstance(model, Pipeline):
        prepare, last = model[:-1], model[-1]
        if len(prepare):
            given = prepare.transform(given)
        owners = column_owners(prepare, list(frame.columns)) if len(prepare) else list(frame.columns)
    else:
        last, owners = model, list(frame.columns)
    if owners is None:
        return None
    columns = np.asarray(given.toarray() if hasattr(given, "toarray") else given)
    if columns.dtype.kind not in "fiub":
        return None
    contributions = explain(last, columns.astype(np.float64))
    if contributions is None or not contributions.is_exact():
        return None
    return by_feature(contributions.values, owners), len(contributions.raw), contributions.error()


def by_feature(values: np.ndarray, owners: Sequence[str]) -> dict[str, float]:
    """Mean absolute contribution by feature; columns made from one feature are added before the absolute value."""
    amounts = {}
    for name in dict.fromkeys(owners):
        mine = values[:, [place for place, owner in enumerate(owners) if owner == name], :].sum(axis=1)
        amounts[name] = float(np.abs(mine).mean())
    return amounts


def explain(last: Any, columns: np.ndarray) -> Contributions | None:
    """SHAP values of a tree-based or linear estimator; None for any other one and for trees that take too long."""
    if hasattr(last, "coef_"):
        return _linear(last, columns)
    rows = _affordable_rows(last, len(columns))
    if rows < FEWEST_ROWS:
        return None
    import shap

    columns = columns[np.linspace(0, len(columns) - 1, rows).astype(int)]
    try:
        explainer = shap.TreeExplainer(last)
        values = np.asarray(explainer.shap_values(columns, check_additivity=False), dtype=np.float64)
    except (shap.utils._exceptions.InvalidModelError, NotImplementedError, ValueError, AssertionError):
        return None
    values = values if values.ndim == 3 else values[:, :, None]
    raw = _raw_score(last, columns)
    base = np.atleast_1d(np.asarray(explainer.expected_value, dtype=np.float64))
    return Contributions(values, base, raw) if values.shape[::2] == raw.shape else None


def _affordable_rows(last: Any, rows: int) -> int:
    trees = [tree for row in getattr(last, "_predictors", []) for tree in row]
    steps = sum(tree.get_n_leaf_nodes() * max(1, tree.get_max_depth()) ** 2 for tree in trees)
    estimators = [last] if hasattr(last, "tree_") else np.ravel(getattr(last, "estimators_", []))
    for tree in (estimator.tree_ for estimator in estimators if hasattr(estimator, "tree_")):
        steps += int(tree.n_leaves) * max(1, int(tree.max_depth)) ** 2
    return min(rows, MOST_STEPS // steps) if steps else 0


def _raw_score(last: Any, columns: np.ndarray) -> np.ndarray:
    for method in ("decision_function", "predict_proba", "predict"):
        if hasattr(last, method):
            raw = np.asarray(getattr(last, method)(columns), dtype=np.float64)
            return raw[:, None] if raw.ndim == 1 else raw
    return np.zeros((0, 0))


def _linear(last: Any, columns: np.ndarray) -> Contributions | None:
    """Coefficient times distance from the mean: the SHAP values of a linear score with independent features."""
    weights = np.atleast_2d(np.asarray(last.coef_, dtype=np.float64))
    if weights.shape[1] != columns.shape[1] or not np.isfinite(columns).all():
        return None
    raw = _raw_score(last, columns)
    if raw.shape != (len(columns), len(weights)):
        return None
    centre = columns.mean(axis=0)
    values = (columns - centre)[:, :, None] * weights.T[None, :, :]
    base = centre @ weights.T + np.asarray(last.intercept_, dtype=np.float64)
    return Contributions(values, np.atleast_1d(base), raw)


def column_owners(prepare: Any, features: Sequence[str]) -> list[str] | None:
    """The card's feature behind each transformed column, by the columns' names; None when one is unknown."""
    try:
        names = [str(name) for name in prepare.get_feature_names_out()]
    except (AttributeError, ValueError, NotImplementedError):
        return None
    owners = []
    for name in names:
        owner = _owner(name, features)
        if owner is None:
            return None
        owners.append(owner)
    return owners


def _owner(name: str, features: Sequence[str]) -> str | None:
    known = set(features)
    bare = name.partition("__")[2]
    for text in (name, bare, bare.removeprefix("missingindicator_")):
        if text in known:
            return text
        # `a_b_c` may be category `b_c` of feature `a`, or category `c` of `a_b`.
        found = [feature for feature in features if text.startswith(f"{feature}_")]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _by_shuffling(model: Any, frame: pd.DataFrame) -> dict[str, float]:
    before = predictions(model, frame)
    random = np.random.default_rng(SEED)
    times = SHUFFLES if frame.shape[1] <= MANY_FEATURES else 1
    amounts = {}
    for name in frame.columns:
        changes = []
        for _ in range(times):
            order = random.permutation(len(frame))
            after = predictions(model, frame.assign(**{name: frame[name].to_numpy()[order]}))
            changes.append(np.abs(after - before).mean())
        amounts[str(name)] = float(np.mean(changes))
    return amounts
