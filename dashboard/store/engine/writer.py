"""The one writer: actions that come at the same time share a transaction, a sync of the journal and a commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import duckdb

from dashboard.errors import DashboardError, StoreReopeningError
from dashboard.machine import cause_of, machine_error
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.ledger import Cursors, Ledger, UnauditedWriteError
from dashboard.store.audit.requests import Request

Result = TypeVar("Result")
Ask = Callable[[], Request | None]
# Actions that share a transaction at most, and that wait at most.
TOGETHER = 64
WAITING = 256


class WriterBusyError(DashboardError):
    """Too much is waiting to be written; nothing was done."""

    exit_code = 75


class Transaction:
    """An open transaction, and whether everything that was written in it has its record."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, ledger: Ledger, *, shared: bool = False) -> None:
        """Begin it; `shared` by actions that can be done one by one instead, its rows are counted at the end."""
        self.cursor = cursor
        self.spoiled = False
        self._ledger = ledger
        self.counts: Mapping[str, int] = ledger.begin(cursor, shared=shared)

    @contextmanager
    def member(self, audit_context: AuditContext | None, request: Ask) -> Iterator[duckdb.DuckDBPyConnection]:
        """Write one action with its own record; `request` is asked for what is stored with it."""
        try:
            yield self.cursor
            self.counts = self._ledger.record(self.cursor, audit_context, self.counts, request)
        except BaseException:
            self.spoiled = self.spoiled or self.grown(self.counts)
            self._ledger.noted.take()
            raise

    def rows_of(self, table: str) -> int:
        """The rows of a table, with those that were noted since the last record."""
        return self.counts[table] + self._ledger.noted.rows[table]

    def grown(self, since: Mapping[str, int]) -> bool:
        """Return whether anything was written since then, or the transaction can only be undone."""
        try:
            return self._ledger.count(self.cursor) != since
        except duckdb.Error:
            return True

    def commit(self) -> None:
        """Make it durable: the journal first, then the store."""
        if self.spoiled:
            raise UnauditedWriteError("an action went on after its write had failed; let the error pass")
        if self._ledger.unproved and self.grown(self.counts):
            raise UnauditedWriteError("rows were written beside those that were noted")
        self._ledger.write(self.cursor)
        self.cursor.execute("COMMIT")
        self._ledger.settled = self.counts


class _Job:
    """An action that waits for its turn."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()


class _ApartError(Exception):
    """Actions cannot share a transaction; they are done one by one."""


class Writer:
    """Holds the one lock for writing. Until `start`, each caller writes in its own thread; then one thread does."""

    def __init__(self, cursors: Cursors, ledger: Ledger, changed: Callable[[], None]) -> None:
        """Write through `cursors`; `changed` is called after every commit."""
        self._cursors = cursors
        self._ledger = ledger
        self._changed = changed
        self.lock = threading.RLock()
        self._mine = threading.local()
        self._queue: queue.Queue[_Job | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._gate = threading.Lock()

    @property
    def transaction(self) -> Transaction | None:
        """The open transaction of this thread."""
        found: Transaction | None = getattr(self._mine, "transaction", None)
        return found

    @contextmanager
    def writing(self, audit_context: AuditContext | None, request: Ask) -> Iterator[duckdb.DuckDBPyConnection]:
        """Write in the open transaction of this thread, or in one of its own; see `Transaction.member`."""
        if (shared := self.transaction) is not None:
            with shared.member(audit_context, request) as cursor:
                yield cursor
            return
        with self._transaction() as own, own.member(audit_context, request) as cursor:
            yield cursor

    def perform(self, work: Callable[[], Result]) -> Result:
        """Do work that reads and writes in one transaction, shared with what others want at the same time.

        The work may be undone and done a second time. Raises what it raises, and WriterBusyError.
        """
        if self.transaction is not None:
            return work()
        if self._thread is not None:
            return self.submit(work).result()
        with self._transaction():
            return work()

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Let the writing thread do work as `perform` does; raises WriterBusyError when too much is waiting."""
        job = _Job(work)
        with self._gate:
            if self._thread is not None:
                try:
                    self._queue.put_nowait(job)
                except queue.Full:
                    message = f"over {WAITING} actions are waiting to be written; try again in a second"
                    raise WriterBusyError(message) from None
                return job.future
        self._one_by_one([job])
        return job.future

    @property
    def serves(self) -> bool:
        """Return whether one thread writes for all, as in a server, which has pages to keep quick."""
        return self._thread is not None

    @property
    def waiting(self) -> int:
        """Count the waiting actions."""
        return self._queue.qsize()

    def start(self) -> None:
        """Start the thread that writes what is submitted."""
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits; later callers write in their own thread."""
        with self._gate:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _run(self) -> None:
        while True:
            jobs = [self._queue.get()]
            with suppress(queue.Empty):
                while len(jobs) < TOGETHER and jobs[-1] is not None:
                    jobs.append(self._queue.get_nowait())
            self._do([job for job in jobs if job is not None and job.future.set_running_or_notify_cancel()])
            if jobs[-1] is None:
                return

    def _do(self, jobs: Sequence[_Job]) -> None:
        if len(jobs) > 1:
            # Whatever kept them from being done together is raised for the one whose fault it is.
            with suppress(BaseException):
                self._together(jobs)
                return
        self._one_by_one(jobs)

    def _one_by_one(self, jobs: Sequence[_Job]) -> None:
        for job in jobs:
            try:
                with self._transaction():
                    result = job.work()
            except BaseException as fault:  # noqa: BLE001 - raised for whoever waits for it
                job.future.set_exception(fault)
            else:
                job.future.set_result(result)

    def _together(self, jobs: Sequence[_Job]) -> None:
        outcomes: list[tuple[Any, BaseException | None]] = []
        with self._transaction(shared=True) as transaction:
            for job in jobs:
                before = transaction.counts
                try:
                    outcomes.append((job.work(), None))
                except BaseException as fault:
                    outcomes.append((None, fault))
                    if transaction.spoiled or transaction.grown(before):
                        raise _ApartError from fault
        for job, (result, refusal) in zip(jobs, outcomes, strict=True):
            if refusal is not None:
                job.future.set_exception(refusal)
            else:
                job.future.set_result(result)

    def _was_committed(self, fault: BaseException) -> bool:
        """Undo what a failed transaction left in the journal; returns whether it was committed all the same.

        Raises MachineError where the machine is behind the fault.
        """
        kept = "nothing of the call was written"
        try:
            # A commit may tell of a fault and have happened all the same.
            if self._ledger.failed() and isinstance(fault, duckdb.Error):
                return True
        except (StoreReopeningError, OSError):
            kept = "whether it was written is told by `show audit` once the store is open again"
            if cause_of(fault) is None:
                raise
        error = machine_error(fault, "the store cannot be written", kept)
        if error is not None:
            raise error from fault
        return False

    @contextmanager
    def _transaction(self, *, shared: bool = False) -> Iterator[Transaction]:
        """One transaction under the lock: durable when the block ends, undone when it raises."""
        with self.lock, self._cursors() as cursor:
            try:
                transaction = self._mine.transaction = Transaction(cursor, self._ledger, shared=shared)
                yield transaction
                transaction.commit()
            except BaseException as fault:
                with suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")
                if not self._was_committed(fault):
                    raise
            finally:
                self._mine.transaction = None
            self._ledger.committed()
            self._changed()
