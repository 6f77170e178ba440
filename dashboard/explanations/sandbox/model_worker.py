"""The parent's side of the process that loads model files: one warm child that scores and explains."""

from __future__ import annotations

import math
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Literal, Self, TypeVar

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.explanations.sandbox.model_file import ModelRefusedError, check_format
from dashboard.processes.child import ChildProcess, ChildStoppedError

# Of the importance of one model, of loading one, of answers about a loaded one.
IMPORTANCE_SECONDS, LOADING_SECONDS, ANSWER_SECONDS = 90.0, 60.0, 30.0
SAMPLE_ROWS = 500
SUM_WITHIN = 1e-6
# What one request may bring; more is asked for in parts.
ROWS_AT_ONCE, EXPLAINED_AT_ONCE = 20_000, 200

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Columns = Mapping[str, Sequence[object]]
# Given a number of rows, a sample of the version's log: the card's features and `_score`.
Sampler = Callable[[int], pa.Table]


class Answer(BaseModel):
    """What the child says; nothing of it is believed before it has this form."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Kind = TypeVar("Kind", bound=Answer)


class Importance(Answer):
    """How much a model uses its features.

    Feature -> share (sum 1) with its 95 % interval (None: not known), the method, rows used, the largest |base +
    contributions - raw score| (SHAP only), and the mean difference between the model's scores and those in the log.
    """

    shares: dict[str, Share]
    low: dict[str, Share | None]
    high: dict[str, Share | None]
    method: Literal["shap", "permutation"]
    rows: Annotated[int, Field(ge=1, le=SAMPLE_ROWS)]
    additivity_error: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None
    score_difference: Annotated[float, Field(ge=0, allow_inf_nan=False)]

    def intervals(self) -> dict[str, tuple[float, float] | None]:
        """The interval of each share, None where it is not known."""
        ends = ((name, low, self.high[name]) for name, low in self.low.items())
        return {name: None if low is None or high is None else (low, high) for name, low, high in ends}


class ExplainedRow(Answer):
    """One row: a contribution for each feature of the card, which with the base add up to the raw score."""

    contributions: list[Finite]
    base: Finite
    raw: Finite
    score: float | str
    output: str | None


class ExplainedRows(Answer):
    """Rows in their order, and the scale of their raw scores."""

    scale: Literal["log_odds", "probability", "number", "log", "decision"]
    rows: list[ExplainedRow]


class Scores(Answer):
    """The score of each row as the log has it; of several classes also the probability of each."""

    scores: list[Finite | str]
    probabilities: list[list[Finite]] | None
    classes: list[str]


class Pairs(Answer):
    """Pairs of features with their mean absolute interaction, the strongest first."""

    pairs: list[tuple[str, str, Finite]]


@dataclass(frozen=True)
class Request:
    """A model file, the hash it must have, a sample of its log (Parquet) and the card's features with their kinds."""

    artifact: Path
    sha256: str
    sample: Path
    features: dict[str, str]


@dataclass(frozen=True)
class ModelFile:
    """A kept model file, its hash, the card's features with their kinds, and the task.

    `basis` names the rows of the log that it is tried on, and that a linear score is explained against.
    """

    artifact: Path
    sha256: str
    features: Mapping[str, str]
    task: str
    basis: str

    @property
    def key(self) -> str:
        """Whatever changes the answers."""
        parts = (self.sha256, repr(dict(self.features)), self.task, self.basis)
        return sha256("\n".join(parts).encode()).hexdigest()


