"""A loaded model with what is needed to explain it: its columns, their owners, its trees or weights, its raw score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.explanations.reading.columns import column_owners
from dashboard.explanations.reading.estimators import OTHERWISE, Scale, read_estimator
from dashboard.explanations.reading.linear import Linear
from dashboard.explanations.reading.scores import predictions
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.ensemble import Ensemble
from dashboard.explanations.shapley.tree_values import tree_values

# Largest |walked or added up - the library's own raw score| in units of the largest raw score (at least 1).
TOLERANCE = 1e-6
MOST_COLUMNS = 20_000


@dataclass(frozen=True)
class Readable:
    """A model that can be explained.

    `columns` makes of rows (a frame of the model's inputs) the numbers that the trees or weights in `score` work on;
    `owners` names the input behind each of them. `own_raw` is the raw score as the library itself computes it.
    """

    owners: tuple[str, ...]
    score: Ensemble | Linear
    scale: Scale
    columns: Callable[[pd.DataFrame], np.ndarray]
    own_raw: Callable[[pd.DataFrame], np.ndarray]

    def check(self, frame: pd.DataFrame) -> None:
        """Compare with the library's own raw score on some rows. Raises ModelRefusedError where they differ."""
        own = self.own_raw(frame)
        found = self.score.raw(self.columns(frame))
        if own.shape != found.shape:
            raise ModelRefusedError(f"the model gives scores of another form than its parts; {OTHERWISE}")
        gap, size = np.abs(own - found), max(1.0, float(np.abs(own).max(initial=0.0)))
        if not np.isfinite(own).all() or float(gap.max(initial=0.0)) > TOLERANCE * size:
            raise ModelRefusedError(
                f"the model's parts do not add up to its score; they differ by up to {gap.max():.3g}; {OTHERWISE}"
            )

    def contributions(self, columns: np.ndarray, output: int, centre: np.ndarray | None) -> tuple[np.ndarray, float]:
        """Shapley values of one raw score (rows x columns), and the base that they are added to.

        `centre` is the mean of the reference's columns, which a linear score is explained against; trees need none.
        """
        if isinstance(self.score, Ensemble):
            return tree_values(self.score, columns, output), float(self.score.base[output])
        assert centre is not None
        return self.score.values(columns, output, centre), float(self.score.base(centre)[output])

    def by_owner(self, values: np.ndarray, inputs: list[str]) -> np.ndarray:
        """Values by column (rows x columns) added up by input, rows x inputs."""
        place = {name: position for position, name in enumerate(inputs)}
        found = np.zeros((len(values), len(inputs)))
        for column, owner in enumerate(self.owners):
            found[:, place[owner]] += values[:, column]
        return found


def read_model(model: Any, inputs: list[str]) -> Readable:
    """What explains a fitted scikit-learn model, or a model of another library that can be read like one.

    `inputs` are the names of the columns that the model takes. Raises ModelRefusedError with the reason.
    """
    if hasattr(model, "readable"):
        return model.readable(inputs)
    model = getattr(model, "best_estimator_", model)
    prepare, last = _parts(model)
    owners = column_owners(prepare, inputs)
    if owners is None:
        raise ModelRefusedError(f"the model mixes features before its last step; {OTHERWISE}")
    if len(owners) > MOST_COLUMNS:
        raise ModelRefusedError(f"the model has {len(owners):,} columns; allowed are {MOST_COLUMNS:,}; {OTHERWISE}")
    order = _own_order(last, len(owners))
    score, scale = read_estimator(last, len(owners))
    named = hasattr(model, "feature_names_in_")

    def columns(frame: pd.DataFrame) -> np.ndarray:
        given: Any = frame if named else frame.to_numpy()
        if prepare is not None:
            given = prepare.transform(given)
        if order is not None:
            given = last._preprocessor.transform(given)
        given = given.toarray() if hasattr(given, "toarray") else given
        return np.asarray(given, dtype=np.float64)

    kept = owners if order is None else [owners[place] for place in order]
    return Readable(tuple(kept), score, scale, columns, lambda frame: _own_raw(model, frame, scale))


def _parts(model: Any) -> tuple[Any, Any]:
    """The steps before the last one (None: there are none), and the last one."""
    from sklearn.pipeline import Pipeline

    if not isinstance(model, Pipeline):
        return None, model
    prepare, last = model[:-1], model[-1]
    if isinstance(last, Pipeline):
        before, last = _parts(last)
        return Pipeline([*prepare.steps, *(before.steps if before is not None else [])]), last
    return (prepare if len(prepare.steps) else None), last


def _own_order(last: Any, columns: int) -> np.ndarray | None:
    """Where histogram boosting puts its columns: those with categories first; None where it leaves them alone."""
    if getattr(last, "_preprocessor", None) is None:
        return None
    categorical = np.asarray(last.is_categorical_, dtype=bool)
    if len(categorical) != columns:
        raise ModelRefusedError("received a damaged model; its categories are not those of its columns")
    return np.concatenate([np.flatnonzero(categorical), np.flatnonzero(~categorical)])


def _own_raw(model: Any, frame: pd.DataFrame, scale: Scale) -> np.ndarray:
    given: Any = frame if hasattr(model, "feature_names_in_") else frame.to_numpy()
    if scale in ("log_odds", "decision"):
        found = np.asarray(model.decision_function(given), dtype=np.float64)
    elif scale == "log":
        found = np.log(np.asarray(model.predict(given), dtype=np.float64))
    else:
        found = predictions(model, frame)
    return found[:, None] if found.ndim == 1 else found
