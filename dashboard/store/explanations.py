"""Explanations of single predictions that were computed, by version and prediction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dashboard.store.audit.insert_tracking import figures_key
from dashboard.store.engine.clock import stored
from dashboard.store.engine.database import Store, append_rows


@dataclass(frozen=True)
class KeptExplanation:
    """One explained prediction: which, and what was found; `predicted_at` is aware."""

    version: str
    prediction_id: str
    predicted_at: datetime
    content: Mapping[str, Any]


def append_explanations(
    cursor: duckdb.DuckDBPyConnection,
    model_id: str,
    basis: str,
    explained: Sequence[KeptExplanation],
    recorded_at: datetime,
) -> None:
    """Record explanations; `basis` names the model file and what it was explained against."""
    key = figures_key(cursor)
    values = [
        (
            str(uuid.uuid4()), recorded_at, model_id, one.version, one.prediction_id, stored(one.predicted_at), basis,
            json.dumps(one.content), key,
        )
        for one in explained
    ]  # fmt: skip
    append_rows(cursor, "explanations", values)


def get_explanation(
    store: Store, model_id: str, basis: str, version: str, prediction: tuple[str, datetime]
) -> Mapping[str, Any] | None:
    """The content of the explanation of a prediction (its id and instant) on a basis; None when none is kept."""
    statement = (
        "SELECT content FROM explanations WHERE model_id = ? AND version = ? AND prediction_id = ? "
        "AND predicted_at = ? AND basis = ? ORDER BY recorded_at LIMIT 1"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [model_id, version, prediction[0], stored(prediction[1]), basis]).fetchone()
    return None if found is None else json.loads(found[0])


def explained_predictions(store: Store, model_id: str, basis: str) -> set[tuple[str, datetime]]:
    """Ids and instants (UTC without zone) of the predictions of a model that are explained on a basis."""
    statement = "SELECT prediction_id, predicted_at FROM explanations WHERE model_id = ? AND basis = ?"
    with store.cursor() as cursor:
        return {(str(name), at) for name, at in cursor.execute(statement, [model_id, basis]).fetchall()}
