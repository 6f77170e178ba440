"""What the worker keeps of a model file while it is warm: the model, how rows look for it, and how to explain it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.explanations.importance.sampling import SCORE
from dashboard.explanations.reading.linear import Linear
from dashboard.explanations.reading.loading import load_model, tried
from dashboard.explanations.reading.pairs import strongest_pairs
from dashboard.explanations.reading.readable import Readable, read_model
from dashboard.explanations.reading.scores import from_raw, inputs, predictions
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.ensemble import Ensemble

# Models that are kept loaded at a time.
KEPT = 6
# Rows that a model is tried on before it explains anything; rows that the mean of a linear score is taken of.
TRIED_ROWS, REFERENCE_ROWS = 500, 200_000
ROWS_AT_ONCE, CHECKED_ROWS = 2_000, 40
BINARY, MULTICLASS = "binary_classification", "multiclass_classification"


class SampleNeededError(Exception):
    """The model is not loaded, or lacks its reference: so many rows of the log are needed first."""

    def __init__(self, rows: int) -> None:
        """Name the largest number of rows that is of use."""
        super().__init__(rows)
        self.rows = rows


@dataclass
class Loaded:
    """A loaded model; `numbers` are the categories of the card that it knows as numbers."""

    model: Any
    features: Mapping[str, str]
    numbers: frozenset[str]
    # Of a binary classifier: the column of the class whose probability is logged.
    positive: int
    task: str
    readable: Readable | None
    refusal: str
    # Whether the usual link makes of raw scores what the library predicts.
    linked: bool = False
    centre: np.ndarray | None = None

    def frame(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of the card's features as the model takes them."""
        found = inputs(self.model, rows, dict(self.features))
        known = [name for name in found.columns if name in self.numbers]
        return found.astype(dict.fromkeys(known, np.float64)) if known else found

    @property
    def classes(self) -> list[str]:
        """The names of the classes, none for a regression."""
        return [str(name) for name in getattr(self.model, "classes_", [])]

    def scores(self, rows: pd.DataFrame) -> tuple[list[float | str], np.ndarray | None]:
        """The scores as the log has them, and the probabilities of all classes where there are more than two."""
        found = predictions(self.model, self.frame(rows))
        return self._logged(found), found if self.task == MULTICLASS else None

    def _logged(self, found: np.ndarray) -> list[float | str]:
        """What the log has of predictions (rows x outputs)."""
        if self.task == MULTICLASS:
            named = self.classes
            return [named[place] for place in found.argmax(axis=1)]
        return [float(value) for value in found[:, self.positive if found.shape[1] > 1 else 0]]

    def _scores(self, frame: pd.DataFrame, raw: np.ndarray) -> list[float | str]:
        """The scores that follow from raw scores; by the library where it links them in another way."""
        assert self.readable is not None
        linked = from_raw(raw, self.readable.scale) if self.linked else None
        return self._logged(predictions(self.model, frame) if linked is None else linked)

    def explain(self, rows: pd.DataFrame) -> list[dict[str, Any]]:
        """The contributions of each row's features, with the base, the raw score, the score and the class explained.

        Raises ModelRefusedError where they do not add up to the raw score.
        """
        readable = self.readable
        if readable is None:
            raise ModelRefusedError(self.refusal)
        frame = self.frame(rows)
        columns = readable.columns(frame)
        raw = readable.score.raw(columns)
        scores = self._scores(frame, raw)
        found = []
        for place in range(len(rows)):
            output, sign = self._output(raw.shape[1], scores[place])
            values, base = readable.contributions(columns[place : place + 1], output, self.centre)
            own = sign * float(raw[place, output])
            by_input = sign * readable.by_owner(values, list(frame.columns))[0]
            _check_sum(by_input, sign * base, own)
            amounts = dict(zip(frame.columns, by_input.tolist(), strict=True))
            found.append(
                {
                    "contributions": [amounts.get(name, 0.0) for name in self.features],
                    "base": sign * base,
                    "raw": own,
                    "score": scores[place],
                    "output": scores[place] if self.task == MULTICLASS else None,
                }
            )
        return found

    def interactions(self, rows: pd.DataFrame) -> list[list[Any]]:
        """Pairs of features with the mean absolute interaction value on some rows, the strongest first.

        Of the features with the largest contributions. Raises ModelRefusedError for a score without trees.
        """
        readable = self.readable
        if readable is None:
            raise ModelRefusedError(self.refusal)
        if not isinstance(readable.score, Ensemble):
            raise ModelRefusedError("the score is a weighted sum; its features do not act together")
        frame = self.frame(rows)
        columns = readable.columns(frame)
        scores = self._scores(frame, readable.score.raw(columns))
        return strongest_pairs(
            readable, columns, [self._output(readable.score.outputs, score)[0] for score in scores], list(frame.columns)
        )

    def _output(self, outputs: int, score: float | str) -> tuple[int, int]:
        """Which raw score is explained, and its sign: a single one of two classes speaks for the second."""
        if self.task == MULTICLASS and outputs > 1:
            return self.classes.index(str(score)), 1
        if outputs == 2:
            return self.positive, 1
        return 0, -1 if self.task == BINARY and len(self.classes) == 2 and self.positive == 0 else 1


