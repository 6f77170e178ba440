"""A process that dies while outcomes are corrected or a file is withdrawn leaves a log in which it is done or not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dashboard.cli import main
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows

CHILD = """
import os, signal, sys
from pathlib import Path
from dashboard.cli import main
from dashboard.store.engine.database import Store

kill_at, *words = sys.argv[1:]
steps = 0

def counted(real):
    def call(*given, **more):
        global steps
        steps += 1
        if steps == int(kill_at):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **more)
    return call

os.fsync = counted(os.fsync)
Path.rename = counted(Path.rename)
Store.writing = counted(Store.writing)
code = main(words)
print(steps if code == 0 else f"exit {code}")
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of 300 predictions, whose outcomes came in a file of their own."""
    folder = tmp_path_factory.mktemp("filled")
    frame = claims(number=300).frame
    (folder / "card.yaml").write_text(BINARY_CARD, encoding="utf-8")
    write_rows(frame.drop(columns="fraud"), folder / "rows.parquet")
    labels = frame.loc[frame["fraud"].notna(), ["id", "fraud"]]
    labels.to_csv(folder / "labels.csv", index=False)
    labels.assign(fraud=1 - labels["fraud"]).to_csv(folder / "restated.csv", index=False)
    for words in (
        ["register", "card.yaml"],
        ["ingest", "predictions", "claims", "rows.parquet"],
        ["ingest", "actuals", "claims", "labels.csv"],
    ):
        *verb, name = words
        assert main([*verb, str(folder / name), "--home", str(folder / "home")]) == 0
    return folder


@pytest.mark.parametrize(
    "given",
    [["correct", "actuals", "claims", "restated.csv"], ["withdraw", "file", "claims", "labels.csv"]],
    ids=["correction", "withdrawal"],
)
def test_killed_at_any_step_it_is_done_or_not(filled: Path, tmp_path: Path, given: list[str]) -> None:
    *verb, name = given
    source = str(filled / name) if verb[0] == "correct" else name
    words = [*verb, source, "--reason", "It was restated."]
    whole = tmp_path / "whole"
    shutil.copytree(filled / "home", whole)
    before = state_of(whole)
    steps = int(run(0, words, whole))
    after = state_of(whole)
    assert before != after
    found = []
    for step in sorted({1, steps // 3, 2 * steps // 3, steps - 1, steps} - {0}):
        home = tmp_path / f"home_{step}"
        shutil.copytree(filled / "home", home)
        assert run(step, words, home) == ""
        assert main(["verify", "--home", str(home)]) == 0
        found.append(state_of(home))
    assert set(found) == {before, after}


def run(step: int, words: list[str], home: Path) -> str:
    """What a process says that dies at a step (0: never): nothing, or the number of its steps."""
    command = [sys.executable, "-c", CHILD, str(step), *words, "--home", str(home)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return said[-1] if said else ""


def state_of(home: Path) -> tuple[object, ...]:
    """What counts: the files of labels that are in force, and the records of the audit trail about them."""
    with duckdb.connect(home / "store.duckdb", read_only=True) as store:
        labels = store.sql("SELECT count(*), sum(labels) FROM log_files WHERE kind <> 'predictions'").fetchone()
        withdrawn = store.sql("SELECT count(*) FROM withdrawals").fetchone()
        told = store.sql("SELECT count(*) FROM audit").fetchone()
    return labels, withdrawn, told
