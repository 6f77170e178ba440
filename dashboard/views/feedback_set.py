"""Feedback as a training set: each judgement with the row that it is about, and where all of it comes from."""

from __future__ import annotations

import json

import pandas as pd

from dashboard.governance.feedback.judged_rows import JudgedRows
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.profiles.cases import read_cases
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.explanations import READERS_OF_CASES
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    Column("feedback", "id", mark("Feedback id")),
    "model",
    Column("prediction", "id", mark("Prediction")),
    "version",
    Column("predicted_at", "instant", mark("Predicted at")),
    Column("score", "text", mark("Prediction of the model")),
    Column("actual", "text", mark("Outcome")),
    Column("verdict", "code", mark("Judged as")),
    Column("corrected", "text", mark("Should be")),
    Column("reasons", "json", mark("Reasons")),
    Column("comment", "text", mark("Remark")),
    "person",
    Column("given_at", "instant", mark("Given on")),
    "recorded_at",
    Column("sample", "code", mark("Picked")),
    Column("seconds", "number", mark("Seconds")),
    Column("imported", "bool", mark("Imported")),
    Column("row", "json", mark("Row of the log")),
    Column("head", "id", mark("Head of the chain")),
)


@view("feedback-set", columns=COLUMNS, roles=READERS_OF_CASES)
def feedback_set(store: Store, query: Query) -> pd.DataFrame:
    """Which judgements can a model be trained on, with the rows that they are about?

    Columns: feedback (id), model, prediction, version, predicted_at (UTC), score and actual (as logged; JSON values),
    verdict, corrected (JSON value), reasons (JSON list), comment, person, given_at, recorded_at (UTC), sample (random,
    queue, chosen), seconds, imported, row (JSON: features and groups by name; null where the log does not have the
    prediction), head (hash of the last audit record: what a card's version names as its `feedback`). Judgements that
    count, oldest first.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    verdicts = [one for one in list_verdicts(store, card.id, query.as_of) if one.counts]
    head = store.ledger.head.hash
    rows = JudgedRows(read_cases(store, card, [one.prediction for one in verdicts], query.as_of))
    found = []
    for one in verdicts:
        logged = rows.about(one)
        found.append(
            {
                "feedback": one.feedback_id, "model": card.id, "prediction": one.prediction,
                "version": logged.version if logged is not None else one.version,
                "predicted_at": written(logged.made_at if logged is not None else one.predicted_at),
                "score": json.dumps(logged.score) if logged is not None else None,
                "actual": json.dumps(logged.actual) if logged is not None and logged.actual is not None else None,
                "verdict": one.verdict,
                "corrected": None if one.corrected is None else json.dumps(one.corrected),
                "reasons": json.dumps(one.reasons), "comment": one.comment, "person": one.person,
                "given_at": written(one.given_at), "recorded_at": written(one.recorded_at), "sample": one.sample,
                "seconds": one.seconds, "imported": one.imported,
                "row": json.dumps(dict(logged.values)) if logged is not None else None, "head": head,
            }
        )  # fmt: skip
    return pd.DataFrame(found, columns=COLUMNS.names, dtype=object)
