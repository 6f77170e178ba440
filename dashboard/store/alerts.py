"""Alerts: what became so bad that somebody has to look, each with its severity and why. Append only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, rows
from dashboard.store.engine.selection import Models, of_models
from dashboard.store.sentences import sentence_from, values_text
from dashboard.words import Sentence


@dataclass(frozen=True)
class Alarm:
    """What an alert says: the area of a model that stands on alert, how severe that is (low, medium, high), and why."""

    model_id: str
    area: str
    severity: str
    reason: Sentence


@dataclass(frozen=True)
class RecordedAlert:
    """An alert as it was opened; `alert_id` is what statements about it name as their subject."""

    alert_id: str
    opened_at: datetime
    alarm: Alarm


def append_alert(cursor: duckdb.DuckDBPyConnection, alarm: Alarm, actor: str) -> str:
    """Record an alert that opens now, and return its id."""
    alert_id, moment = str(uuid.uuid4()), stored(now())
    values = values_text(alarm.reason.values)
    cursor.execute(
        "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [alert_id, moment, actor, alarm.model_id, alarm.area, alarm.severity, moment, alarm.reason.message, values],
    )
    return alert_id


def list_alerts(store: Store, models: Models = None, as_of: datetime | None = None) -> list[RecordedAlert]:
    """Every alert that was opened, as known at `as_of`, oldest first."""
    only, chosen = of_models(models)
    values: list[object] = [horizon(as_of), *chosen]
    statement = f"SELECT * FROM alerts WHERE recorded_at <= ? AND {only} ORDER BY opened_at, fact_id"
    with store.cursor() as cursor:
        return [_recorded(row) for row in rows(cursor, statement, values)]


def _recorded(row: dict[str, object]) -> RecordedAlert:
    opened_at = row["opened_at"]
    assert isinstance(opened_at, datetime)
    reason = sentence_from(str(row["message"]), str(row["message_values"]))
    alarm = Alarm(str(row["model_id"]), str(row["area"]), str(row["severity"]), reason)
    return RecordedAlert(str(row["fact_id"]), as_utc(opened_at), alarm)
