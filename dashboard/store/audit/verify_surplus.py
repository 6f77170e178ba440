"""What is there and does not belong: tables and columns that are not the program's, files that nothing lists."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb

from dashboard.store.engine.database import Store
from dashboard.store.engine.migrate import migrate
from dashboard.store.log.files import log_directory
from dashboard.store.log.staging import STAGING, targets_under_way

SHOWN_FILES = 20
# Table, column and type; of a view its name alone.
Structure = Counter[tuple[str, str, str]]


def faults_of_structure(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Each table, view and column that is not as the migrations made it, with what is wrong."""
    there, known = _structure(cursor), _known()
    tables = {table for table, _, _ in known}
    for table in sorted({table for table, _, _ in there} - tables):
        yield table, "the program knows no such table or view"
    for table, column, kind in sorted((there - known).keys()):
        if table in tables:
            yield table, f"the program made no column {column} ({kind}) here"
    for table, column, kind in sorted((known - there).keys()):
        yield table, f"the column {column} ({kind}) is missing"


@functools.cache
def _known() -> Structure:
    """The structure that all migrations make."""
    with duckdb.connect() as fresh:
        migrate(fresh)
        return _structure(fresh)


def _structure(cursor: duckdb.DuckDBPyConnection) -> Structure:
    columns = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    views = "SELECT view_name, '', 'view' FROM duckdb_views() WHERE NOT internal"
    found = cursor.execute(f"{columns} UNION ALL {views}").fetchall()
    return Counter((str(table), str(column), str(kind)) for table, column, kind in found)


def unlisted_files(store: Store, listed: Iterable[str]) -> list[str]:
    """The files below `log/` that nothing lists and no call is about to list, by their paths there.

    Nothing reads them. `listed` are those that are known; what was listed since is looked up.
    """
    log = log_directory(store)
    there = {str(path.relative_to(log)) for path in log.rglob("*") if path.is_file()} - set(listed)
    # In this order nothing is taken for surplus that a call writes, lists or takes back meanwhile.
    left = {path for path in there if not path.startswith(f"{STAGING}/")} - targets_under_way(log)
    if left:
        # A home whose table of files is gone has that as its fault; nothing lists its files then.
        with store.cursor() as cursor, suppress(duckdb.CatalogException):
            known = cursor.execute("SELECT path FROM log_files WHERE path IN (SELECT unnest(?))", [sorted(left)])
            left -= {str(path) for (path,) in known.fetchall()}
    return sorted(path for path in left if (log / path).exists())


def notice_of_files(paths: list[str]) -> list[str]:
    """One sentence about files that nothing lists; none where there are none."""
    if not paths:
        return []
    shown = ", ".join(str(Path("log", path)) for path in paths[:SHOWN_FILES])
    more = f" and {len(paths) - SHOWN_FILES} more" if len(paths) > SHOWN_FILES else ""
    return [f"not part of the log, and read by nothing: {shown}{more}; the program did not write them; move them away"]
