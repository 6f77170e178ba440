"""How much a model uses each feature on a sample of its log: by Shapley values where exact, else by shuffling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.explanations.importance.intervals import Interval, share_intervals
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
    """Feature -> share (sum 1) and its 95 % interval (None: not known), how it was found, on how many rows.

    `additivity_error` is the largest one (SHAP only).
    """

    shares: dict[str, float]
    intervals: dict[str, Interval | None]
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
    amounts, error = _by_shap(model, frame) or (_by_shuffling(model, frame), None)
    means = amounts.mean(axis=0)
    if not np.isfinite(means.sum()) or means.sum() <= 0:
        raise ModelRefusedError("the model's score is the same whatever the features are")
    names = [str(name) for name in frame.columns]
    shares = dict(zip(names, (means / means.sum()).tolist(), strict=True))
    intervals = dict(zip(names, share_intervals(amounts), strict=True))
    return Shares(
        {name: shares.get(name, 0.0) for name in features},
        {name: intervals.get(name) for name in features},
        PERMUTATION if error is None else SHAP,
        len(amounts),
        error,
    )


def _by_shap(model: Any, frame: pd.DataFrame) -> tuple[np.ndarray, float] | None:
    try:
        readable = read_model(model, [str(name) for name in frame.columns])
        readable.check(frame)
    except ModelRefusedError:
        return None
    rows = affordable_rows(readable, len(frame))
    if rows < FEWEST_ROWS:
        return None
    return row_amounts(readable, frame.iloc[np.linspace(0, len(frame) - 1, rows).astype(int)])


def row_amounts(readable: Readable, frame: pd.DataFrame) -> tuple[np.ndarray, float]:
    """The absolute contributions to the raw score (rows x inputs), of several the mean; largest additivity error."""
    columns, raw = readable.columns(frame), readable.own_raw(frame)
    amounts, error = np.zeros(frame.shape), 0.0
    # Where there are two classes, what speaks for one speaks against the other.
    outputs = [raw.shape[1] - 1] if raw.shape[1] == 2 else list(range(raw.shape[1]))
    for output in outputs:
        values, base = readable.contributions(columns, output, columns.mean(axis=0))
        error = max(error, float(np.abs(values.sum(axis=1) + base - raw[:, output]).max()))
        amounts += np.abs(readable.by_owner(values, [str(name) for name in frame.columns]))
    return amounts / len(outputs), error


def affordable_rows(readable: Readable, rows: int) -> int:
    """How many of some rows are explained within seconds."""
    if not isinstance(readable.score, Ensemble):
        return rows
    score = readable.score
    return min(rows, MOST_NUMBERS // max(1, score.numbers * (1 if score.outputs == 2 else score.outputs)))


def _by_shuffling(model: Any, frame: pd.DataFrame) -> np.ndarray:
    """By how much the prediction changes when a feature is shuffled (rows x inputs).

    A row has its own change and, in excess of the mean, that of the row which got its value: a mean over pairs of rows
    varies by both (Hoeffding 1948).
    """
    before = predictions(model, frame)
    random = np.random.default_rng(SEED)
    times = SHUFFLES if frame.shape[1] <= MANY_FEATURES else 1
    amounts = np.zeros(frame.shape)
    for place, name in enumerate(frame.columns):
        for _ in range(times):
            order = random.permutation(len(frame))
            after = predictions(model, frame.assign(**{name: frame[name].to_numpy()[order]}))
            changes = np.abs(after - before).reshape(len(frame), -1).mean(axis=1)
            amounts[:, place] += changes
            amounts[order, place] += changes - changes.mean()
    return amounts / times
