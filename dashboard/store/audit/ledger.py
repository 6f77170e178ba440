"""Where store and journal meet: every action with facts becomes a record of both, or of neither.

Order of a write: facts and records of a group into the transaction, their lines into the journal and synced once, then
the commit. A process that dies between the last two leaves the journal one group ahead, or the part of it that was
written; whoever opens the store next completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb

from dashboard.errors import StoreDamagedError
from dashboard.store.audit.chain import AuditContext, Head, audit_record, insert_entries, read_entries
from dashboard.store.audit.facts import (
    DERIVED,
    Fact,
    canonical,
    insert_facts,
    list_fact_tables,
    list_keyed_tables,
    missing_facts,
    new_facts,
    read_facts,
)
from dashboard.store.audit.figures import HASHES, grouped
from dashboard.store.audit.insert_tracking import InsertedRows, begin_tracking, end_tracking, insert_row
from dashboard.store.audit.journal import NAME, Journal, JournalLineError, Line, parse_line
from dashboard.store.audit.requests import Request, insert_request
from dashboard.store.engine.clock import now, stored

Cursors = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
ADOPTER = "system"
COUNTING = "counting"


class UnauditedWriteError(Exception):
    """A transaction wrote facts or figures and did not say who did what: a defect of the program."""


class LedgerMismatchError(StoreDamagedError):
    """Store and journal do not end with the same record."""


class Ledger:
    """The end of the chain, and how a transaction is added to it. The caller holds the one writer lock."""

    def __init__(self, home: Path, cursors: Cursors) -> None:
        """Open the journal of a home whose store gives cursors on what is committed by `cursors`."""
        self.home = home
        self.journal = Journal(home / NAME)
        self._cursors = cursors
        self._pending: list[Line] = []
        self._claimed: set[tuple[str, str]] = set()
        self._in_journal = False
        self._doubtful = False
        self._shared = False
        # Rows of a shared transaction that were taken as noted, which a count has to confirm before the commit.
        self.unproved = False
        self.noted = InsertedRows()
        # The rows of every table as committed, once there was a transaction.
        self.settled: Mapping[str, int] = {}
        with cursors() as cursor:
            self.tables = list_fact_tables(cursor)
            self._all_tables = list_keyed_tables(cursor)
            last = read_entries(cursor, last=True)
        self.head = last[0].head if last else Head()

    def begin(self, cursor: duckdb.DuckDBPyConnection, *, shared: bool = False) -> Mapping[str, int]:
        """Begin a transaction and count what is there, as `count` does; see `record` for `shared`.

        Raises StoreDamagedError while it is not known how the last one ended.
        """
        if self._doubtful:
            raise StoreDamagedError(
                f"it is not known how the last write to {self.home} ended; restart the program, which settles it"
            )
        cursor.execute("BEGIN")
        # Planning takes longer than counting. Without its condition DuckDB 1.5.5 would count while it plans, and go on
        # telling that number; a test compares.
        tables = (f"SELECT '{name}', count(*) FROM {name} WHERE rowid >= 0" for name in self._all_tables)
        cursor.execute(f"PREPARE {COUNTING} AS {' UNION ALL '.join(tables)}")
        self.noted, self._shared = begin_tracking(cursor), shared
        self.settled = self.count(cursor)
        return self.settled

    def count(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
        """The rows of every table that is written to, as a transaction sees them."""
        return {str(name): int(count) for name, count in cursor.execute(f"EXECUTE {COUNTING}").fetchall()}

    def record(
        self,
        cursor: duckdb.DuckDBPyConnection,
        audit_context: AuditContext | None,
        before: Mapping[str, int],
        request: Callable[[], Request | None],
    ) -> Mapping[str, int]:
        """Add the record of an action to its transaction; `before` counts the rows at its begin, the answer at its end.

        What `request` gives is kept with it, and figures are hashed in a fact of it. Raises UnauditedWriteError for
        facts and figures without an audit context, and for figures that were not noted. In a shared transaction what
        was noted is taken for all that was written: whoever commits it counts once, and does its actions one by one
        where more was.
        """
        noted = self.noted.take()
        there, facts = self._written(cursor, before, noted)
        if audit_context is None:
            if facts or noted.figures:
                tables = {fact.table for fact in facts} | {figure.table for figure in noted.figures}
                names = ", ".join(sorted(tables))
                raise UnauditedWriteError(f"rows were written to {names} without an audit context; give writing() one")
            return there
        if not (facts or noted.figures or audit_context.before or audit_context.after):
            return there
        if noted.figures:
            hashes = [noted.key, stored(now()), audit_context.actor, canonical(grouped(noted.figures))]
            insert_row(cursor, HASHES, hashes)
            facts += self.noted.take().facts
            there[HASHES] += 1
        if not audit_context.computes and (asked := request()) is not None:
            facts.append(insert_request(cursor, asked))
            there["requests"] += 1
        head = self._pending[-1].entry.head if self._pending else self.head
        entry = audit_record(audit_context, facts, head)
        self._pending.append(Line(entry, tuple(facts), self.head.seq + 1))
        self._claimed.update((fact.table, fact.fact_id) for fact in facts)
        return there

    def _written(
        self, cursor: duckdb.DuckDBPyConnection, before: Mapping[str, int], noted: InsertedRows
    ) -> tuple[dict[str, int], list[Fact]]:
        """The rows of every table now, and the facts that were added."""
        facts = [fact for fact in noted.facts if fact.table in self.tables]
        expected = {table: rows + noted.rows[table] for table, rows in before.items()}
        if self._shared and facts:
            self.unproved = True
            return expected, facts
        there = self.count(cursor)
        if there == expected:
            return there, facts
        if unknown := [table for table in sorted(DERIVED) if there.get(table) != expected.get(table)]:
            raise UnauditedWriteError(f"figures of {', '.join(unknown)} were written past what hashes them")
        if self.unproved:
            raise UnauditedWriteError("it is not known which of the actions that came together wrote a row")
        grown = {table: (before[table], there[table]) for table in self.tables if there[table] != before[table]}
        return there, self._new_facts(cursor, grown)

    def _new_facts(self, cursor: duckdb.DuckDBPyConnection, grown: Mapping[str, tuple[int, int]]) -> list[Fact]:
        if not grown:
            return []
        with self._cursors() as committed:
            try:
                return new_facts(cursor, committed, grown, self._claimed)
            except ValueError as fault:
                raise UnauditedWriteError(str(fault)) from fault

    def write(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Put the records into the transaction and, synced, into the journal; the commit must follow at once."""
        if self._pending:
            insert_entries(cursor, [line.entry for line in self._pending])
            self.journal.append(self._pending)
            self._in_journal = True

    def committed(self) -> None:
        """The transaction is durable: its last record is the head now."""
        if self._pending:
            self.journal.keep()
            self.head = self._pending[-1].entry.head
        self._forget()

    def failed(self) -> bool:
        """The transaction did not end well: take its lines out of the journal. Tells if it was committed after all."""
        lines, there = list(self._pending), False
        self.settled = {}
        if self._in_journal:
            self._doubtful = True
            with self._cursors() as cursor:
                last = read_entries(cursor, last=True)
            there = bool(last) and last[0].hash == lines[-1].entry.hash
            if there:
                self.journal.keep()
                self.head = lines[-1].entry.head
            else:
                self.journal.take_back()
            self._doubtful = False
        self._forget()
        return there

    def _forget(self) -> None:
        self._pending, self._in_journal = [], False
        self._claimed.clear()
        self.unproved = False
        end_tracking(self.noted)

    def settle(self) -> None:
        """Compare both ends when a store is opened.

        Records of one group that only the journal has are completed, those in vain are taken out: their log files never
        came into place, or their figures, which the journal does not hold, are lost. Facts from before there was a
        chain become its first record. Raises LedgerMismatchError when the ends differ otherwise.
        """
        group = self._last_group()
        if not group:
            if not self.head.seq:
                self._adopt()
                return
            raise self._mismatch(f"it ends with {Head()}")
        first, last = group[0][1], group[-1][1]
        if last.entry.head == self.head:
            return
        if (first.entry.seq, first.entry.prev_hash) != (self.head.seq + 1, self.head.hash):
            raise self._mismatch(f"it ends with {last.entry.head}")
        for start, line in group:
            if _in_vain(self.home, line):
                self.journal.cut(start)
                return
            self._complete(line)

    def _last_group(self) -> list[tuple[int, Line]]:
        """The lines of the last group as far as they were written, each with the place where it begins."""
        found: list[tuple[int, Line]] = []
        end = self.journal.length
        while (place := self.journal.line_before(end)) is not None:
            end, text = place
            try:
                line = parse_line(text)
            except JournalLineError as fault:
                raise self._mismatch(f"its last line {fault}") from fault
            if found and found[0][1].entry.prev_hash != line.entry.hash:
                raise self._mismatch("its last lines do not follow on each other")
            found.insert(0, (end, line))
            if line.group >= line.entry.seq:
                break
        return found

    def _mismatch(self, found: str) -> LedgerMismatchError:
        return LedgerMismatchError(
            f"the store in {self.home} ends with {self.head}; the journal does not: {found}; run `python -m dashboard "
            f"verify --home {self.home}` to see what differs, then `rebuild` (from the journal) or `restore` (a backup)"
        )

    def _complete(self, line: Line) -> None:
        with self._cursors() as cursor:
            cursor.execute("BEGIN")
            insert_facts(cursor, missing_facts(cursor, line.facts))
            insert_entries(cursor, [line.entry])
            cursor.execute("COMMIT")
        self.head = line.entry.head

    def _adopt(self) -> None:
        with self._cursors() as cursor:
            facts = [fact for table in self.tables for fact in read_facts(cursor, table)]
            if not facts:
                return
            counts = {table: sum(fact.table == table for fact in facts) for table in self.tables}
            audit_context = AuditContext(
                "begin_chain", ADOPTER, after={"store": {name: n for name, n in counts.items() if n}}
            )
            entry = audit_record(audit_context, facts, self.head)
            cursor.execute("BEGIN")
            insert_entries(cursor, [entry])
            self.journal.append([Line(entry, tuple(facts), entry.seq)])
            cursor.execute("COMMIT")
        self.journal.keep()
        self.head = entry.head

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


def _in_vain(home: Path, line: Line) -> bool:
    """Whether a record that was never acknowledged cannot be completed from the journal alone."""
    paths = [str(fact.content["path"]) for fact in line.facts if fact.table == "log_files"]
    hashes_figures = any(fact.table == HASHES for fact in line.facts)
    return hashes_figures or not all((home / "log" / path).is_file() for path in paths)
