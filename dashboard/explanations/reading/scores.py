"""What a model says about rows of the log, and how the log's columns have to look for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from dashboard.explanations.sandbox.model_file import ModelRefusedError

MOST_SWITCHED = 50
# Scores of the log that are this near to the model's own count as the same.
SAME_SCORE = 1e-6

Features = dict[str, str]


def inputs(model: Any, sample: pd.DataFrame, features: Features) -> pd.DataFrame:
    """The columns that the model was trained on, in its order, from a sample of the log; text where the card says so.

    Raises ModelRefusedError when the model needs columns that the card does not name.
    """
    names = getattr(model, "feature_names_in_", None)
    if names is None:
        expected = getattr(model, "n_features_in_", len(features))
        if expected != len(features):
            raise ModelRefusedError(f"the model expects {expected} columns without names; the card has {len(features)}")
        names = list(features)
    missing = [str(name) for name in names if str(name) not in features]
    if missing:
        raise ModelRefusedError(
            f"the model needs columns that are no features of the card: {', '.join(missing[:5])}; add them to the card"
        )
    frame = sample[[str(name) for name in names]]
    wanted = {name: "str" if features[name] == "categorical" else "float64" for name in frame.columns}
    # Converting what has its type already takes longer than explaining a row.
    given = frame.dtypes
    other = {name: kind for name, kind in wanted.items() if str(given[name]) != kind}
    return frame.astype(other) if other else frame


def predictions(model: Any, frame: pd.DataFrame) -> np.ndarray:
    """Rows x outputs: probabilities of all classes, else decision values, else numbers, else 0 or 1 per label."""
    given: Any = frame if hasattr(model, "feature_names_in_") else frame.to_numpy()
    if hasattr(model, "predict_proba"):
        return _columns(model.predict_proba(given))
    if hasattr(model, "decision_function"):
        return _columns(model.decision_function(given))
    found = np.asarray(model.predict(given))
    if found.dtype.kind in "fiu" and not hasattr(model, "classes_"):
        return _columns(found)
    return (found[:, None] == np.asarray(model.classes_)[None, :]).astype(np.float64)


def _columns(values: Any) -> np.ndarray:
    array = np.asarray(values, dtype=np.float64)
    return array[:, None] if array.ndim == 1 else array


def difference(model: Any, frame: pd.DataFrame, logged: pd.Series) -> float:
    """Mean absolute difference between the model's scores and those in the log; for classes the share that differs.

    Infinite when the model cannot score the rows.
    """
    try:
        found = predictions(model, frame)
    except (ValueError, TypeError, KeyError, AttributeError):
        return float("inf")
    if logged.dtype.kind != "f":
        labels = np.asarray(getattr(model, "classes_", [])).astype(str)
        if len(labels) != found.shape[1]:
            return float("inf")
        return float(np.mean(labels[found.argmax(axis=1)] != logged.to_numpy(dtype=str)))
    # Either class may be the positive one.
    return float(np.min(np.mean(np.abs(found - logged.to_numpy()[:, None]), axis=0)))


def as_trained(model: Any, frame: pd.DataFrame, logged: pd.Series) -> tuple[pd.DataFrame, float]:
    """The frame with categories as the model knows them, and how far its scores are then from the logged ones.

    The log keeps categories as text; a model may have been trained on them as numbers (`3` instead of `"3"`). The form
    that brings its scores nearest to the logged ones is taken: all text, all numbers, then column by column.
    Raises ModelRefusedError when the model cannot score the rows in any form.
    """
    best, least = frame, difference(model, frame, logged)
    numeric = dict(_numbers(frame))
    if numeric and least > SAME_SCORE:
        candidates = [frame.assign(**numeric)]
        candidates += [frame.assign(**{name: column}) for name, column in list(numeric.items())[:MOST_SWITCHED]]
        candidates += [candidates[0].assign(**{name: frame[name]}) for name in list(numeric)[:MOST_SWITCHED]]
        for candidate in candidates:
            found = difference(model, candidate, logged)
            if found < least:
                best, least = candidate, found
    if not np.isfinite(least):
        predictions(model, frame)
        raise ModelRefusedError("the model gives no finite scores for rows of its log")
    return best, least


def _numbers(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for name, column in frame.items():
        if column.dtype.kind == "f":
            continue
        parsed = pd.to_numeric(column, errors="coerce")
        if parsed.notna().any() and bool((parsed.isna() == column.isna()).all()):
            yield str(name), parsed.astype(np.float64)


def from_raw(raw: np.ndarray, scale: str) -> np.ndarray | None:
    """Rows x outputs as `predictions` has them, from raw scores by the usual link of their scale; None for none."""
    if scale == "log_odds" and raw.shape[1] == 1:
        with np.errstate(over="ignore"):
            positive = 1 / (1 + np.exp(-raw[:, 0]))
        return np.stack([1 - positive, positive], axis=1)
    if scale == "log_odds":
        grown = np.exp(raw - raw.max(axis=1, keepdims=True))
        found: np.ndarray = grown / grown.sum(axis=1, keepdims=True)
        return found
    if scale == "log":
        return np.exp(raw)
    return raw if scale in ("probability", "number") else None
