"""The alerts that were opened: which area of which model, when and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from dashboard.store.clock import horizon, told
from dashboard.store.database import Store, rows
from dashboard.words import Sentence


@dataclass(frozen=True)
class OpenedAlert:
    """An alert at its beginning."""

    model_id: str
    area: str
    opened_at: datetime
    reason: Sentence


def list_opened_alerts(store: Store, as_of: datetime | None = None) -> list[OpenedAlert]:
    """Every alert that was ever opened, oldest first, as known at `as_of`."""
    statement = (
        "SELECT model_id, area, opened_at, message, message_values FROM alerts WHERE recorded_at <= ? "
        "ORDER BY opened_at, fact_id"
    )
    with store.cursor() as cursor:
        return [_alert(row) for row in rows(cursor, statement, [horizon(as_of)])]


def _alert(row: dict[str, object]) -> OpenedAlert:
    opened_at = row["opened_at"]
    assert isinstance(opened_at, datetime)
    reason = Sentence(str(row["message"]), json.loads(str(row["message_values"])))
    return OpenedAlert(str(row["model_id"]), str(row["area"]), told(opened_at), reason)
