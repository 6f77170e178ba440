"""The DuckDB connections that read input files: apart from the store, small, locked to the directories they need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dashboard.machine import need_handles
from dashboard.store.log.quoting import literal

MEMORY_MB = 300
MEMORY_MB_PER_WIDE_COLUMN = 0.5
WIDE_COLUMNS = 200
MANY_COLUMNS = 1_000
THREADS = 2
VECTOR_ROWS = 2_048
ROW_GROUP_ROWS = 60 * VECTOR_ROWS
ROW_GROUP_VALUES = 8_000_000


def copy_options(columns: int) -> str:
    """Return options for Parquet: Snappy scans faster than ZSTD at about the size; wide rows in smaller groups.

    A row group is held in memory by each thread while it is filled.
    """
    rows = max(VECTOR_ROWS, min(ROW_GROUP_ROWS, ROW_GROUP_VALUES // max(columns, 1) // VECTOR_ROWS * VECTOR_ROWS))
    return f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {rows}"


# What DuckDB raises for what it cannot read; it cuts long messages, at times within a character.
READING_FAULTS = (duckdb.Error, UnicodeDecodeError)


@contextmanager
def working_connection(
    directories: tuple[Path, ...], spill: Path, columns: int, ordered: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private in-memory connection that may touch only `directories` and spills to `spill`.

    `ordered` keeps the rows of a file in their order (one thread), which finding the rows of faults needs; otherwise
    two threads work in any order. Every column needs some memory of its own, so that hundreds of `columns` get more of
    it and one thread.
    """
    wide = max(0, columns - WIDE_COLUMNS)
    # Looking for equal parts among thousands of expressions takes longer than squared in their number.
    left_out = "common_subexpressions" if columns > MANY_COLUMNS else ""
    allowed = ", ".join(literal(str(directory)) for directory in (*directories, spill))
    # The order matters: allowed directories cannot change once external access is off, and nothing can after the lock.
    settings = (
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET allow_community_extensions = false",
        f"SET memory_limit = '{MEMORY_MB + round(MEMORY_MB_PER_WIDE_COLUMN * wide)}MB'",
        f"SET threads = {1 if ordered or wide else THREADS}",
        f"SET preserve_insertion_order = {str(ordered).lower()}",
        f"SET temp_directory = {literal(str(spill))}",
        "SET enable_progress_bar = false",
        f"SET disabled_optimizers = '{left_out}'",
        "SET TimeZone = 'UTC'",
        f"SET allowed_directories = [{allowed}]",
        "SET enable_external_access = false",
        "SET python_enable_replacements = false",
        "SET lock_configuration = true",
    )
    need_handles()
    connection = duckdb.connect()
    try:
        for setting in settings:
            connection.execute(setting)
        yield connection
    finally:
        connection.close()


def count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """The single number that a query or COPY returns; an empty sum counts as 0."""
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
