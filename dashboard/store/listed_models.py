"""What every page needs of all models: their names and a few words of their cards, read without parsing the cards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from dashboard.schema.texts import LocalText
from dashboard.store.engine.clock import horizon
from dashboard.store.engine.database import Store

NAME = "$.name"
# Cells whose text is their value.
PATHS = (
    "$.status", "$.business.process", "$.simulated", "$.time_zone", "$.task", "$.business.value.currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as lists and pickers name it.

    `stage`, `process` and `currency` (of its value) are None where the card states none.
    """

    id: str
    name: LocalText
    stage: str | None
    process: str | None
    simulated: bool
    time_zone: str
    task: str
    currency: str | None = None


def list_models(store: Store, as_of: datetime | None = None) -> dict[str, ListedModel]:
    """Every model by id, as its card in force tells, as known at `as_of`."""
    statement = (
        "SELECT model_id, json_extract(content, ?), json_extract_string(content, ?::VARCHAR[]) "
        "FROM cards WHERE recorded_at <= ? "
        "QUALIFY row_number() OVER (PARTITION BY model_id ORDER BY recorded_at DESC) = 1 ORDER BY model_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [NAME, list(PATHS), horizon(as_of)]).fetchall()
    return {model_id: _listed(model_id, name, values) for model_id, name, values in found}


def _listed(model_id: str, name: str, values: list[str | None]) -> ListedModel:
    stage, process, simulated, time_zone, task, currency = values
    return ListedModel(
        model_id,
        LocalText(json.loads(name)),
        stage,
        process,
        simulated == "true",
        time_zone or "UTC",
        task or "",
        currency,
    )
