"""Explanations in sentences, for each kind of reader."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pandas as pd

from dashboard.explanations.cases.explaining import CaseExplanation, Explained, explain_prediction
from dashboard.explanations.importance.sampling import read_sample
from dashboard.explanations.words.facts import TELLINGS, Facts, Scale
from dashboard.explanations.words.frequency import Frequency, ScoreBin, frequency
from dashboard.explanations.words.reasons import Given, Reason
from dashboard.explanations.words.related import Related, related_features
from dashboard.explanations.words.tellings import tell
from dashboard.profiles.count import reference_span
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import BINARY
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.log.files import PREDICTIONS, list_log_files
from dashboard.views.calibration import calibration
from dashboard.views.cases import asked_prediction
from dashboard.views.columns import declare
from dashboard.views.explanations import READERS_OF_CASES
from dashboard.views.kept import kept_while
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import view
from dashboard.words import mark

WORDS = declare(Column("telling", "code", mark("For whom")), "text")
RELATED = declare(
    "feature", Column("other", "code", mark("Goes together with")), Column("strength", "share", mark("How strongly"))
)
# Rows of the reference from which it is known what goes together.
SAMPLE_ROWS = 1_000


@view("words", columns=WORDS, roles=READERS_OF_CASES)
def words(store: Store, query: Query) -> pd.DataFrame:
    """What led to this prediction, in sentences?

    Columns: telling (manager, expert, data_scientist), text (a sentence; those of a telling in their order).
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    found = explain_prediction(store, card, asked_prediction(query), query.version, query.as_of, query.predicted_at)
    facts = facts_of(store, card, found, query)
    rows = [(telling, one.render(query.language)) for telling in TELLINGS for one in tell(facts, telling)]
    return pd.DataFrame(rows, columns=WORDS.names, dtype=object)


@view("related", columns=RELATED)
def related(store: Store, query: Query) -> pd.DataFrame:
    """Which features go together, so that it is uncertain which of them has which effect?

    Columns: feature, other, strength (between 0 and 1: rank correlation, correlation ratio or Cramer's V), from 0.7 on,
    strongest first. From at most 1,000 rows of the reference.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    return kept_while(store, ("log_files", "cards"), ("related features of", card.id), lambda: _related(store, card))


def _related(store: Store, card: ModelCard) -> pd.DataFrame:
    files = list_log_files(store, card.id, PREDICTIONS)
    rows = read_sample(store, card, files, reference_span(card), SAMPLE_ROWS).rows
    kinds = {name: feature.kind for name, feature in card.data.features.items()}
    found = related_features(rows.to_pandas(), kinds) if rows.num_rows else []
    return pd.DataFrame([(one.first, one.second, one.strength) for one in found], columns=RELATED.names)


def facts_of(store: Store, card: ModelCard, found: CaseExplanation, query: Query) -> Facts:
    """Everything that sentences about a prediction of the log rest on."""
    score = found.case.score if found.case.score is not None else found.explained.score
    facts = made_facts(store, card, dict(found.case.features), found.explained, score, query)
    return replace(facts, method=found.method)


def made_facts(
    store: Store, card: ModelCard, case: dict[str, Given], explained: Explained, score: float | str, query: Query
) -> Facts:
    """Everything that sentences about a case rest on, one of the log or a made-up one."""
    reasons = tuple(Reason(name, case.get(name), amount) for name, amount in explained.contributions.items())
    assert explained.scale in get_args(Scale)
    pairs = related(store, Query(model=card.id, as_of=query.as_of))
    return Facts(
        card,
        reasons,
        explained.base,
        score,
        explained.scale,  # type: ignore[arg-type]
        frequency_of(store, card, score, query),
        [Related(row["feature"], row["other"], row["strength"]) for row in records(pairs)],
    )


def frequency_of(store: Store, card: ModelCard, score: float | str, query: Query) -> Frequency | None:
    """How often the outcome occurs at such a score: from what happened after the reference, else by the score."""
    if card.task != BINARY or isinstance(score, str):
        return None
    asked = Query(model=card.id, as_of=query.as_of)
    known = kept_while(store, ("profiles", "cards"), ("score record", asked), lambda: calibration(store, asked))
    bins = [
        ScoreBin(row["lower"], row["upper"], row["rate"], row["low"], row["high"], int(row["predictions"]))
        for row in records(known)
    ]
    return frequency(score, bins)