class ModelWorker:
    """Keeps one warm child for several model files, since importing what reads them takes seconds.

    Any thread may ask; requests are answered one by one. A child that dies is replaced at the next request.
    """

    def __init__(self, seconds: float = IMPORTANCE_SECONDS) -> None:
        """Set how long the importance of one model may take once the child is warm."""
        self._child = ChildProcess("dashboard.explanations.sandbox.worker")
        self._seconds = seconds
        self._asking = threading.Lock()

    def __enter__(self) -> Self:
        """Use it as a context manager; the child starts with the first request."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child at once; whoever waits for an answer gets a ModelRefusedError."""
        self._child.close()

    def start(self) -> None:
        """Start the child, so that the first reader does not wait for it. Raises ModelRefusedError."""
        self._ask({"do": "start"}, ANSWER_SECONDS)

    def importance(self, request: Request) -> Importance:
        """Importance of one model file. Raises ModelRefusedError with the reason when there is none."""
        check_format(request.artifact)
        message = {
            "do": "importance",
            "artifact": str(request.artifact.resolve()),
            "sha256": request.sha256,
            "sample": str(request.sample.resolve()),
            "features": request.features,
        }
        found = _read(Importance, self._ask(message, self._seconds))
        named = all(list(one) == list(request.features) for one in (found.shares, found.low, found.high))
        if not named or not math.isclose(sum(found.shares.values()), 1, abs_tol=SUM_WITHIN):
            raise ModelRefusedError("the model file could not be explained; its process answered other shares")
        return found

    def explain_rows(self, file: ModelFile, rows: Columns, sampler: Sampler) -> ExplainedRows:
        """The contributions to the score of each row, given as lists by feature (None = missing).

        Raises ModelRefusedError with the reason when there are none, or they do not add up.
        """
        found: list[ExplainedRow] = []
        scale: Literal["log_odds", "probability", "number", "log", "decision"] = "number"
        for part in _parts(rows, EXPLAINED_AT_ONCE):
            answer = _read(ExplainedRows, self._ask_about(file, "explain", part, sampler))
            scale = answer.scale
            found += answer.rows
        for row in found:
            size = max(1.0, abs(row.raw), *(abs(value) for value in row.contributions))
            gap = abs(math.fsum(row.contributions) + row.base - row.raw)
            if len(row.contributions) != len(file.features) or gap > SUM_WITHIN * size:
                raise ModelRefusedError("the contributions do not add up to the score; none is shown")
        return ExplainedRows(scale=scale, rows=found)

    def score_rows(self, file: ModelFile, rows: Columns, sampler: Sampler) -> Scores:
        """The score of each row, given as lists by feature (None = missing). Raises ModelRefusedError."""
        parts = [
            _read(Scores, self._ask_about(file, "score", part, sampler)) for part in _parts(rows, ROWS_AT_ONCE)
        ]  # fmt: skip
        many = [part.probabilities for part in parts if part.probabilities is not None]
        return Scores(
            scores=[score for part in parts for score in part.scores],
            probabilities=[row for rows_of_part in many for row in rows_of_part] if many else None,
            classes=parts[0].classes,
        )

    def interactions(self, file: ModelFile, rows: Columns, sampler: Sampler) -> Pairs:
        """How strongly pairs of features act together on some rows. Raises ModelRefusedError."""
        answer = self._ask_about(file, "interactions", rows, sampler)
        found = answer.get("pairs")
        return _read(Pairs, {"pairs": [tuple(pair) for pair in found]} if isinstance(found, list) else answer)

    def _ask_about(self, file: ModelFile, do: str, rows: Columns, sampler: Sampler) -> Mapping[str, Any]:
        """The answer to a request, which is repeated with rows of the log when the child needs them first."""
        import pyarrow.parquet as pq

        message: dict[str, Any] = {
            "do": do,
            "key": file.key,
            "artifact": str(file.artifact.resolve()),
            "sha256": file.sha256,
            "features": dict(file.features),
            "task": file.task,
            "rows": {name: list(values) for name, values in rows.items()},
        }
        answer = self._ask(message, ANSWER_SECONDS)
        if "needs" not in answer:
            return answer
        check_format(file.artifact)
        # Made readable for its owner only.
        with tempfile.TemporaryDirectory(prefix="ledger-") as directory:
            place = Path(directory) / "sample.parquet"
            asked = 0
            # First what the model is tried on, then, for a linear score, the whole reference.
            while "needs" in answer and int(answer["needs"]) > asked:
                asked = int(answer["needs"])
                pq.write_table(sampler(asked), place)
                answer = self._ask({**message, "sample": str(place), "whole": asked > SAMPLE_ROWS}, LOADING_SECONDS)
        return answer

    def _ask(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        with self._asking:
            try:
                answer = self._child.ask(dict(message), seconds)
            except ChildStoppedError as fault:
                raise ModelRefusedError(f"the model file could not be explained; {fault}") from fault
        if "refused" in answer:
            raise ModelRefusedError(str(answer["refused"])[:500])
        return answer


def _parts(rows: Columns, size: int) -> list[Columns]:
    number = max((len(values) for values in rows.values()), default=0)
    return [
        {name: values[begin : begin + size] for name, values in rows.items()}
        for begin in range(0, max(1, number), size)
    ]  # fmt: skip


def _read(kind: type[Kind], answer: Mapping[str, Any]) -> Kind:
    try:
        return kind.model_validate(dict(answer))
    except ValidationError as fault:
        raise ModelRefusedError("the model file could not be explained; its process answered nonsense") from fault