def _check_sum(values: np.ndarray, base: float, raw: float) -> None:
    size = max(1.0, abs(raw), float(np.abs(values).max(initial=0.0)))
    gap = abs(float(values.sum()) + base - raw)
    if not gap <= 1e-6 * size:
        raise ModelRefusedError(f"the contributions do not add up to the score; they miss it by {gap:.3g}")


class LoadedModels:
    """The models that were asked for last."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[str, Loaded] = OrderedDict()

    def get(self, request: Mapping[str, Any]) -> Loaded:
        """The model of a request, loaded when it is not there.

        Raises SampleNeededError when it has to be loaded and the request brings no rows of the log, ModelRefusedError.
        """
        key = str(request["key"])
        if key not in self._kept:
            if request.get("sample") is None:
                raise SampleNeededError(TRIED_ROWS)
            self._kept[key] = _load(request, pd.read_parquet(request["sample"]))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def get_explainable(self, request: Mapping[str, Any]) -> Loaded:
        """As `get`; of a linear score with the mean of its reference."""
        found = self.get(request)
        readable = found.readable
        if readable is not None and isinstance(readable.score, Linear) and found.centre is None:
            if not request.get("whole"):
                raise SampleNeededError(REFERENCE_ROWS)
            found.centre = _centre(found, readable, pd.read_parquet(request["sample"]))
        return found


def _load(request: Mapping[str, Any], sample: pd.DataFrame) -> Loaded:
    features: dict[str, str] = request["features"]
    sample = sample.iloc[:TRIED_ROWS]
    model = load_model(Path(request["artifact"]), request["sha256"], features)
    model, frame, _ = tried(model, sample, sample[SCORE], features)
    numbers = frozenset(
        str(name) for name in frame.columns if features[str(name)] == "categorical" and frame[name].dtype.kind == "f"
    )
    readable, refusal = None, ""
    try:
        readable = read_model(model, [str(name) for name in frame.columns])
        readable.check(_some(frame))
    except ModelRefusedError as refused:
        readable, refusal = None, str(refused)
    positive = _positive(model, frame, sample[SCORE])
    linked = readable is not None and _is_linked(model, readable, frame)
    return Loaded(model, features, numbers, positive, str(request["task"]), readable, refusal, linked)


def _some(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows from all over a frame: walking large forests takes long."""
    return frame.iloc[np.unique(np.linspace(0, len(frame) - 1, min(len(frame), CHECKED_ROWS)).astype(int))]


def _is_linked(model: Any, readable: Readable, frame: pd.DataFrame) -> bool:
    some = _some(frame)
    found = from_raw(readable.score.raw(readable.columns(some)), readable.scale)
    expected = predictions(model, some)
    return found is not None and found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-9))


def _positive(model: Any, frame: pd.DataFrame, logged: pd.Series) -> int:
    """Which of two classes the logged score is the probability of: the second, unless the first is nearer."""
    if len(getattr(model, "classes_", [])) != 2 or logged.dtype.kind != "f" or logged.isna().all():
        return 1
    found = predictions(model, frame)
    if found.shape[1] != 2:
        return 1
    gaps = [np.nanmean(np.abs(found[:, place] - logged.to_numpy())) for place in (0, 1)]
    return 0 if gaps[0] < gaps[1] else 1


def _centre(found: Loaded, readable: Readable, reference: pd.DataFrame) -> np.ndarray:
    """The mean of the columns that a linear score works on, over the reference."""
    if reference.empty:
        raise ModelRefusedError("a linear model is explained against its reference, which has no rows; add predictions")
    total, rows = np.zeros(len(readable.owners)), 0
    for begin in range(0, len(reference), ROWS_AT_ONCE):
        part = readable.columns(found.frame(reference.iloc[begin : begin + ROWS_AT_ONCE]))
        total += part.sum(axis=0)
        rows += len(part)
    return total / rows


def rows_of(columns: Mapping[str, Sequence[object]], features: Mapping[str, str]) -> pd.DataFrame:
    """A frame of the card's features from lists by feature, None for missing."""
    found: dict[str, Any] = {}
    for name, kind in features.items():
        values = list(columns[name])
        found[name] = np.array(values, dtype=np.float64) if kind == "numeric" else pd.Series(values, dtype="str")
    return pd.DataFrame(found)
