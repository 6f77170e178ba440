"""A model of boosted trees that was read from its library's own file: it scores like one of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
import pandas as pd

from dashboard.explanations.reading.estimators import Scale
from dashboard.explanations.reading.readable import Readable
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.ensemble import Ensemble

# How raw scores become scores.
Link = Literal["identity", "logistic", "softmax", "one_vs_all", "log"]
UNNAMED = ("", "Column_", "f")


@dataclass(frozen=True)
class NativeModel:
    """A regression. `names` are its columns (empty: not named); `categories` the codes of texts, by column.

    `steepness` is LightGBM's factor of log-odds. `alternatives` are other readings of the same file: all rounds, or
    those up to the best one.
    """

    names: tuple[str, ...]
    columns_in: int
    categories: Mapping[int, Sequence[str]]
    ensemble: Ensemble
    link: Link
    steepness: float = 1.0
    alternatives: tuple[NativeModel, ...] = ()

    @property
    def feature_names_in_(self) -> list[str]:
        """The columns, as scikit-learn calls them."""
        return list(self.names)

    @property
    def scale(self) -> Scale:
        """What the raw scores are."""
        if self.link in ("logistic", "softmax", "one_vs_all"):
            return "log_odds"
        return "log" if self.link == "log" else "number"

    def named_for(self, features: Sequence[str]) -> Self:
        """The model with the names of the card's features, in the card's order where the file has none.

        Raises ModelRefusedError when there are others.
        """
        spelt = {name.replace(" ", "_"): name for name in features} | {name: name for name in features}
        if self.names and all(name in spelt for name in self.names):
            return self._renamed([spelt[name] for name in self.names])
        bare = any(all(name == f"{start}{place}" for place, name in enumerate(self.names)) for start in UNNAMED)
        if not bare:
            missing = [name for name in self.names if name not in spelt]
            raise ModelRefusedError(
                f"the model needs columns that are no features of the card: {', '.join(missing[:5])}; add them to it"
            )
        if self.columns_in != len(features):
            raise ModelRefusedError(
                f"the model expects {self.columns_in} columns without names; the card has {len(features)}"
            )
        return self._renamed(list(features))

    def _renamed(self, names: Sequence[str]) -> Self:
        others = tuple(replace(other, names=tuple(names)) for other in self.alternatives)
        return replace(self, names=tuple(names), alternatives=others)

    def columns(self, frame: pd.DataFrame) -> np.ndarray:
        """The numbers of rows; raises ValueError for a text that is no number where no categories are known."""
        found = np.full((len(frame), len(self.names)), np.nan)
        for place, name in enumerate(self.names):
            values = frame[name]
            if values.dtype.kind == "f":
                found[:, place] = values
            elif known := self.categories.get(place):
                codes = {text: float(code) for code, text in enumerate(known)}
                found[:, place] = [codes.get(text, np.nan) if isinstance(text, str) else np.nan for text in values]
            else:
                found[:, place] = pd.to_numeric(values, errors="raise").to_numpy(dtype=np.float64)
        return found

    def raw(self, frame: pd.DataFrame) -> np.ndarray:
        """The raw scores, rows x outputs."""
        return self.ensemble.raw(self.columns(frame))

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """The predicted numbers."""
        raw = self.raw(frame)[:, 0]
        if self.link == "logistic":
            return _logistic(raw, self.steepness)
        return np.exp(raw) if self.link == "log" else raw

    def readable(self, inputs: list[str]) -> Readable:
        """What explains it."""
        if inputs != list(self.names):
            raise ModelRefusedError("the model takes other columns")
        return Readable(self.names, self.ensemble, self.scale, self.columns, self.raw)


@dataclass(frozen=True)
class NativeClassifier(NativeModel):
    """A classifier; its file does not know the names of its classes, which are their numbers until they are named."""

    classes: tuple[str, ...] = ()

    @property
    def classes_(self) -> np.ndarray:
        """The classes, as scikit-learn calls them."""
        return np.asarray(self.classes)

    def with_classes(self, logged: Iterable[object]) -> Self:
        """The model with the classes of the log, where they are as many and have other names: libraries sort them."""
        found = sorted({str(value) for value in logged if value is not None and value == value})  # noqa: PLR0124
        if len(self.classes) < 3 or len(found) != len(self.classes) or set(found) == set(self.classes):
            return self
        if all(_is_number(name) for name in found):
            found.sort(key=float)
        others = tuple(replace(other, classes=tuple(found)) for other in self.alternatives)  # type: ignore[call-arg]
        return replace(self, classes=tuple(found), alternatives=others)

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        """The probabilities, rows x classes."""
        raw = self.raw(frame)
        if self.link == "logistic":
            positive = _logistic(raw[:, 0], self.steepness)
            return np.stack([1 - positive, positive], axis=1)
        if self.link == "one_vs_all":
            return _logistic(raw, self.steepness)
        grown = np.exp(raw - raw.max(axis=1, keepdims=True))
        found: np.ndarray = grown / grown.sum(axis=1, keepdims=True)
        return found


def _logistic(raw: np.ndarray, steepness: float) -> np.ndarray:
    with np.errstate(over="ignore"):
        found: np.ndarray = 1 / (1 + np.exp(-steepness * raw))
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
