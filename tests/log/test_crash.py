"""A process that dies, or a disk that fails, in the middle of a call leaves the log as it was or complete."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.errors import DashboardError
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store, open_store
from dashboard.store.log import staging
from dashboard.store.log.files import check_log_file, file_path, list_log_files
from dashboard.store.log.ingest import ingest_predictions
from tests.log.conftest import MakeCard, everything

ROWS = 40_000
KILLS = 10
CHILD = """
import os, signal, sys
from pathlib import Path
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import open_store
from dashboard.store.log import ingest, staging, writing

home, source, card, kill_at = sys.argv[1:]
steps = 0

def counted(real):
    def call(*given):
        global steps
        steps += 1
        if steps == int(kill_at):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given)
    return call

staging.os.fsync = counted(os.fsync)
Path.rename = counted(Path.rename)
writing.record_log_files = counted(writing.record_log_files)
ingest.add_to_log = counted(ingest.add_to_log)
done = counted(ingest.ingest_predictions(
    open_store(Path(home)), ModelCard.model_validate_json(card), [Path(source)], "child", counted(lambda *_: None)
).__repr__)
done()
print(steps)
"""


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Rows of four months and so four files."""
    path = tmp_path / "rows.parquet"
    duckdb.sql(f"""
        COPY (SELECT i AS id, TIMESTAMP '2013-01-01' + INTERVAL (i * 240) SECOND AS at, 0.5 AS score, i % 2 AS late,
            i * 1.0 AS hour, 'AA' AS carrier FROM range({ROWS}) t(i)) TO '{path}'
    """)
    return path


def test_killed_at_any_step_the_log_is_whole_or_untouched(make_card: MakeCard, rows: Path, tmp_path: Path) -> None:
    card = make_card()
    steps = int(_killed_call(card, rows, tmp_path / "whole", 0))
    outcomes = set()
    for step in sorted({*random.Random(11).sample(range(1, steps + 1), KILLS - 2), steps - 1, steps}):
        home = tmp_path / f"home_{step}"
        assert _killed_call(card, rows, home, step) == ""
        store = open_store(home)
        files = list_log_files(store, card.id)
        for file in files:
            check_log_file(store, file)
        written = sum(file.rows for file in files)
        outcomes.add(written)
        done = ingest_predictions(store, card, [rows], "tester")
        assert (done.rows_added, done.rows_ignored) == (ROWS - written, written)
        _only_listed_files_are_left(store, card)
        store.close()
    assert outcomes == {0, ROWS}


def _killed_call(card: ModelCard, rows: Path, home: Path, step: int) -> str:
    """Run a call in a process of its own that dies by signal 9 at one of its steps (0: none); what it printed."""
    command = [sys.executable, "-c", CHILD, str(home), str(rows), card.model_dump_json(by_alias=True), str(step)]
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], check=False)
    assert child.returncode == (-signal.SIGKILL if step else 0)
    return child.stdout


def _only_listed_files_are_left(store: Store, card: ModelCard) -> None:
    listed = {file_path(store, file) for file in list_log_files(store, card.id)}
    assert set((store.home / "log").rglob("*.parquet")) == listed
    assert not (store.home / "log" / ".staging").exists()


@pytest.mark.parametrize("step", ["fsync", "rename", "commit"])
def test_every_write_may_fail_and_nothing_of_the_call_stays(
    store: Store, make_card: MakeCard, rows: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    card = make_card()
    before = everything(store)
    number = 1
    while _refused_at(store, card, rows, monkeypatch, (step, number)):
        assert everything(store) == before
        number += 1
    assert number > 1
    assert sum(file.rows for file in list_log_files(store, card.id)) == ROWS


def _refused_at(
    store: Store, card: ModelCard, rows: Path, monkeypatch: pytest.MonkeyPatch, when: tuple[str, int]
) -> bool:
    """Whether the call failed because a write did; False once it has fewer writes than that."""
    with monkeypatch.context() as patch:
        _fail(patch, *when)
        try:
            ingest_predictions(store, card, [rows], "tester")
        except DashboardError as fault:
            return "nothing of the call was written" in str(fault)
    return False


def _fail(patch: pytest.MonkeyPatch, step: str, number: int) -> None:
    """Let the `number`-th call of a step fail as a full disk does."""
    left = [number]

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*given)

        return call

    if step == "fsync":
        patch.setattr(staging.os, "fsync", failing(os.fsync))
    elif step == "rename":
        patch.setattr(Path, "rename", failing(Path.rename))
    else:
        from dashboard.store.log import writing

        patch.setattr(writing, "record_log_files", failing(writing.record_log_files))
