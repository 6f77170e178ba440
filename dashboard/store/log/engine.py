"""The DuckDB connections that read input files: apart from the store, small, locked to the directories they need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dashboard.store.log.quoting import literal

MEMORY_LIMIT = "450MB"
THREADS = 2


@contextmanager
def working_connection(
    directories: tuple[Path, ...], spill: Path, ordered: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private in-memory connection that may touch only `directories` and spills to `spill`.

    `ordered` keeps the rows of a file in their order (one thread), which finding the rows of faults needs; otherwise
    two threads work in any order.
    """
    allowed = ", ".join(literal(str(directory)) for directory in (*directories, spill))
    # The order matters: allowed directories cannot change once external access is off, and nothing can after the lock.
    settings = (
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET allow_community_extensions = false",
        f"SET memory_limit = '{MEMORY_LIMIT}'",
        f"SET threads = {1 if ordered else THREADS}",
        f"SET preserve_insertion_order = {str(ordered).lower()}",
        f"SET temp_directory = {literal(str(spill))}",
        "SET enable_progress_bar = false",
        "SET TimeZone = 'UTC'",
        f"SET allowed_directories = [{allowed}]",
        "SET enable_external_access = false",
        "SET python_enable_replacements = false",
        "SET lock_configuration = true",
    )
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
