"""Every write of facts leaves a record in the chain and in the journal, or does not happen."""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from dashboard.access.principal import operator
from dashboard.actions.registry import run_action
from dashboard.errors import DashboardError, MachineError
from dashboard.store.audit import journal
from dashboard.store.audit.chain import BEGINNING, AuditContext, Entry, read_entries
from dashboard.store.audit.facts import count_facts
from dashboard.store.audit.journal import parse_line, read_lines
from dashboard.store.audit.ledger import LedgerMismatchError, UnauditedWriteError
from dashboard.store.engine.database import Store, open_store
from dashboard.store.events import append_events
from dashboard.store.log.files import sha256_of
from tests.examples import example_of, with_example

INSERT = "INSERT INTO organisation VALUES (?, now()::TIMESTAMP, 'x', 'person', 'p', '{}', '', NULL)"


def entries(store: Store) -> list[Entry]:
    with store.cursor() as cursor:
        return read_entries(cursor)


def test_records_tell_who_did_what_and_follow_on_each_other(store: Store, tmp_path: Path) -> None:
    found = entries(store)
    assert [(entry.seq, entry.actor, entry.action) for entry in found] == [
        (1, "anna", "register"),
        (2, "pipeline", "ingest_predictions"),
        (3, "pipeline", "ingest_events"),
        (4, "ben", "register"),
    ]
    assert [entry.prev_hash for entry in found] == [BEGINNING, *(entry.hash for entry in found[:-1])]
    assert all(entry.computed_hash() == entry.hash for entry in found)
    assert [entry.subject for entry in found] == [None, "claims", "claims", "claims"]
    assert json.loads(found[3].before) == {"claims": {}}
    assert json.loads(found[3].after) == {"claims": {"summary": "Sorts claims."}}
    ingested = json.loads(found[1].after)["claims"]
    assert ingested["rows_added"] == 200
    assert ingested["files"] == [{"name": "claims.parquet", "sha256": sha256_of(tmp_path / "claims.parquet")}]


def test_every_fact_is_claimed_once_and_the_journal_says_the_same(store: Store) -> None:
    found = entries(store)
    claimed = [(table, fact_id) for entry in found for table, fact_id, _ in entry.claims()]
    with store.cursor() as cursor:
        tables = store.ledger.tables
        counts = count_facts(cursor, tables)
        facts = [
            (table, str(row[0]))
            for table in tables
            for row in cursor.execute(f"SELECT fact_id FROM {table}").fetchall()
        ]
    assert set(tables) >= {"cards", "events", "log_files", "organisation"}
    assert all(counts[table] for table in ("cards", "events", "log_files", "organisation"))
    assert sorted(claimed) == sorted(facts)
    assert [parse_line(line).entry for line in read_lines(store.home / journal.NAME)] == found


@pytest.mark.parametrize("name", with_example())
def test_every_action_leaves_a_record_and_none_when_it_changes_nothing(store: Store, tmp_path: Path, name: str) -> None:
    example = example_of(name, tmp_path)
    somebody = replace(operator("somebody"), person="anna.keller")
    for action, payload in example.before:
        run_action(store, action, payload, somebody)
    before = len(entries(store))
    # Who answers a topic has read the answer.
    doer = replace(somebody, person="ben") if name == "acknowledge_answer" else somebody
    run_action(store, name, example.payload, doer)
    new = entries(store)[before:]
    # Figures are hashed in a record of their own: counting a model goes on before it is judged.
    records = 2 if name == "monitor" else 1
    assert [(entry.action, entry.actor) for entry in new] == [(name, "somebody")] * records
    # A second time there is nothing to do, or it is refused; only what may be said twice is recorded twice.
    with suppress(DashboardError):
        run_action(store, name, example.payload, doer)
    assert len(entries(store)) == before + (2 if example.repeatable else records)


def test_facts_without_a_deed_are_refused_and_undone(store: Store) -> None:
    head = store.ledger.head
    with pytest.raises(UnauditedWriteError, match="organisation"), store.writing() as cursor:
        cursor.execute(INSERT, ["sneaked in"])
    with pytest.raises(UnauditedWriteError, match="deleted"), store.writing(AuditContext("clean", "x")) as cursor:
        cursor.execute("DELETE FROM events")
    with store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM organisation WHERE fact_id = 'sneaked in'").fetchone() == (0,)
        assert cursor.execute("SELECT count(*) FROM events").fetchone() == (2,)
    assert store.ledger.head == head


def test_a_failed_commit_takes_its_line_out_of_the_journal(store: Store) -> None:
    before = (store.home / journal.NAME).read_bytes()

    def collide() -> None:
        with store.cursor() as other, store.writing(AuditContext("test", "x")) as cursor:
            cursor.execute(INSERT, ["a"])
            other.execute(INSERT, ["a"])

    with pytest.raises(duckdb.Error):
        collide()
    assert (store.home / journal.NAME).read_bytes() == before
    with store.writing(AuditContext("test", "x")) as cursor:
        cursor.execute(INSERT, ["b"])
    assert len(entries(store)) == 5


def test_a_journal_that_cannot_be_written_undoes_the_action(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = (store.home / journal.NAME).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(journal.os, "pwrite", full)
        with (
            pytest.raises(MachineError, match="no space left on the disk; nothing of the call was written"),
            store.writing(AuditContext("test", "x")) as cursor,
        ):
            cursor.execute(INSERT, ["a"])
    assert (store.home / journal.NAME).read_bytes() == before
    assert len(entries(store)) == 4
    with store.writing(AuditContext("test", "x")) as cursor:
        assert append_events(cursor, [], "x", None) == []
        cursor.execute(INSERT, ["a"])
    assert len(entries(store)) == 5


def test_a_store_from_before_the_chain_is_taken_over(home: Path) -> None:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        connection.execute("DELETE FROM audit")
    (home / journal.NAME).unlink()
    store = open_store(home)
    (first,) = entries(store)
    assert (first.action, first.actor) == ("begin_chain", "system")
    assert len(first.claims()) == sum(count_facts_of(store).values())
    store.close()
    open_store(home).close()


def count_facts_of(store: Store) -> dict[str, int]:
    with store.cursor() as cursor:
        return count_facts(cursor, store.ledger.tables)


def test_an_unfinished_last_line_is_cut_off(home: Path) -> None:
    path = home / journal.NAME
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:700].splitlines()[0][:-5])
    open_store(home).close()
    assert path.read_bytes() == whole


def test_a_journal_one_record_ahead_is_completed(home: Path) -> None:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        held = connection.execute("SELECT * FROM cards ORDER BY fact_id").fetchall()
        connection.execute("DELETE FROM cards WHERE recorded_at = (SELECT max(recorded_at) FROM cards)")
        connection.execute("DELETE FROM audit WHERE seq = 4")
    store = open_store(home)
    with store.cursor() as cursor:
        assert cursor.execute("SELECT * FROM cards ORDER BY fact_id").fetchall() == held
    assert [entry.seq for entry in entries(store)] == [1, 2, 3, 4]
    store.close()


@pytest.mark.parametrize("statement", ["DELETE FROM audit WHERE seq > 2", "UPDATE audit SET hash = 'x' WHERE seq = 4"])
def test_other_differences_are_told_at_the_start_with_the_command(home: Path, statement: str) -> None:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        connection.execute(statement)
    with pytest.raises(LedgerMismatchError, match="dashboard verify"):
        open_store(home)
