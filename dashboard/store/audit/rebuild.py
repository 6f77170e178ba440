"""Make the store anew from its journal: all facts and records; what is computed from them comes from `monitor`."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO

import duckdb

from dashboard.errors import NotFoundError, StoreDamagedError
from dashboard.machine import machine_faults
from dashboard.store.audit.chain import AuditContext, Head, audit_record, insert_entries
from dashboard.store.audit.facts import insert_facts
from dashboard.store.audit.figures import HASHES
from dashboard.store.audit.journal import NAME, Journal, JournalLineError, Line, parse_line, read_lines
from dashboard.store.audit.ledger import ADOPTER
from dashboard.store.audit.verify_figures import REBUILD
from dashboard.store.engine.clock import now
from dashboard.store.engine.connection import connect
from dashboard.store.engine.database import append_rows
from dashboard.store.engine.durable import sync
from dashboard.store.engine.home_lock import FRESH, hold_home

LINES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Rebuilt:
    """What came back, and where the old database file lies now (None when there was none)."""

    records: int
    facts: int
    old: Path | None


def rebuild(home: Path, lock: IO[str] | None = None) -> Rebuilt:
    """Make `store.duckdb` of a home anew; the old file is kept aside. `lock` is that of the home, when it is held.

    Raises NotFoundError without a journal, StoreInUseError while a process holds the home, and StoreDamagedError naming
    the first broken line of the journal; then nothing has changed.
    """
    journal = home / NAME
    with (
        nullcontext() if lock else hold_home(home),
        machine_faults(f"the store in {home} cannot be rebuilt", "nothing has changed"),
    ):
        if not journal.is_file():
            raise NotFoundError(f"home {home} has no {NAME}; nothing can be rebuilt; restore a backup")
        fresh = home / FRESH
        _remove_fresh(home)
        try:
            head, facts, given_up = _made(fresh, journal)
        except BaseException:
            _remove_fresh(home)
            raise
        old = _put_aside(home)
        try:
            _note(journal, given_up)
        except BaseException:
            _put_back(home, old)
            _remove_fresh(home)
            raise
        fresh.replace(home / "store.duckdb")
        sync(home)
    return Rebuilt(head.seq, facts, old)


def _put_back(home: Path, old: Path | None) -> None:
    """Undo `_put_aside`."""
    if old is not None:
        for path in old.parent.iterdir():
            path.rename(home / path.name)
        old.parent.rmdir()


def _give_figures_up(connection: duckdb.DuckDBPyConnection, head: Head) -> list[Line]:
    """A record that the figures of all records before it are gone: the journal holds their hashes only."""
    entry = audit_record(AuditContext(REBUILD, ADOPTER, after={"store": {"figures": "given_up"}}), [], head)
    insert_entries(connection, [entry])
    return [Line(entry, (), entry.seq)]


def _note(journal: Path, lines: list[Line]) -> None:
    """Add lines to the journal. Until the new store is in its place a home without one says what to do."""
    if lines:
        opened = Journal(journal)
        try:
            opened.append(lines)
        finally:
            opened.close()


def _made(fresh: Path, journal: Path) -> tuple[Head, int, list[Line]]:
    """Make a database from a journal; returns the head, the number of facts, and lines to add to the journal."""
    connection = connect(fresh)
    try:
        head, facts, with_figures = _fill(connection, journal)
        given_up = _give_figures_up(connection, head) if with_figures else []
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    return head, facts, given_up


def _remove_fresh(home: Path) -> None:
    for left in (home / FRESH, home / f"{FRESH}.wal"):
        left.unlink(missing_ok=True)


def _fill(connection: duckdb.DuckDBPyConnection, journal: Path) -> tuple[Head, int, bool]:
    """Insert all lines; returns the head, the number of facts, and whether figures were hashed."""
    head, facts, with_figures = Head(), 0, False
    batch: list[Line] = []
    for text in read_lines(journal):
        try:
            line = parse_line(text)
        except JournalLineError as fault:
            raise _broken(journal, head.seq + 1, str(fault)) from fault
        if (line.entry.seq, line.entry.prev_hash) != (head.seq + 1, head.hash):
            raise _broken(journal, head.seq + 1, f"does not follow on {head}")
        head = line.entry.head
        facts += len(line.facts)
        with_figures = with_figures or any(fact.table == HASHES for fact in line.facts)
        batch.append(line)
        if len(batch) == LINES_AT_ONCE:
            _insert(connection, batch)
            batch = []
    _insert(connection, batch)
    return head, facts, with_figures


def _broken(journal: Path, seq: int, message: str) -> StoreDamagedError:
    return StoreDamagedError(f"{journal}:{seq}: the line {message}; nothing was rebuilt; restore a backup")


def _insert(connection: duckdb.DuckDBPyConnection, lines: list[Line]) -> None:
    if not lines:
        return
    connection.execute("BEGIN")
    if len(lines) == 1:
        insert_entries(connection, [lines[0].entry])
    else:
        append_rows(connection, "audit", [astuple(line.entry) for line in lines])
    insert_facts(connection, (fact for line in lines for fact in line.facts))
    connection.execute("COMMIT")


def _put_aside(home: Path) -> Path | None:
    """Move the old database with its write-ahead log, which may hold what the file does not, out of the way."""
    old = [path for path in (home / "store.duckdb", home / "store.duckdb.wal") if path.exists()]
    if not old:
        return None
    place = home / f"replaced-{now():%Y%m%dT%H%M%S%f}"
    place.mkdir(mode=0o700)
    for path in old:
        path.rename(place / path.name)
    return place / "store.duckdb"
