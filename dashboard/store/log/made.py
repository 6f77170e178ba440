"""Which predictions a model made: how many since an instant, their ids, and the row of a single one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from dashboard.schema.canonical import canonical, canonical_sql
from dashboard.store.engine.clock import as_utc, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.engine import working_connection
from dashboard.store.log.files import PREDICTIONS, LogFile, file_path, list_log_files, log_directory

if TYPE_CHECKING:
    import pyarrow as pa

ID = canonical_sql("_id", "VARCHAR")
ROWS = "read_parquet(?, union_by_name = true)"


@dataclass(frozen=True)
class Made:
    """How many predictions a version made, and when the first and the last of them (UTC, aware)."""

    number: int
    first_at: datetime
    last_at: datetime


def count_made(
    store: Store, model_id: str, since: datetime | None = None, as_of: datetime | None = None
) -> dict[str, Made]:
    """What each version predicted (rows with a score) at or after an instant (aware; None: ever), by version."""
    files = _files(store, model_id, since, as_of)
    if not files:
        return {}
    statement = (
        f"SELECT _version, count(*), min(_at), max(_at) FROM {ROWS} WHERE _score IS NOT NULL AND _at >= ? "
        "GROUP BY ALL ORDER BY ALL"
    )
    with _reading(store) as connection:
        found = connection.execute(statement, [_paths(store, files), _begin(since)]).fetchall()
    return {str(version): Made(int(rows), as_utc(first), as_utc(last)) for version, rows, first, last in found}


def count_by_month(store: Store, model_id: str, version: str, as_of: datetime | None = None) -> dict[str, int]:
    """How many predictions a version made in each month (UTC), by month like 2024-03."""
    files = [one for one in _files(store, model_id, None, as_of) if one.version == version]
    if not files:
        return {}
    statement = (
        f"SELECT strftime(_at, '%Y-%m') AS month, count(*) FROM {ROWS} WHERE _score IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL"
    )
    with _reading(store) as connection:
        return {
            str(month): int(rows) for month, rows in connection.execute(statement, [_paths(store, files)]).fetchall()
        }


def ids_made(
    store: Store, model_id: str, versions: Sequence[str], since: datetime | None = None, as_of: datetime | None = None
) -> pa.Table:
    """The ids of the predictions that some versions made since an instant, in the order of time.

    Columns: version, prediction, predicted_at (UTC, naive).
    """
    files = _files(store, model_id, since, as_of)
    statement = (
        f"SELECT _version AS version, {ID} AS prediction, _at AS predicted_at FROM {ROWS} WHERE _score IS NOT NULL "
        "AND _at >= ? AND _version IN (SELECT unnest(?::VARCHAR[])) ORDER BY _at, prediction, version"
    )
    with _reading(store) as connection:
        if not files:
            return connection.execute(
                "SELECT '' AS version, '' AS prediction, NULL::TIMESTAMP AS predicted_at WHERE false"
            ).to_arrow_table()
        return connection.execute(statement, [_paths(store, files), _begin(since), list(versions)]).to_arrow_table()


def find_made(
    store: Store, model_id: str, prediction: str, as_of: datetime | None = None
) -> list[tuple[str, datetime, dict[str, Any]]]:
    """The rows of one prediction: version, when it was made (UTC, aware), columns as logged; newest first.

    There are several where several versions scored the case, or one id is scored again and again.
    """
    files = _files(store, model_id, None, as_of)
    if not files:
        return []
    statement = f"SELECT * FROM {ROWS} WHERE {ID} = ? ORDER BY _at DESC, _version DESC"
    with _reading(store) as connection:
        result = connection.execute(statement, [_paths(store, files), canonical(prediction) or prediction])
        names = [column[0] for column in result.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return [(str(row["_version"]), as_utc(row["_at"]), row) for row in rows]


@contextmanager
def _reading(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    directory = log_directory(store)
    with working_connection((directory,), directory, 1) as connection:
        yield connection


def _files(store: Store, model_id: str, since: datetime | None, as_of: datetime | None) -> list[LogFile]:
    files = list_log_files(store, model_id, PREDICTIONS, as_of)
    return [one for one in files if since is None or one.last_at is None or one.last_at >= since]


def _paths(store: Store, files: Sequence[LogFile]) -> list[str]:
    return [str(file_path(store, one)) for one in files]


def _begin(since: datetime | None) -> datetime:
    return datetime(1, 1, 1) if since is None else stored(since)
