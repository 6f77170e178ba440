"""Explaining the newest predictions before anybody asks, within a budget."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from dashboard.explanations.cases.case import Case
from dashboard.explanations.cases.explaining import (
    basis_of,
    explained_by,
    is_same_score,
    kept_form,
)
from dashboard.explanations.cases.keeping import keep_explanations
from dashboard.explanations.cases.model_files import Explainer, explainer_of
from dashboard.explanations.importance.sampling import SCORE, files_of, log_columns
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.sandbox.model_worker import ModelWorker
from dashboard.profiles.engine import Engine
from dashboard.profiles.periods import BASE, floor, following, to_local, to_utc
from dashboard.profiles.single_cases import sample_of_cases
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import stored
from dashboard.store.engine.database import Store
from dashboard.store.explanations import KeptExplanation, explained_predictions
from dashboard.store.log.files import check_log_files, file_path

# Cases of a version's latest period that are explained, and seconds that all models of a run may take.
CASES, SECONDS = 200, 30.0


def explain_ahead(store: Store, cards: Sequence[ModelCard], actor: str) -> int:
    """Explain cases of the latest period of each version with a model file, as far as they are not kept yet.

    What does not fit into the seconds of a run is left for the next one, or for whoever asks. Returns how many were
    explained. A model that cannot be explained is passed over: its importance says why.
    """
    until = time.monotonic() + SECONDS
    explained = 0
    with ModelWorker() as worker:
        for card in cards:
            for version in card.versions:
                if version.artifact_sha256 is None or time.monotonic() > until:
                    continue
                try:
                    explained += _of_version(store, card, version.version, worker, actor)
                except ModelRefusedError:
                    continue
    return explained


def _of_version(store: Store, card: ModelCard, version: str, worker: ModelWorker, actor: str) -> int:
    explainer = explainer_of(store, card, version)
    basis = basis_of(explainer)
    known = explained_predictions(store, card.id, basis)
    cases = [one for one in _newest(store, card, version) if (one.prediction_id, stored(one.at)) not in known]
    if not cases:
        return 0
    kept = _explained(card, explainer, worker, cases)
    if kept:
        keep_explanations(store, "monitor", actor, {(card.id, basis): kept})
    return len(kept)


def _explained(
    card: ModelCard, explainer: Explainer, worker: ModelWorker, cases: Sequence[Case]
) -> list[KeptExplanation]:
    rows = pd.DataFrame([dict(case.features) for case in cases], dtype=object)
    found = explained_by(worker, card, explainer, rows)
    return [
        kept_form(case, one)
        for case, one in zip(cases, found, strict=True)
        if case.score is None or is_same_score(case.score, one)
    ]


def _newest(store: Store, card: ModelCard, version: str) -> list[Case]:
    """A sample of the cases of the latest period that has predictions of a version."""
    files = files_of(store, card.id, version, None)
    last = max((file.last_at for file in files if file.last_at is not None), default=None)
    if last is None:
        return []
    files = files_of(store, card.id, version, _period(card, last))
    check_log_files(store, files)
    engine = Engine(store.home / "log")
    try:
        paths = [file_path(store, file) for file in files]
        found = sample_of_cases(engine, paths, _period(card, last), log_columns(card), CASES)
    finally:
        engine.close()
    cases = []
    for name, at, values in found:
        score = values.pop(SCORE)
        cases.append(Case(name, version, at, score, values))
    return cases


def _period(card: ModelCard, at: datetime) -> tuple[datetime, datetime]:
    """The card's period around an instant, in UTC without zone, its end excluded."""
    grain = BASE[card.period]
    start = floor(to_local(stored(at), card.zone), grain)
    return to_utc(start, card.zone), to_utc(following(start, grain), card.zone)
