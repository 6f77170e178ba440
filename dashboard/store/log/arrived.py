"""When the rows of a model's log arrived: its deliveries in the order of time, and the rows of some files by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.store.engine.clock import as_utc, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.engine import working_connection
from dashboard.store.log.files import (
    PREDICTIONS,
    LogFile,
    file_path,
    list_all_log_files,
    list_log_files,
    log_directory,
)

# Offsets of time zones are whole quarters of an hour.
STEP_MINUTES = 15


@dataclass(frozen=True)
class Arrived:
    """What one call brought: when it was recorded, its first and last instant of prediction (UTC, aware), its files.

    `files` are those in force; none where all of it was withdrawn.
    """

    recorded_at: datetime
    first_at: datetime
    last_at: datetime
    files: tuple[LogFile, ...]


def list_arrived(
    store: Store, model_id: str, as_of: datetime | None = None, version: str | None = None
) -> list[Arrived]:
    """What calls brought rows of a model, oldest first, those that were withdrawn later included."""
    in_force = {file.fact_id for file in list_log_files(store, model_id, PREDICTIONS, as_of)}
    calls: dict[datetime, list[LogFile]] = {}
    for file in list_all_log_files(store, model_id, PREDICTIONS, as_of):
        if version in (None, file.version) and file.first_at is not None and file.last_at is not None:
            calls.setdefault(file.recorded_at, []).append(file)
    return [
        Arrived(
            recorded_at,
            min(file.first_at for file in files if file.first_at is not None),
            max(file.last_at for file in files if file.last_at is not None),
            tuple(file for file in files if file.fact_id in in_force),
        )
        for recorded_at, files in sorted(calls.items())
    ]


def rows_by_time(
    store: Store, files: Sequence[LogFile], since: datetime, until: datetime
) -> list[tuple[datetime, int]]:  # fmt: skip
    """How many rows of some files are of each quarter of an hour (UTC, aware) from `since` until before `until`."""
    if not files:
        return []
    statement = (
        f"SELECT time_bucket(INTERVAL {STEP_MINUTES:d} MINUTE, _at) AS begin, count(*) "
        "FROM read_parquet(?, union_by_name = true) WHERE _at >= ? AND _at < ? GROUP BY ALL ORDER BY ALL"
    )
    directory = log_directory(store)
    paths = [str(file_path(store, file)) for file in files]
    with working_connection((directory,), directory, 1) as connection:
        found = connection.execute(statement, [paths, stored(since), stored(until)]).fetchall()
    return [(as_utc(begin), int(rows)) for begin, rows in found]
