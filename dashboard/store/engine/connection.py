"""A connection to the database file of a store: settings that nothing loosens again, tables up to date."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dashboard.errors import StoreDamagedError
from dashboard.machine import need_handles
from dashboard.store.audit.journal import NAME as JOURNAL
from dashboard.store.engine.migrate import migrate

# The order matters: allowed directories cannot change once external access is off, and nothing can once the lock is on.
SETTINGS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET memory_limit = '512MB'",
    "SET threads = 2",
    "SET max_temp_directory_size = '4GB'",
    "SET wal_autocheckpoint_entries = 1000",
    "SET TimeZone = 'UTC'",
    "SET lock_configuration = true",
)


def connect_home(home: Path) -> duckdb.DuckDBPyConnection:
    """A connection to the store of a home, made if there is none; raises StoreDamagedError where parts are missing."""
    path, journal = home / "store.duckdb", home / JOURNAL
    if not path.exists() and journal.exists() and journal.stat().st_size:
        raise StoreDamagedError(
            f"store {path} is missing, its journal is there; make it anew: python -m dashboard rebuild --home {home}"
        )
    if not path.exists() and (left := _left_over(home)):
        raise StoreDamagedError(
            f"home {home} has {' and '.join(left)}, but neither {path.name} nor {JOURNAL}: nothing says what belongs "
            "to it; restore a backup into another home, or, if these files are of no use, move them away and start anew"
        )
    return connect(path)


def _left_over(home: Path) -> list[str]:
    """The folders of a home without ledger in which files of an earlier one lie."""
    folders = ("log", "artifacts")
    return [f"{name}/" for name in folders if any(one.is_file() for one in (home / name).rglob("*"))]


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a database file with the settings locked and the tables up to date; raises duckdb.Error."""
    need_handles()
    connection = duckdb.connect(str(path))
    try:
        for setting in SETTINGS:
            connection.execute(setting)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection
