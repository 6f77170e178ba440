"""The metadata store: one DuckDB file held by one process, one writer at a time, a cursor per call."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import duckdb

from dashboard.errors import MachineError, StoreDamagedError, StoreReopeningError
from dashboard.machine import machine_error
from dashboard.store.audit.chain import AuditContext, Head
from dashboard.store.audit.insert_tracking import insert_row, note_figures
from dashboard.store.audit.ledger import Ledger, LedgerMismatchError
from dashboard.store.audit.refusals import Refusals
from dashboard.store.audit.requests import Request
from dashboard.store.engine.connection import connect_home
from dashboard.store.engine.home_lock import hold_home, home_unusable
from dashboard.store.engine.writer import Writer

READERS_SECONDS = 5.0
# Making a frame takes as long as inserting about this many rows one by one.
FEW_ROWS = 10
# No two states of any store of this process have one number.
_versions = itertools.count(1)


class Store:
    """An open store. `cursor()` reads; `writing()` is the only way to write and holds the one writer lock.

    What `writing` commits stands in the chain of audit records and in the journal as well; see `ledger.py`.
    """

    def __init__(self, home: Path, connection: duckdb.DuckDBPyConnection, lock: IO[str]) -> None:
        """Take over an opened connection and the held lock file; use `open_store`."""
        self.home = home
        self.version = self._number = next(_versions)
        # What readers worked out of all that is committed; given up when something else is.
        self.worked_out: dict[Hashable, object] = {}
        # Called once when DuckDB gives up the database, which then has to be opened anew.
        self.when_broken: Callable[[], None] = _nothing
        # Called after every commit, by the thread that commits: it only passes the word on.
        self.when_changed: Callable[[], None] = _nothing
        # Called before the store closes, the last one first, so that whoever works beside the readers ends first.
        self.before_closing: list[Callable[[], None]] = []
        self._connection = connection
        self._lock = lock
        self._using: dict[int, duckdb.DuckDBPyConnection] = {}
        self._changing = threading.Condition()
        self._away = False
        self._request = threading.local()
        self.ledger = Ledger(home, self._apart)
        self.refusals = Refusals(home)
        self.writer = Writer(self._apart, self.ledger, self._changed)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for one call; connection objects must not be shared by threads.

        While this thread writes it is that of the transaction, which sees what was written so far. Raises
        StoreAwayError while the store is closed or opened anew.
        """
        transaction = self.writer.transaction
        if transaction is not None:
            yield transaction.cursor
            return
        with self._apart() as cursor:
            yield cursor

    @contextmanager
    def writing(self, audit_context: AuditContext | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Write, in the transaction of `perform` or in one of its own: durable when that ends, undone when it raises.

        `audit_context` says who does what; it may be filled inside the block. Raises UnauditedWriteError when facts
        or figures were written without one: only judgements may be.
        """
        with self.writer.writing(audit_context, self._take_request) as cursor:
            yield cursor

    @contextmanager
    def under(self, request: Request) -> Iterator[None]:
        """Keep the request with the first record that this thread writes within the block.

        Raises RequestKnownError there when it was kept meanwhile.
        """
        self._request.waiting = request
        try:
            yield
        finally:
            self._request.waiting = None

    def _take_request(self) -> Request | None:
        request: Request | None = getattr(self._request, "waiting", None)
        self._request.waiting = None
        return request

    @contextmanager
    def snapshot(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Head, int]]:
        """A cursor that sees one state for as long as it is open, the head of its chain and the journal's length."""
        with self._apart() as cursor:
            with self.writer.lock:
                cursor.execute("BEGIN")
                cursor.execute("SELECT count(*) FROM audit").fetchone()
                head, length = self.ledger.head, self.ledger.journal.length
            try:
                yield cursor, head, length
            finally:
                cursor.execute("ROLLBACK")

    def close(self) -> None:
        """Finish what waits to be written, checkpoint, close and release the lock."""
        self.detach().close()

    def detach(self) -> IO[str]:
        """Close everything but the lock of the home, which is handed over; let go of it where that fails."""
        try:
            self._end()
        except BaseException:
            self._lock.close()
            raise
        return self._lock

    def _end(self) -> None:
        if self._away:
            return
        with ExitStack() as ending:
            ending.callback(self._connection.close)
            ending.callback(self.ledger.close)
            ending.callback(self._await_readers)
            ending.callback(self.writer.stop)
            for end in self.before_closing:
                ending.callback(end)

    def _await_readers(self) -> None:
        """Let nobody read any more; DuckDB gives a database up when its last cursor is closed."""
        with self.writer.lock, self._changing:
            self._away = True
            if not self._changing.wait_for(lambda: not self._using, READERS_SECONDS):
                for cursor in self._using.values():
                    cursor.interrupt()
                self._changing.wait_for(lambda: not self._using, READERS_SECONDS)

    @contextmanager
    def _apart(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor that sees what is committed."""
        with self._changing:
            if self._away:
                raise StoreReopeningError("the store is being opened anew; try again in a second")
            cursor = self._connection.cursor()
            self._using[id(cursor)] = cursor
        try:
            yield cursor
        except MachineError as fault:
            if isinstance(fault.__cause__, duckdb.FatalException):
                self._give_up()
            raise
        except duckdb.FatalException as fault:
            self._give_up()
            raise StoreReopeningError("the store has to be opened anew; try again in a second") from fault
        finally:
            cursor.close()
            with self._changing:
                del self._using[id(cursor)]
                self._changing.notify_all()

    def _give_up(self) -> None:
        """DuckDB has given up the database: tell so, once."""
        tell, self.when_broken = self.when_broken, _nothing
        tell()

    def state_of(self, *tables: str) -> tuple[object, ...] | None:
        """Fingerprint the committed rows of tables, of which none is ever changed or removed.

        None while it is not known, or once the open transaction of this thread has added to them.
        """
        settled, transaction = self.ledger.settled, self.writer.transaction
        if transaction is not None and any(transaction.rows_of(table) != settled.get(table) for table in tables):
            return None
        return (self._number, *((table, settled[table]) for table in tables)) if settled else None

    def renew(self) -> None:
        """Something beside the tables changed: what was read before is read anew."""
        self._changed()

    def _changed(self) -> None:
        self.version, self.worked_out = next(_versions), {}
        self.when_changed()


def _nothing() -> None:
    """Do nothing after a commit."""


def open_store(home: Path, *, settle: bool = True, lock: IO[str] | None = None) -> Store:
    """Open the store of a home directory, creating and migrating it as needed, and compare it with its journal.

    `lock` is that of the home, when it is held already. Raises StoreInUseError when another process holds it,
    StoreDamagedError when it cannot be read or does not end like the journal (not asked with `settle` False) and
    DashboardError when the directory cannot be used.
    """
    lock = lock or hold_home(home)
    try:
        with ExitStack() as made:
            # What fails leaves neither lock nor database open.
            made.callback(lock.close)
            connection = made.enter_context(connect_home(home))
            store = Store(home, connection, lock)
            made.callback(store.close)
            if settle:
                store.ledger.settle()
            made.pop_all()
    except duckdb.Error as fault:
        first_line = str(fault).splitlines()[0]
        error = machine_error(fault, f"store {home / 'store.duckdb'} cannot be opened")
        raise error or StoreDamagedError(f"store {home / 'store.duckdb'} cannot be opened; {first_line}") from fault
    except OSError as fault:
        raise home_unusable(home, fault) from fault
    return store


@contextmanager
def opened_to_check(home: Path) -> Iterator[Store]:
    """The store of a home, opened even where it does not end like its journal; errors else as `open_store`."""
    try:
        store = open_store(home)
    except LedgerMismatchError:
        store = open_store(home, settle=False)
    try:
        yield store
    finally:
        store.close()


def rows(cursor: duckdb.DuckDBPyConnection, statement: str, values: Sequence[object] = ()) -> list[dict[str, object]]:
    """The rows of a query as dictionaries by column name."""
    result = cursor.execute(statement, list(values))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def append_rows(cursor: duckdb.DuckDBPyConnection, table: str, values: Sequence[Sequence[object]]) -> None:
    """Append many rows at once, in the table's own column order; `table` never comes from input."""
    if len(values) <= FEW_ROWS:
        for row in values:
            insert_row(cursor, table, row)
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
    note_figures(cursor, table, names, values)
