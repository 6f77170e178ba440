"""`verify` names what is there and does not belong: a fault in the database, a notice of files that nothing lists."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard.cli.command_line import main
from dashboard.store.audit.verify import verify, verify_home
from dashboard.store.audit.verify_surplus import SHOWN_FILES, unlisted_files
from dashboard.store.engine.database import Store
from dashboard.store.log.files import list_log_files
from tests.ledger.conftest import found_in, tamper


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("CREATE TABLE notes (id INTEGER, note VARCHAR)", "table notes, fact -: the program knows no such table"),
        ("CREATE VIEW better AS SELECT 1 AS x", "table better, fact -: the program knows no such table or view"),
        ("ALTER TABLE cards ADD COLUMN hidden VARCHAR", "table cards, fact -: the program made no column hidden"),
        ("ALTER TABLE statuses DROP COLUMN hashed_in", "table statuses, fact -: the column hashed_in (VARCHAR) is"),
    ],
)
def test_a_table_or_column_that_the_program_did_not_make_is_a_fault(home: Path, statement: str, told: str) -> None:
    tamper(home, statement)
    assert told in found_in(home)
    assert main(["verify", "--home", str(home)]) == 1


def test_a_file_that_nothing_lists_is_named_and_no_fault(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = next((home / "log").rglob("*.parquet"))
    shutil.copy(path, path.with_name("added.parquet"))
    (home / "log" / "notes.txt").write_text("x", encoding="utf-8")
    assert main(["verify", "--home", str(home)]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "not part of the log" in line]
    added = path.with_name("added.parquet").relative_to(home)
    assert told == [
        f"not part of the log, and read by nothing: {added}, log/notes.txt; the program did not write them; "
        "move them away"
    ]


def test_of_many_files_the_first_are_named(home: Path) -> None:
    for number in range(SHOWN_FILES + 5):
        (home / "log" / f"{number:03}.parquet").write_bytes(b"")
    (notice,) = verify_home(home).notices
    assert notice.count(".parquet") == SHOWN_FILES
    assert "and 5 more" in notice


def test_nothing_is_told_of_an_untouched_home(monitored: Path) -> None:
    assert verify_home(monitored).notices == []


def test_what_a_call_moves_into_the_log_just_now_is_no_surplus(store: Store) -> None:
    (listed, *_) = list_log_files(store, "claims")
    log = store.home / "log"
    shutil.copy(log / listed.path, log / "new.parquet")
    assert "new.parquet" in verify(store).notices[0]
    space = log / ".staging" / "call"
    space.mkdir(parents=True)
    (space / "moves").write_text("new.parquet\n", encoding="utf-8")
    (space / "typed.parquet").write_bytes(b"")
    assert verify(store).notices == []


def test_what_was_listed_meanwhile_is_no_surplus(store: Store) -> None:
    """As for a check that began before a call of others ended."""
    listed = [file.path for file in list_log_files(store, "claims")]
    assert unlisted_files(store, listed[1:]) == []
