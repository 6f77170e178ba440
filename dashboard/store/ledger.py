"""Where store and journal meet: every transaction with facts becomes a record of both, or of neither.

Order of a write: facts and record into the transaction, the line into the journal and synced, then the commit. A
process that dies between the last two leaves the journal one record ahead; whoever opens the store next completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb

from dashboard.errors import StoreDamagedError
from dashboard.store.chain import Deed, Entry, Head, insert_entry, read_entries, seal
from dashboard.store.facts import count_facts, insert_facts, list_fact_tables, missing_facts, new_facts, read_facts
from dashboard.store.journal import NAME, Journal, JournalLineError, Line, parse_line

Cursors = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
ADOPTER = "system"


class UnauditedWriteError(Exception):
    """A transaction wrote facts and did not say who did what: a defect of the program."""


class LedgerMismatchError(StoreDamagedError):
    """Store and journal do not end with the same record."""


class Ledger:
    """The end of the chain, and how a transaction is added to it. The caller holds the one writer lock."""

    def __init__(self, home: Path, cursors: Cursors) -> None:
        """Open the journal of a home whose store gives cursors by `cursors`."""
        self.home = home
        self.journal = Journal(home / NAME)
        self._cursors = cursors
        self._pending: Entry | None = None
        self._doubtful = False
        with cursors() as cursor:
            self.tables = list_fact_tables(cursor)
            last = read_entries(cursor, last=True)
        self.head = last[0].head if last else Head()

    def begin(self, cursor: duckdb.DuckDBPyConnection) -> Mapping[str, int]:
        """What a transaction found; raises StoreDamagedError while it is not known how the last one ended."""
        if self._doubtful:
            raise StoreDamagedError(
                f"it is not known how the last write to {self.home} ended; restart the program, which settles it"
            )
        return count_facts(cursor, self.tables)

    def record(self, cursor: duckdb.DuckDBPyConnection, deed: Deed | None, before: Mapping[str, int]) -> None:
        """Add the record of a transaction to it and to the journal; the commit must follow at once.

        Raises UnauditedWriteError for facts without a deed.
        """
        with self._cursors() as committed:
            try:
                facts = new_facts(cursor, committed, before)
            except ValueError as fault:
                raise UnauditedWriteError(str(fault)) from fault
        if deed is None:
            if facts:
                names = ", ".join(sorted({fact.table for fact in facts}))
                raise UnauditedWriteError(f"facts were written to {names} without a deed; give writing() one")
            return
        if not (facts or deed.before or deed.after):
            return
        entry = seal(deed, facts, self.head)
        insert_entry(cursor, entry)
        self._pending = entry
        self.journal.append(Line(entry, tuple(facts)))

    def committed(self) -> None:
        """The transaction is durable: its record is the head now."""
        if self._pending is not None:
            self.journal.keep()
            self.head, self._pending = self._pending.head, None

    def failed(self) -> None:
        """The transaction did not end well: take its line out of the journal, unless it was committed after all."""
        entry = self._pending
        if entry is None:
            return
        self._doubtful = True
        with self._cursors() as cursor:
            last = read_entries(cursor, last=True)
        if last and last[0].hash == entry.hash:
            self.journal.keep()
            self.head = entry.head
        else:
            self.journal.take_back()
        self._pending, self._doubtful = None, False

    def settle(self) -> None:
        """Compare both ends when a store is opened.

        A record that only the journal has is completed; facts from before there was a chain become its first record.
        Raises LedgerMismatchError when the ends differ otherwise.
        """
        text = self.journal.last()
        if text is None and not self.head.seq:
            self._adopt()
            return
        try:
            line = parse_line(text) if text is not None else None
        except JournalLineError as fault:
            raise self._mismatch(f"its last line {fault}") from fault
        end = line.entry.head if line else Head()
        if end == self.head:
            self.journal.keep()
            return
        if line is None or (end.seq, line.entry.prev_hash) != (self.head.seq + 1, self.head.hash):
            raise self._mismatch(f"it ends with {end}")
        if all((self.home / "log" / path).is_file() for path in _log_paths(line)):
            self._complete(line)
        else:
            self.journal.take_back()

    def _mismatch(self, found: str) -> LedgerMismatchError:
        return LedgerMismatchError(
            f"the store in {self.home} ends with {self.head}; the journal does not: {found}; run `python -m dashboard "
            f"verify --home {self.home}` to see what differs, then `rebuild` (from the journal) or `restore` (a backup)"
        )

    def _complete(self, line: Line) -> None:
        with self._cursors() as cursor:
            cursor.execute("BEGIN")
            insert_facts(cursor, missing_facts(cursor, line.facts))
            insert_entry(cursor, line.entry)
            cursor.execute("COMMIT")
        self.journal.keep()
        self.head = line.entry.head

    def _adopt(self) -> None:
        with self._cursors() as cursor:
            facts = [fact for table in self.tables for fact in read_facts(cursor, table)]
            if not facts:
                return
            counts = {table: sum(fact.table == table for fact in facts) for table in self.tables}
            deed = Deed("begin_chain", ADOPTER, after={"store": {name: n for name, n in counts.items() if n}})
            entry = seal(deed, facts, self.head)
            cursor.execute("BEGIN")
            insert_entry(cursor, entry)
            self.journal.append(Line(entry, tuple(facts)))
            cursor.execute("COMMIT")
        self.journal.keep()
        self.head = entry.head

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


def _log_paths(line: Line) -> list[str]:
    return [str(fact.content["path"]) for fact in line.facts if fact.table == "log_files"]
