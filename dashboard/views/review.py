"""The cases that experts have to judge, and what each of them looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.errors import NotFoundError, shorten
from dashboard.governance.feedback.handed_out import HANDED_OUT, HandedOut, handed_out, latest_of, still_held
from dashboard.governance.feedback.verdicts import GivenVerdict, list_verdicts
from dashboard.lineage.logged import LoggedPrediction, find_prediction
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_of
from dashboard.schema.config.dashboard import settings_of
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now, written
from dashboard.store.engine.database import Store
from dashboard.store.log.made import find_made
from dashboard.store.statements import list_statements
from dashboard.views.columns import declare
from dashboard.views.explanations import READERS_OF_CASES
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark, number, share as share_words

QUEUE = declare(
    "model person",
    Column("position", "whole", mark("Number in the row")),
    Column("prediction", "id", mark("Prediction")),
    "version",
    Column("predicted_at", "instant", mark("Predicted at")),
    Column("why_picked", "code", mark("Why this case")),
    Column("handed_out_at", "instant", mark("Given since")),
    Column("verdict", "code", mark("Judged as")),
    Column("feedback", "id", mark("Feedback id")),
    Column("given_at", "instant", mark("Judged on")),
)
CASE = declare(
    "model",
    Column("part", "code", mark("Part")),
    Column("name", "code", mark("Column")),
    Column("label", "text", mark("Name")),
    Column("value", "text", mark("Value")),
    Column("unit", "text", mark("Unit")),
)


# Whole numbers below it are written without signs between their digits.
UNGROUPED = 10_000
# So many digits behind the comma may be needed to see on which side of the threshold a score lies.
MOST_DECIMALS = 6


@view("review-queue", columns=QUEUE)
def review_queue(store: Store, query: Query) -> pd.DataFrame:
    """Which cases does each expert have to judge next?

    Columns: model, person, position (1 = first), prediction, version, predicted_at (UTC), why_picked (random,
    uncertain, costly, drifted, contested), handed_out_at (UTC), verdict (null: still open), feedback (id of the
    judgement), given_at (UTC). The last ones that were handed out to each person, in their order; who asks sees their
    own, an administrator everybody's.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    moment = query.as_of or now()
    said = list_statements(store, [HANDED_OUT], card.id, query.as_of)
    known = still_held(handed_out(said), moment, settings_of(store.home).review_queue.keep_days)
    asked = query.person if query.person is not None else query.own
    people = dict.fromkeys(one.person for one in known if asked in (None, one.person))
    verdicts = [one for one in list_verdicts(store, card.id, query.as_of) if one.counts]
    rows = [
        _queue_row(card, position, one, verdicts)
        for person in people
        for position, one in enumerate(latest_of(known, person), 1)
    ]
    return pd.DataFrame(rows, columns=QUEUE.names, dtype=object)


def _queue_row(card: ModelCard, position: int, one: HandedOut, verdicts: list[GivenVerdict]) -> dict[str, object]:
    key = one.case.key(card)
    said = next((given for given in verdicts if given.person == one.person and given.case == key), None)
    return {
        "model": one.model_id,
        "person": one.person,
        "position": position,
        "prediction": one.case.prediction,
        "version": one.case.version,
        "predicted_at": written(one.case.made_at),
        "why_picked": one.case.why,
        "handed_out_at": written(one.handed_out_at),
        "verdict": said.verdict if said is not None else None,
        "feedback": said.feedback_id if said is not None else None,
        "given_at": written(said.given_at) if said is not None else None,
    }


@view("review-case", columns=CASE, roles=READERS_OF_CASES)
def review_case(store: Store, query: Query) -> pd.DataFrame:
    """What did the model say about one case, and on which inputs?

    Columns: model, part (decision, input, group), name (of the column), label (for readers), value (as readers write
    it), unit. The outcome is left out: who judges a case must not know it. The case is named by `prediction` (its id);
    of several scores of an id it is the one with the `version` and the instant (`predicted_at`) asked for, else the one
    that was handed out to the `person` asked about, else the last.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    rows: list[tuple[object, ...]] = []
    if query.prediction is not None:
        found = find_prediction(store, f"{card.id}/{query.prediction}", query.seen, query.as_of)
        if found is None:
            raise NotFoundError(f"prediction {shorten(query.prediction)} is not in the log of {card.id}")
        rows = case_rows(card, _asked_row(store, found, query) or found.row, query.language)
    return pd.DataFrame(rows, columns=CASE.names, dtype=object)


def _asked_row(store: Store, found: LoggedPrediction, query: Query) -> dict[str, Any] | None:
    """The row that is asked for, or that a person was given, where an id has several; None for the last one."""
    version, instant = query.version, query.predicted_at
    if version is None and instant is None and query.person is not None:
        said = handed_out(list_statements(store, [HANDED_OUT], found.model_id, query.as_of))
        given = [one.case for one in said if one.person == query.person and one.case.prediction == found.prediction]
        version, instant = (given[-1].version, given[-1].made_at) if given else (None, None)
    if version is None and instant is None:
        return None
    made = find_made(store, found.model_id, found.prediction, query.as_of)
    return next((row for one, at, row in made if version in (None, one) and instant in (None, at)), None)


def case_rows(card: ModelCard, row: Mapping[str, Any], language: str) -> list[tuple[object, ...]]:
    """The rows of a case: what was decided, then inputs in the order of the card, then other groups."""
    data = card.data
    rows: list[tuple[object, ...]] = [
        (card.id, "decision", data.score, *_decision(card, row["_score"], language)),
    ]
    for name, feature in data.features.items():
        unit = feature.unit.in_language(language) if feature.unit is not None else None
        value = _value(row.get(name), language)
        named = feature.category_labels.get(value or "")
        if named is not None:
            value = named.in_language(language)
        rows.append((card.id, "input", name, label_of(data, name, language), value, unit))
    others = [name for name in data.groups if name not in data.features and name in row]
    rows += [
        (card.id, "group", name, label_of(data, name, language), _value(row[name], language), None) for name in others
    ]
    return rows


def _decision(card: ModelCard, score: Any, language: str) -> tuple[str, str, str | None]:
    """What the model said in words, with label and unit."""
    if card.task == "binary_classification":
        message = (
            mark("yes ({share}; from {threshold} on it says yes)")
            if float(score) >= card.data.threshold
            else mark("no ({share}; from {threshold} on it says yes)")
        )
        values = dict(zip(("share", "threshold"), _apart(float(score), card.data.threshold, language), strict=True))
        return _label(card), Sentence(message, values).render(language), None
    unit = card.data.unit.in_language(language) if card.data.unit is not None else None
    return _label(card), _value(score, language) or "", unit


def _apart(score: float, threshold: float, language: str) -> tuple[str, str]:
    """Two shares in words, with as many digits as they differ in."""
    for decimals in range(1, MOST_DECIMALS):
        written_score, written_threshold = (share_words(one, language, decimals) for one in (score, threshold))
        if score == threshold or written_score != written_threshold:
            break
    return written_score, written_threshold


def _label(card: ModelCard) -> str:
    """What the model predicts, as its card calls it."""
    return card.data.actual


def _value(value: Any, language: str) -> str | None:
    """A value as readers write it; None for a missing one."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - not a number
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        # A year is no thousand.
        return str(int(value)) if value == int(value) and abs(value) < UNGROUPED else number(value, language, 4)
    return canonical(value)
