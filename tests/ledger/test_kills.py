"""Kill -9 at every kind of moment of a write: what was acknowledged is there once, and store and journal agree."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.store.audit.chain import read_entries
from dashboard.store.audit.facts import count_facts
from dashboard.store.audit.journal import NAME, parse_line, read_lines
from dashboard.store.engine.database import Store, open_store
from dashboard.store.log.files import list_log_files

ROOT = Path(__file__).resolve().parents[2]
KILLS = 10
# Registers a person and ingests a row, over and over, and says so only after each call returned.
WRITER = """
import sys
from pathlib import Path
from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import open_store
home, folder, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
store = open_store(home)
print("open", flush=True)
for number in range(first, first + 1000):
    person, row = folder / "person.yaml", folder / "row.csv"
    person.write_text(f"people: [{{id: p{number}, name: P}}]")
    run_action(store, "register", Files(files=(person,)), operator("writer"))
    print(f"p{number}", flush=True)
    row.write_text(f"id,decided,p,model_version,amount,age,constant,region,channel,customer\\n"
        f"r{number},2024-03-01T10:00:00Z,0.5,1,3,40,7,north,web,1\\n")
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(row,)), operator("writer"))
    print(f"r{number}", flush=True)
"""
# Dies at a named moment of registering a person.
ONE_MOMENT = """
import os, signal, sys
from pathlib import Path
from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.audit import journal, ledger
from dashboard.store.engine.database import open_store
store = open_store(Path(sys.argv[1]))
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "half a line":
    whole = os.pwrite
    journal.os.pwrite = lambda handle, text, place: (whole(handle, text[:-9], place), die())
elif sys.argv[3] == "before the commit":
    real = ledger.Ledger.write
    ledger.Ledger.write = lambda *given: (real(*given), die())
else:
    ledger.Ledger.committed = die
run_action(store, "register", Files(files=(Path(sys.argv[2]),)), operator("writer"))
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *(str(argument) for argument in arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def whole(store: Store) -> tuple[set[str], set[str]]:
    """The people and log files of a store whose journal says the same and whose facts are all claimed once."""
    with store.cursor() as cursor:
        entries = read_entries(cursor)
        people = [str(row[0]) for row in cursor.execute("SELECT subject_id FROM organisation").fetchall()]
        counts = count_facts(cursor, store.ledger.tables)
    assert [parse_line(line).entry for line in read_lines(store.home / NAME)] == entries
    claimed = [fact_id for entry in entries for _, fact_id, _ in entry.claims()]
    assert len(claimed) == len(set(claimed)) == sum(counts.values())
    assert len(people) == len(set(people))
    listed = list_log_files(store, "claims")
    assert all((store.home / "log" / file.path).is_file() for file in listed)
    return set(people), {str(file.source_sha256) for file in listed}


def test_random_kills_lose_and_double_nothing(home: Path, tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    for attempt in range(KILLS):
        writer = start(WRITER, home, tmp_path, 1000 * attempt)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        time.sleep(random.Random(attempt).uniform(0.05, 0.6))
        writer.send_signal(signal.SIGKILL)
        acknowledged |= {word for word in writer.stdout.read().split("\n")[:-1] if word}
        writer.stdout.close()
        writer.wait()
        store = open_store(home)
        people, files = whole(store)
        rows = len(files) - 1
        store.close()
        assert {word for word in acknowledged if word.startswith("p")} <= people
        done = sum(word.startswith("r") for word in acknowledged)
        assert done <= rows <= done + attempt + 1
    assert acknowledged


@pytest.mark.parametrize(
    ("moment", "there"), [("half a line", False), ("before the commit", True), ("after the commit", True)]
)
def test_each_moment_ends_in_all_or_nothing(home: Path, tmp_path: Path, moment: str, there: bool) -> None:
    person = tmp_path / "person.yaml"
    person.write_text("people: [{id: late, name: Late}]", encoding="utf-8")
    writer = start(ONE_MOMENT, home, person, moment)
    writer.communicate()
    assert writer.returncode == -signal.SIGKILL
    store = open_store(home)
    assert ("late" in whole(store)[0]) == there
    store.close()
    # A second start finds both sides equal and changes nothing.
    before = (home / NAME).read_bytes()
    open_store(home).close()
    assert (home / NAME).read_bytes() == before
    assert os.stat(home / NAME).st_mode & 0o077 == 0
