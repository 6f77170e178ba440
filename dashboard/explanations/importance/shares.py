"""How much a model uses each feature on a sample of its log: by Shapley values where exact, else by shuffling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.explanations.reading.readable import Readable, read_model
from dashboard.explanations.reading.scores import predictions
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.ensemble import Ensemble

SHAP, PERMUTATION = "shap", "permutation"
FEWEST_ROWS = 20
# Numbers that are worked on (nodes x points x outputs x rows), about ten seconds of one core.
MOST_NUMBERS = 200_000_000
SHUFFLES = 3
MANY_FEATURES = 200
SEED = 0


@dataclass(frozen=True)
class Shares:
    """Feature -> share (sum 1), how it was found, on how many rows, and the largest error of additivity (SHAP only)."""

    shares: dict[str, float]
    method: str
    rows: int
    additivity_error: float | None


def importance_shares(model: Any, frame: pd.DataFrame, features: Sequence[str]) -> Shares:
    """Mean absolute contribution of each feature to the model's raw score, as shares that sum to 1.

    Source: Lundberg and Lee (2017), Lundberg et al. (2020) for trees; the closed form for linear models. Of a model
    that cannot be explained exactly, the mean absolute change of the prediction when the feature is shuffled (after
    Breiman 2001, with the score in place of the loss).

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
    try:
        readable = read_model(model, [str(name) for name in frame.columns])
        readable.check(frame)
    except ModelRefusedError:
        return None
    rows = affordable_rows(readable, len(frame))
    if rows < FEWEST_ROWS:
        return None
    chosen = frame.iloc[np.linspace(0, len(frame) - 1, rows).astype(int)]
    amounts, error = mean_amounts(readable, chosen)
    return dict(zip([str(name) for name in frame.columns], amounts.tolist(), strict=True)), rows, error


def mean_amounts(readable: Readable, frame: pd.DataFrame) -> tuple[np.ndarray, float]:
    """The mean absolute contribution of each input to the raw scores, and the largest error of additivity."""
    columns, raw = readable.columns(frame), readable.own_raw(frame)
    amounts, error = np.zeros(frame.shape[1]), 0.0
    # Where there are two classes, what speaks for one speaks against the other.
    outputs = [raw.shape[1] - 1] if raw.shape[1] == 2 else list(range(raw.shape[1]))
    for output in outputs:
        values, base = readable.contributions(columns, output, columns.mean(axis=0))
        error = max(error, float(np.abs(values.sum(axis=1) + base - raw[:, output]).max()))
        amounts += np.abs(readable.by_owner(values, [str(name) for name in frame.columns])).mean(axis=0)
    return amounts / len(outputs), error


def affordable_rows(readable: Readable, rows: int) -> int:
    """How many of some rows are explained within seconds."""
    if not isinstance(readable.score, Ensemble):
        return rows
    score = readable.score
    return min(rows, MOST_NUMBERS // max(1, score.numbers * (1 if score.outputs == 2 else score.outputs)))


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
