"""The status of each model and area, recorded whenever it changes, and the volumes of the log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.engine.clock import as_utc, horizon, stored
from dashboard.store.engine.database import Store, rows
from dashboard.store.engine.selection import Models, of_models
from dashboard.store.log.files import IN_FORCE
from dashboard.store.sentences import sentence_from, values_text
from dashboard.words import Sentence, current_key

# Days of delivery that are looked at to learn how often files come.
DELIVERIES = 100


@dataclass(frozen=True)
class RecordedStatus:
    """A status with its reason and since when it stands."""

    model_id: str
    area: str
    status: str
    reason: Sentence
    recorded_at: datetime


def append_status(
    cursor: duckdb.DuckDBPyConnection, model_id: str, area: str, status: str, reason: Sentence, recorded_at: datetime
) -> bool:
    """Record a status unless the newest one is the same with the same reason; True when something was written."""
    values = values_text(reason.values)
    latest = cursor.execute(
        "SELECT status, message, message_values FROM statuses WHERE model_id = ? AND area = ? "
        "ORDER BY recorded_at DESC LIMIT 1",
        [model_id, area],
    ).fetchone()
    if latest and (latest[0], current_key(latest[1]), latest[2]) == (status, reason.message, values):
        return False
    key = figures_key(cursor)
    insert_row(
        cursor, "statuses", [str(uuid.uuid4()), recorded_at, model_id, area, status, reason.message, values, key]
    )
    return True


def list_statuses(store: Store, models: Models = None, as_of: datetime | None = None) -> list[RecordedStatus]:
    """The status in force of every model and area, as known at `as_of`."""
    only, chosen = of_models(models)
    values: list[object] = [horizon(as_of), *chosen]
    statement = (
        "SELECT model_id, area, max_by({'status': status, 'message': message, 'message_values': message_values, "
        f"'recorded_at': recorded_at}}, recorded_at) AS newest FROM statuses WHERE recorded_at <= ? AND {only} "
        "GROUP BY model_id, area"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, values).fetchall()
    return [_recorded({"model_id": model_id, "area": area, **newest}) for model_id, area, newest in sorted(found)]


def first_judged(store: Store, models: Models = None, as_of: datetime | None = None) -> dict[str, datetime]:
    """When any area of each model was judged for the first time (UTC), as known at `as_of`."""
    only, chosen = of_models(models)
    statement = f"SELECT model_id, min(recorded_at) FROM statuses WHERE recorded_at <= ? AND {only} GROUP BY model_id"
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()
    return {str(model_id): as_utc(at) for model_id, at in found}


def _recorded(row: dict[str, object]) -> RecordedStatus:
    recorded_at = row["recorded_at"]
    assert isinstance(recorded_at, datetime)
    reason = sentence_from(str(row["message"]), str(row["message_values"]))
    return RecordedStatus(str(row["model_id"]), str(row["area"]), str(row["status"]), reason, as_utc(recorded_at))


def volumes(store: Store, as_of: datetime | None = None, models: Models = None) -> dict[str, dict[str, object]]:
    """Logged predictions of models: rows, labels, last_at (aware), delivered_on (days), as recorded at `as_of`.

    `delivered_on` lists the last days (UTC) on which files were recorded, in order.
    """
    only, chosen = of_models(models)
    statement = (
        "SELECT model_id, sum(rows)::BIGINT AS rows, sum(labels)::BIGINT AS labels, max(last_at) AS last_at, "
        f"list_sort(list(DISTINCT recorded_at::DATE))[-{DELIVERIES}:] AS delivered_on "
        f"FROM log_files WHERE kind = 'predictions' AND recorded_at <= ? AND {only} AND {IN_FORCE} GROUP BY model_id"
    )
    with store.cursor() as cursor:
        found = rows(cursor, statement, [horizon(as_of), *chosen, horizon(as_of)])
    for row in found:
        last = row["last_at"]
        row["last_at"] = as_utc(last) if isinstance(last, datetime) else None
    return {str(row["model_id"]): row for row in found}


def status_changes(
    store: Store, models: Models, within: tuple[datetime, datetime], most: int | None = None
) -> list[tuple[RecordedStatus, str]]:
    """The statuses that came to differ from the one before, each with that, newest first; `most` as many."""
    only, chosen = of_models(models)
    start, end = (stored(moment) for moment in within)
    limit = "ALL" if most is None else f"{most:d}"
    statement = (
        "SELECT *, lag(status) OVER (PARTITION BY model_id, area ORDER BY recorded_at) AS status_before "
        f"FROM statuses WHERE recorded_at <= ? AND {only} "
        "QUALIFY status_before <> status AND recorded_at >= ? "
        f"ORDER BY recorded_at DESC, model_id, area LIMIT {limit}"
    )
    with store.cursor() as cursor:
        found = rows(cursor, statement, [end, *chosen, start])
    return [(_recorded(row), str(row["status_before"])) for row in found]
