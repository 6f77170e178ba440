"""Kept judgements as the rows of views: brought up to date, narrowed to what the reader sees, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.governance.judgements.cells import from_text, tell, to_text
from dashboard.governance.judgements.registry import Lane, Row
from dashboard.governance.judgements.renewal import Question
from dashboard.governance.judgements.worker import renew
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.judgements import Search, judged_marks, read_judgements
from dashboard.views.kinds import Columns
from dashboard.views.query import Query

# Rows that were put into words last: after a new fact most of them are what they were.
ROWS_TOLD = 5_000
Marks = Mapping[str, str]


def question_of(query: Query) -> Question:
    """Return the question of a query: the present, a past day, or what was known at an instant."""
    return Question(query.on, query.as_of)


def models_of(store: Store, query: Query) -> Models:
    """The models that a query asks about, of those that the reader sees; raises NotFoundError for an unknown one."""
    if query.model is not None:
        get_card(store, query.model, query.as_of)
        return query.model
    return query.seen


def judged_rows(
    store: Store, query: Query, subject: str, *, lane: Lane = "present", search: Search | None = None
) -> list[dict[str, Any]]:
    """The rows of a subject in the reader's language."""
    models = models_of(store, query)
    renew(store, question_of(query), lane, models, waits=query.waits)
    found = read_judgements(store, question_of(query).name, subject, models, search)
    return [dict(in_words(text, query.language)) for _, text in found]


def marks_of(store: Store, question: Question, lane: Lane, models: Models) -> Marks:
    """The marks of the kept judgements of models, read once while nothing is committed; nobody may change them."""
    if store.writer.transaction is not None:
        return judged_marks(store, question.name, lane, models)
    kept, place = store.worked_out, ("marks", question, lane, models)
    found = kept.get(place)
    if not isinstance(found, dict):
        found = kept[place] = judged_marks(store, question.name, lane, models)
    return found


@lru_cache(ROWS_TOLD)
def in_words(text: str, language: str) -> dict[str, Any]:
    """The cells of a kept row in a language; nobody may change what is given."""
    return tell(from_text(text), language)


def tell_row(row: Row, language: str) -> dict[str, Any]:
    """A row that was just judged, as `judged_rows` gives those that were kept."""
    return dict(in_words(to_text(row.content), language))


def frame_of(found: Iterable[dict[str, Any]], columns: Columns) -> pd.DataFrame:
    """Rows as a frame with the columns of a view, its values as they are."""
    return pd.DataFrame(list(found), columns=columns.names, dtype=object)


def outdated(known: Marks, marks: Marks) -> set[str]:
    """The models whose rows may be others than when `known` was read, and those that are no more."""
    changed = {model_id for model_id, mark in marks.items() if known.get(model_id) != mark}
    return changed | (known.keys() - marks.keys())
