"""Whatever goes wrong while a home is opened, used or left, its lock is let go, and what was left is cleared."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from dashboard.cli.command_line import main
from dashboard.store.audit.ledger import Ledger
from dashboard.store.engine import connection, database, home_lock, shared_stores
from dashboard.store.engine.database import Store, open_store
from dashboard.store.engine.shared_stores import held_store, release_store, store_away
from dashboard.store.engine.writer import Writer


class Trouble(Exception):  # noqa: N818 - any exception at all
    """What nobody has foreseen."""


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> list[IO[str]]:
    """The lock files that are opened."""
    opened: list[IO[str]] = []

    def recording(*given: Any, **named: Any) -> IO[str]:
        opened.append(open(*given, **named))  # noqa: SIM115 - who asked for it closes it
        return opened[-1]

    monkeypatch.setattr(home_lock, "open", recording, raising=False)
    return opened


def fails(*_: object, **__: object) -> Any:
    raise Trouble


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (home_lock, "_tighten"), (home_lock, "_sweep"), (database, "connect_home"), (connection, "migrate"),
        (Ledger, "settle"), (Ledger, "__init__"), (Ledger, "close"), (Writer, "stop"), (Writer, "__init__"),
    ],
)  # fmt: skip
def test_whatever_fails_in_opening_and_closing(
    tmp_path: Path, locks: list[IO[str]], monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(place, name, fails)
        with pytest.raises(Trouble):
            open_store(tmp_path / "home").close()
    assert len(locks) == 1
    assert locks[0].closed
    open_store(tmp_path / "home").close()


def test_who_works_beside_the_readers_does_not_end(tmp_path: Path, locks: list[IO[str]]) -> None:
    store = open_store(tmp_path / "home")
    store.before_closing.append(fails)
    with pytest.raises(Trouble):
        store.close()
    assert locks[0].closed


def test_the_holder_of_a_lock_cannot_be_read(tmp_path: Path, locks: list[IO[str]]) -> None:
    store = open_store(tmp_path / "home")
    (tmp_path / "home" / "store.lock").write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        open_store(tmp_path / "home")
    assert locks[1].closed
    store.close()


@pytest.mark.parametrize("name", ["chdir", "execve"])
def test_a_server_that_does_not_take_its_place(
    tmp_path: Path, locks: list[IO[str]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(os.getcwd())
    with monkeypatch.context() as patch:
        patch.setattr(os, name, fails)
        with pytest.raises(Trouble):
            main(["serve", "--port", "1", "--home", str(tmp_path / "home")])
    assert locks[0].closed


def away(home: Path, inside: threading.Event, go_on: threading.Event) -> None:
    with store_away(home):
        inside.set()
        assert go_on.wait(60)


def released_while_away(home: Path, release: Callable[[Path], None]) -> None:
    """A store that is released while it is being opened anew, as at the end of a server."""
    held_store(home)
    inside, go_on = threading.Event(), threading.Event()
    opening = threading.Thread(target=away, args=(home, inside, go_on))
    opening.start()
    assert inside.wait(60)
    releasing = threading.Thread(target=release, args=(home,))
    releasing.start()
    while home.resolve() not in shared_stores._leaving:
        assert releasing.is_alive()
    go_on.set()
    for thread in (opening, releasing):
        thread.join()


def test_a_store_that_is_released_while_it_is_opened_anew(tmp_path: Path, locks: list[IO[str]]) -> None:
    home = tmp_path / "home"
    released_while_away(home, release_store)
    assert locks[0].closed
    assert home.resolve() not in shared_stores._held
    open_store(home).close()


def test_a_release_does_not_wait_for_long(
    tmp_path: Path, locks: list[IO[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_stores, "LEAVE_SECONDS", 0.0)
    home = tmp_path / "home"
    held_store(home)
    with store_away(home):
        release_store(home)
        assert not locks[0].closed
    assert locks[0].closed
    held_store(home)
    release_store(home)
    assert isinstance(held_store(home), Store)
    release_store(home)


def test_what_a_killed_server_was_sent_goes_with_the_next_holder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    open_store(home).close()
    (home / "uploads" / "call").mkdir(parents=True)
    (home / "uploads" / "call" / "rows.csv").write_text("personal", encoding="utf-8")
    open_store(home).close()
    assert not (home / "uploads").exists()
