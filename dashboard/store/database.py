"""The metadata store: one DuckDB file held by one process, one writer at a time, a cursor per call."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import duckdb

from dashboard.errors import DashboardError, StoreDamagedError, StoreInUseError
from dashboard.store.chain import Deed, Head
from dashboard.store.journal import NAME as JOURNAL
from dashboard.store.ledger import Ledger, LedgerMismatchError
from dashboard.store.migrate import migrate

# DuckDB takes these in a path for a pattern.
PATTERN_SIGNS = "*?"
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


class Store:
    """An open store. `cursor()` reads; `writing()` is the only way to write and holds the one writer lock.

    What `writing(deed)` commits stands in the chain of audit records and in the journal as well; see `ledger.py`.
    """

    def __init__(self, home: Path, connection: duckdb.DuckDBPyConnection, lock: IO[str]) -> None:
        """Take over an opened connection and the held lock file; use `open_store`."""
        self.home = home
        self.version = 0
        self._connection = connection
        self._lock = lock
        self._writer = threading.RLock()
        self.ledger = Ledger(home, self.cursor)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for one call; connection objects must not be shared by threads."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def writing(self, deed: Deed | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction under the writer lock: durable when the block ends, undone when it raises.

        `deed` says who does what; it may be filled inside the block. Raises UnauditedWriteError when facts were written
        without one: only what is derived from facts and log may be.
        """
        with self._writer, self.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                before = self.ledger.begin(cursor)
                yield cursor
                self.ledger.record(cursor, deed, before)
                cursor.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")
                self.ledger.failed()
                raise
            self.ledger.committed()
            self.version += 1

    @contextmanager
    def snapshot(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Head, int]]:
        """A cursor that sees one state for as long as it is open, the head of its chain and the journal's length."""
        with self.cursor() as cursor:
            with self._writer:
                cursor.execute("BEGIN")
                cursor.execute("SELECT count(*) FROM audit").fetchone()
                head, length = self.ledger.head, self.ledger.journal.length
            try:
                yield cursor, head, length
            finally:
                cursor.execute("ROLLBACK")

    def close(self) -> None:
        """Checkpoint, close and release the lock."""
        self.ledger.close()
        self._connection.close()
        self._lock.close()


def open_store(home: Path, *, settle: bool = True) -> Store:
    """Open the store of a home directory, creating and migrating it as needed, and compare it with its journal.

    Raises StoreInUseError when another process holds it, StoreDamagedError when it cannot be read or does not end like
    the journal (not asked with `settle` False) and DashboardError when the directory cannot be used.
    """
    lock = hold_home(home)
    try:
        store = Store(home, _connect(home), lock)
        if settle:
            store.ledger.settle()
    except duckdb.Error as fault:
        lock.close()
        first_line = str(fault).splitlines()[0]
        raise StoreDamagedError(f"store {home / 'store.duckdb'} cannot be opened; {first_line}") from fault
    except OSError as fault:
        lock.close()
        raise DashboardError(f"home {home} cannot be used; {fault.strerror}; choose another with --home") from fault
    except LedgerMismatchError:
        store.close()
        raise
    except DashboardError:
        lock.close()
        raise
    return store


def hold_home(home: Path) -> IO[str]:
    """Make the home directory where it is missing and hold its lock; errors as `open_store`."""
    if set(str(home)) & set(PATTERN_SIGNS):
        signs = " ".join(PATTERN_SIGNS)
        raise DashboardError(
            f"home {home} cannot be used; a path without {signs} is needed; choose another with --home"
        )
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "log").mkdir(exist_ok=True)
        return _hold(home / "store.lock")
    except OSError as fault:
        raise DashboardError(f"home {home} cannot be used; {fault.strerror}; choose another with --home") from fault


def _connect(home: Path) -> duckdb.DuckDBPyConnection:
    path, journal = home / "store.duckdb", home / JOURNAL
    if not path.exists() and journal.exists() and journal.stat().st_size:
        raise StoreDamagedError(
            f"store {path} is missing, its journal is there; make it anew: python -m dashboard rebuild --home {home}"
        )
    return connect(path)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a database file with the settings locked and the tables up to date; raises duckdb.Error."""
    connection = duckdb.connect(str(path))
    try:
        for setting in SETTINGS:
            connection.execute(setting)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _hold(path: Path) -> IO[str]:
    """Hold the lock file for the life of the process; DuckDB's own lock can get lost inside a process."""
    lock = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise StoreInUseError(
            f"the store in {path.parent} is held by process {holder}; one process at a time may use it; "
            "stop that process or choose another home"
        ) from fault
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def rows(cursor: duckdb.DuckDBPyConnection, statement: str, values: Sequence[object] = ()) -> list[dict[str, object]]:
    """The rows of a query as dictionaries by column name."""
    result = cursor.execute(statement, list(values))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def append_rows(cursor: duckdb.DuckDBPyConnection, table: str, values: Sequence[Sequence[object]]) -> None:
    """Append many rows at once, in the table's own column order; `table` never comes from input."""
    if not values:
        return
    import pandas as pd

    columns = "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
    described = cursor.execute(columns, [table])
    names = [row[0] for row in described.fetchall()]
    cursor.register("incoming", pd.DataFrame(list(values), columns=names, dtype=object))
    try:
        cursor.execute(f"INSERT INTO {table} SELECT * FROM incoming")
    finally:
        cursor.unregister("incoming")
