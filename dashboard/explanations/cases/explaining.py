"""What led to a prediction: explained once by the worker, checked, and kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from dashboard.errors import shorten
from dashboard.explanations.cases.attributions import find_attribution
from dashboard.explanations.cases.case import Case, find_case
from dashboard.explanations.cases.keeping import keep_later
from dashboard.explanations.cases.model_files import Explainer, explainer_of
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.sandbox.model_worker import ExplainedRow, ExplainedRows, ModelWorker, Scores
from dashboard.explanations.sandbox.warm import warm_worker
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import MULTICLASS
from dashboard.store.engine.database import Store
from dashboard.store.explanations import KeptExplanation, get_explanation

# A score that was logged with three digits is still the same score; a number, relative to the larger one.
SAME_SCORE = 0.005
# Explanations that this process remembers; the ones from longest ago go first.
MOST_REMEMBERED = 2_000
SHAP, ATTRIBUTED = "shap", "attributions"


@dataclass(frozen=True)
class Explained:
    """Contributions of a row's features (all of the card), which with the base add up to the raw score.

    `scale` says what the raw score is: log_odds, probability, number, log (of the number) or decision (distance from
    the boundary). `score` is what the log has: a probability, a number or, of several classes, the class, which then is
    the `output` that is explained.
    """

    contributions: Mapping[str, float]
    base: float
    raw: float
    score: float | str
    scale: str
    output: str | None = None


@dataclass(frozen=True)
class CaseExplanation:
    """A prediction and what led to it; `method` is shap or attributions (brought from outside), `basis` what of."""

    case: Case
    explained: Explained
    method: str
    basis: str


_remembered: dict[tuple[object, ...], Explained] = {}


def score_rows(store: Store, card: ModelCard, version: str, rows: pd.DataFrame) -> Scores:
    """The scores that a version gives to made-up rows (a column for each feature of the card), all at once.

    Raises ModelRefusedError with the reason when its model file cannot be used.
    """
    explainer = explainer_of(store, card, version)
    return warm_worker().score_rows(explainer.file, columns_of(card, rows), explainer.sampler)


def explain_rows(store: Store, card: ModelCard, version: str, rows: pd.DataFrame) -> list[Explained]:
    """What leads to the scores that a version gives to made-up rows (a column for each feature of the card).

    Raises ModelRefusedError with the reason when there is no explanation, or it does not add up.
    """
    explainer = explainer_of(store, card, version)
    return explained_by(warm_worker(), card, explainer, rows)


def explained_by(worker: ModelWorker, card: ModelCard, explainer: Explainer, rows: pd.DataFrame) -> list[Explained]:
    """As `explain_rows`, by a given worker."""
    answer = worker.explain_rows(explainer.file, columns_of(card, rows), explainer.sampler)
    return [_explained(card, answer, row) for row in answer.rows]


def explain_prediction(
    store: Store,
    card: ModelCard,
    prediction_id: str,
    version: str | None = None,
    as_of: datetime | None = None,
    at: datetime | None = None,
) -> CaseExplanation:
    """What led to a prediction of the log: as it was kept, or as it is found now, which is kept then.

    Whoever asks neither writes nor waits for that. Raises NotFoundError when there is no such prediction, and
    ModelRefusedError with the reason when there is no explanation: no model file, one that is refused, contributions
    that do not add up, or a score that is not the logged one, so that the file is of another model.
    """
    case = find_case(store, card, prediction_id, version, as_of, at)
    try:
        return _by_file(store, card, case)
    except ModelRefusedError as refused:
        brought = find_attribution(store, card, case)
        if brought is None:
            raise ModelRefusedError(
                f"prediction {shorten(case.prediction_id)} cannot be explained: {refused}; no attribution of it was "
                "brought either"
            ) from refused
    raw = math.fsum(brought.contributions.values()) + brought.base
    assert case.score is not None
    # Of several classes it is the predicted one that was explained.
    output = str(case.score) if card.task == MULTICLASS else None
    found = Explained(brought.contributions, brought.base, raw, case.score, brought.scale, output)
    return CaseExplanation(case, found, ATTRIBUTED, f"file {brought.source}")


def _by_file(store: Store, card: ModelCard, case: Case) -> CaseExplanation:
    """By the version's model file."""
    explainer = explainer_of(store, card, case.version)
    basis = basis_of(explainer)
    key = (store.home, card.id, basis, case.version, case.prediction_id, case.at)
    found = _remembered.get(key) or _kept(store, card, case, basis)
    if found is None:
        rows = pd.DataFrame([dict(case.features)], dtype=object)
        found = explained_by(warm_worker(), card, explainer, rows)[0]
        check_score(case, found)
        keep_later(store, card.id, basis, kept_form(case, found))
    _remembered[key] = found
    while len(_remembered) > MOST_REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    return CaseExplanation(case, found, SHAP, basis)


def _kept(store: Store, card: ModelCard, case: Case, basis: str) -> Explained | None:
    content = get_explanation(store, card.id, basis, case.version, (case.prediction_id, case.at))
    return None if content is None else Explained(**content)


def basis_of(explainer: Explainer) -> str:
    """What an explanation rests on, as text: the model file and the rows that it is explained against."""
    return f"model file {explainer.file.sha256}, {explainer.file.basis}"


def check_score(case: Case, found: Explained) -> None:
    """Raise ModelRefusedError where the model file gives another score than the log has."""
    if case.score is None or is_same_score(case.score, found):
        return
    given, logged = (value if isinstance(value, str) else f"{value:.4g}" for value in (found.score, case.score))
    raise ModelRefusedError(
        f"the model file gives {given} for prediction {case.prediction_id}, the log has {logged}; it is not the file "
        "that made the prediction; register the right one"
    )


def is_same_score(logged: float | str, found: Explained) -> bool:
    """Whether a logged score is the one that is explained, but for the digits that files leave out."""
    if isinstance(found.score, str) or isinstance(logged, str):
        return str(logged) == str(found.score)
    room = 1.0 if found.scale in ("log_odds", "probability") else max(abs(logged), abs(found.score))
    return math.isclose(logged, found.score, abs_tol=SAME_SCORE * room, rel_tol=1e-9)


def columns_of(card: ModelCard, rows: pd.DataFrame) -> dict[str, list[object]]:
    """The card's features as lists: numbers, texts, None for missing; a feature that has no column is missing."""
    found: dict[str, list[object]] = {}
    for name, feature in card.data.features.items():
        if name not in rows.columns:
            found[name] = [None] * len(rows)
        elif feature.kind == "numeric":
            numbers = pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=np.float64)
            found[name] = [float(value) if math.isfinite(value) else None for value in numbers]
        else:
            found[name] = [None if pd.isna(value) else str(value) for value in rows[name]]
    return found


def _explained(card: ModelCard, answer: ExplainedRows, row: ExplainedRow) -> Explained:
    contributions = dict(zip(card.data.features, row.contributions, strict=True))
    return Explained(contributions, row.base, row.raw, row.score, answer.scale, row.output)


def kept_form(case: Case, found: Explained) -> KeptExplanation:
    """An explanation as it is kept."""
    return KeptExplanation(case.version, case.prediction_id, case.at, asdict(found))
