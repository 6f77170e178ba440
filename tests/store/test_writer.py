"""Actions that come together share a transaction, and each still ends by itself: done, refused or failed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError, MachineError, NotFoundError
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit import journal
from dashboard.store.audit.chain import AuditContext, read_entries
from dashboard.store.audit.journal import NAME, parse_line, read_lines
from dashboard.store.audit.ledger import LedgerMismatchError, UnauditedWriteError
from dashboard.store.audit.verify import verify_home
from dashboard.store.cards import append_card, list_cards
from dashboard.store.engine import writer
from dashboard.store.engine.database import Store, open_store
from dashboard.store.engine.writer import WriterBusyError
from dashboard.store.tokens import create_token, find_token, list_tokens, revoke_token
from tests.acceptance.portfolio import BINARY_CARD

ROOT = Path(__file__).resolve().parents[2]
# Five tokens in one group, and the process dies in the middle of it.
DYING = """
import os, signal, sys, threading
from pathlib import Path
from dashboard.store.audit import journal, ledger
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.database import open_store
from dashboard.store.tokens import create_token
store = open_store(Path(sys.argv[1]))
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "within the lines":
    whole = os.pwrite
    journal.os.pwrite = lambda handle, text, place: (whole(handle, text[: 2 * len(text) // 3], place), die())
else:
    real = ledger.Ledger.write
    ledger.Ledger.write = lambda *given: (real(*given), die())
def add(number):
    audit_context = AuditContext("create_token", "x", after={f"token t{number}": 1})
    with store.writing(audit_context) as cursor:
        create_token(cursor, f"t{number}", ["read"], "x")
held = threading.Event()
store.writer.start()
store.writer.submit(held.wait)
for number in range(5):
    store.writer.submit(lambda number=number: add(number))
held.set()
threading.Event().wait(60)
"""


def adds(store: Store, name: str, then: Callable[[], None] = lambda: None) -> Callable[[], str]:
    """The work of an action that creates a token, and then maybe fails."""

    def work() -> str:
        with store.writing(AuditContext("create_token", "x", after={f"token {name}": 1})) as cursor:
            create_token(cursor, name, ["read"], "x")
            then()
        return name

    return work


def fails() -> None:
    raise NotFoundError("nothing of that kind")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def together(store: Store, *works: Callable[[], object]) -> list[object]:
    """What each of the works gave or raised, when all of them wait at the same time."""
    begun, held = threading.Event(), threading.Event()
    store.writer.start()
    first = store.writer.submit(lambda: (begun.set(), held.wait(10)))
    assert begun.wait(10)
    waiting = [store.writer.submit(work) for work in works]
    held.set()
    first.result(10)
    found = [future.exception(30) or future.result() for future in waiting]
    store.writer.stop()
    return found


def groups(store: Store) -> list[int]:
    return [parse_line(line).group for line in read_lines(store.home / NAME)]


def test_actions_that_wait_together_are_one_group_with_a_record_each(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(journal.os, "fsync", synced.append)
    assert together(store, *(adds(store, f"t{number}") for number in range(7))) == [f"t{n}" for n in range(7)]
    with store.cursor() as cursor:
        entries = read_entries(cursor)
    assert [entry.seq for entry in entries] == list(range(1, 8))
    assert all(entry.computed_hash() == entry.hash for entry in entries)
    assert groups(store) == [1] * 7
    assert len(synced) == 1
    with store.writing(AuditContext("test", "x", after={"a": 1})):
        pass
    assert groups(store)[-1] == 8
    store.close()
    assert verify_home(store.home).faults == []


def test_a_group_sees_its_own_writes_and_a_refusal_is_told_to_one(store: Store) -> None:
    def reads() -> list[str]:
        return [token.name for token in list_tokens(store)]

    def revokes() -> str:
        with store.writing(AuditContext("revoke_token", "x", after={"token a": 0})) as cursor:
            revoke_token(cursor, "a", "x")
        return "revoked"

    found = together(store, adds(store, "a"), adds(store, "a"), reads, revokes, adds(store, "b"))
    assert [found[0], found[2], found[3], found[4]] == ["a", ["a"], "revoked", "b"]
    assert isinstance(found[1], InputRefusedError)
    # The refused one had written nothing, so the others stay together.
    assert groups(store) == [1, 1, 1]


ENDED = "INSERT INTO ended_sessions VALUES (?, now()::TIMESTAMP, 'x', 'some key')"


def test_a_row_that_was_not_noted_is_found_and_stands_with_its_own_action(store: Store) -> None:
    def adds_two() -> str:
        with store.writing(AuditContext("two", "x", after={"token b": 1})) as cursor:
            create_token(cursor, "b", ["read"], "x")
            cursor.execute(ENDED, ["ended-1"])
        return "b"

    assert together(store, adds(store, "a"), adds_two, adds(store, "c")) == ["a", "b", "c"]
    with store.cursor() as cursor:
        claimed = [[table for table, _, _ in entry.claims()] for entry in read_entries(cursor)]
    assert [sorted(tables) for tables in claimed] == [["tokens"], ["ended_sessions", "tokens"], ["tokens"]]
    assert groups(store) == [1, 2, 3]
    store.close()
    assert verify_home(store.home).faults == []


class Counting:
    """Cursors of a connection, or one of them, that note which statements they execute."""

    def __init__(self, real: Any, executed: list[str]) -> None:
        self._real, self._executed = real, executed

    def cursor(self) -> Counting:
        return Counting(self._real.cursor(), self._executed)

    def execute(self, statement: str, *values: object) -> object:
        self._executed.append(statement)
        return self._real.execute(statement, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


def test_an_event_among_others_takes_two_statements(store: Store, tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text(BINARY_CARD, encoding="utf-8")
    run_action(store, "register", Files(files=(tmp_path / "claims.yaml",)), operator("x"))
    works = []
    for number in range(12):
        event = {"kind": "usage", "model": "claims", "at": "2024-05-01", "consumer": "c", "purpose": "p"}
        path = tmp_path / f"{number}.jsonl"
        path.write_text(json.dumps({**event, "calls": number}), encoding="utf-8")
        works.append(partial(run_action, store, "ingest_events", Files(files=(path,)), operator("x")))
    executed: list[str] = []
    real = store._connection
    store._connection = Counting(real, executed)  # type: ignore[assignment]
    told = together(store, *works)
    store._connection = real
    assert told == ["received 1 events; added 1, ignored 0 that were there"] * 12
    # Is it there, insert it; and for the group before it and for this one what a transaction needs.
    assert len(executed) <= 2 * 12 + 2 * 8
    store.close()
    assert verify_home(store.home).faults == []


def test_an_unaudited_write_beside_others_is_refused_alone(store: Store) -> None:
    def writes() -> None:
        with store.writing() as cursor:
            cursor.execute(ENDED, ["ended-1"])

    found = together(store, adds(store, "a"), writes, adds(store, "b"))
    assert [found[0], found[2]] == ["a", "b"]
    assert isinstance(found[1], UnauditedWriteError)
    with store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM ended_sessions").fetchone() == (0,)


def test_a_token_opens_nothing_once_it_is_revoked(store: Store) -> None:
    keys: list[str] = []
    with store.writing(AuditContext("create_token", "x")) as cursor:
        keys.append(create_token(cursor, "a", ["read"], "x"))
    assert find_token(store, keys[0]) is not None
    with store.writing(AuditContext("revoke_token", "x")) as cursor:
        revoke_token(cursor, "a", "x")
    assert find_token(store, keys[0]) is None


def test_a_card_that_was_undone_is_not_remembered(store: Store) -> None:
    first = ModelCard.model_validate(yaml.safe_load(BINARY_CARD))

    def registers(card: ModelCard, then: Callable[[], None]) -> list[str]:
        with store.writing(AuditContext("register", "x")) as cursor:
            append_card(cursor, card, "x", None)
            seen = list(list_cards(store))
            then()
        return seen

    with store.writing(AuditContext("test", "x", after={"a": 1})):
        pass
    with pytest.raises(NotFoundError):
        store.writer.perform(lambda: registers(first, fails))
    assert list_cards(store) == {}
    other = first.model_copy(update={"id": "other"})
    assert store.writer.perform(lambda: registers(other, lambda: None)) == ["other"]
    assert list(list_cards(store)) == ["other"]


def test_what_fails_after_it_wrote_takes_nobody_with_it(store: Store) -> None:
    def fails_outside() -> None:
        adds(store, "outside")()
        fails()

    found = together(store, adds(store, "a"), adds(store, "no", fails), adds(store, "b"), fails_outside)
    assert [found[0], found[2]] == ["a", "b"]
    assert isinstance(found[1], NotFoundError)
    assert isinstance(found[3], NotFoundError)
    assert sorted(token.name for token in list_tokens(store)) == ["a", "b"]
    assert groups(store) == [1, 2]
    store.close()
    assert verify_home(store.home).faults == []


def test_a_broken_statement_takes_nobody_with_it(store: Store) -> None:
    def breaks() -> None:
        with store.cursor() as cursor:
            cursor.execute("SELECT CAST(name AS INTEGER) FROM tokens").fetchall()

    found = together(store, adds(store, "a"), breaks, adds(store, "b"))
    assert [found[0], found[2]] == ["a", "b"]
    assert "Could not convert" in str(found[1])


def test_a_journal_that_is_full_fails_the_actions_and_the_next_one_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal.os, "pwrite", full)
        found = together(store, adds(store, "a"), adds(store, "b"))
        assert all(isinstance(fault, MachineError) and fault.full for fault in found)
    assert list_tokens(store) == []
    assert together(store, adds(store, "a")) == ["a"]
    assert groups(store) == [1]


def test_too_much_waiting_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, held = threading.Event(), threading.Event()
    store.writer.start()
    store.writer.submit(lambda: (begun.set(), held.wait(10)))
    assert begun.wait(10)
    waiting = [store.writer.submit(adds(store, f"t{number}")) for number in range(writer.WAITING)]
    with pytest.raises(WriterBusyError, match="try again"):
        store.writer.submit(adds(store, "one too many"))
    held.set()
    assert [future.result(60) for future in waiting][-1] == f"t{writer.WAITING - 1}"
    assert len(list_tokens(store)) == writer.WAITING


@pytest.mark.parametrize(("moment", "there"), [("within the lines", range(1, 5)), ("before the commit", [5])])
def test_a_group_that_dies_is_completed_as_far_as_its_lines_go(tmp_path: Path, moment: str, there: range) -> None:
    home = tmp_path / "home"
    died = subprocess.run([sys.executable, "-c", DYING, str(home), moment], check=False, cwd=ROOT)
    assert died.returncode == -signal.SIGKILL
    whole = list(read_lines(home / NAME))
    store = open_store(home)
    names = [token.name for token in list_tokens(store)]
    store.close()
    assert names == [f"t{number}" for number in range(len(names))]
    assert len(names) == len(whole)
    assert len(names) in there
    assert verify_home(home).records == len(names)


def test_a_store_behind_by_more_than_one_group_is_not_completed(store: Store) -> None:
    import duckdb

    together(store, *(adds(store, name) for name in "ab"))
    together(store, *(adds(store, name) for name in "cd"))
    store.close()
    with duckdb.connect(str(store.home / "store.duckdb")) as connection:
        connection.execute("DELETE FROM audit WHERE seq > 1")
    with pytest.raises(LedgerMismatchError):
        open_store(store.home)
    assert os.path.getsize(store.home / NAME)
