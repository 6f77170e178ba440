"""A single prediction in the log, by its written name `MODEL/ID`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard.errors import NotFoundError
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.log.made import find_made


@dataclass(frozen=True)
class LoggedPrediction:
    """One prediction: who made it when (UTC; `day` in the model's zone), and its row as logged.

    Where several versions scored the case, or the id was scored again, it is the last one that was made.
    """

    model_id: str
    prediction: str
    version: str
    made_at: datetime
    day: date
    row: dict[str, Any]


def find_prediction(
    store: Store, name: str, seen: frozenset[str] | None = None, as_of: datetime | None = None
) -> LoggedPrediction | None:
    """The prediction `MODEL/ID`; None where it is not in the log, or its model does not exist for the reader."""
    model_id, _, prediction = name.partition("/")
    if not prediction or (seen is not None and model_id not in seen):
        return None
    try:
        card = get_card(store, model_id, as_of)
    except NotFoundError:
        return None
    found = find_made(store, model_id, prediction, as_of)
    if not found:
        return None
    version, made_at, row = found[0]
    return LoggedPrediction(model_id, prediction, version, made_at, card.local_day(made_at), row)
