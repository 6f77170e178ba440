"""Work on a home that is killed at random moments, and what must hold afterwards.

Each work runs in a process of its own, which says when it begins; how long it takes is measured first, so that kills
fall within it.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dashboard.errors import DashboardError
from dashboard.store.audit.backup import back_up
from dashboard.store.audit.chain import Head
from dashboard.store.audit.rebuild import rebuild
from dashboard.store.audit.restore import restore
from dashboard.store.audit.verify import Verified, verify_home
from dashboard.store.engine.database import open_store
from dashboard.store.engine.home_lock import UNFINISHED
from dashboard.store.engine.migrate import list_migrations, migrate
from tests.acceptance.portfolio import claims, write_rows
from tests.architecture.tree import ROOT
from tests.ledger.conftest import fill

# Imports everything once and forks for each command, so that the moment of a kill falls into the work.
NURSERY = """
import json, os, sys
import duckdb, pandas, pyarrow.parquet
from dashboard.actions import registry
from dashboard.cli import commands, maintenance
from dashboard.cli.command_line import main
from dashboard.store.audit import backup, rebuild, restore, verify
from dashboard.store.log import carry_out
for line in sys.stdin:
    child = os.fork()
    if not child:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = 1
        try:
            code = main(json.loads(line))
        finally:
            os._exit(code)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
ROWS = 6_000
# The newest migration that the old home has.
OLD = 8
MADE_ASIDE = (".backup-*", "store.duckdb.new*", "uploads", "*.part", UNFINISHED)


@dataclass(frozen=True)
class Given:
    """A closed home, the same as a program of earlier made it, a backup of it, and rows that it does not have."""

    home: Path
    old: Path
    archive: Path
    rows: Path
    head: Head


def given_in(folder: Path) -> Given:
    """Make what the works need."""
    home, old = folder / "home", folder / "old"
    store = open_store(home)
    fill(store, folder)
    back_up(store, folder / "kept.zip")
    head = store.ledger.head
    store.close()
    shutil.copytree(home, old)
    undo_later(old / "store.duckdb", folder / "migrations")
    frame = claims(number=ROWS, seed=3).frame
    rows = write_rows(frame.assign(id=[f"more-{number}" for number in range(len(frame))]), folder / "rows.parquet")
    return Given(home, old, folder / "kept.zip", rows, head)


def undo_later(path: Path, folder: Path) -> None:
    """Take out of a database what migrations after OLD made; facts hold nothing of it yet."""
    folder.mkdir()
    for migration in list_migrations()[:OLD]:
        shutil.copy(migration.path, folder)
    with duckdb.connect() as earlier, duckdb.connect(str(path)) as connection:
        migrate(earlier, folder)
        columns = "SELECT DISTINCT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
        before = set(earlier.execute(columns).fetchall())
        for table, column in connection.execute(columns).fetchall():
            if table not in {name for name, _ in before}:
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            elif (table, column) not in before:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("DELETE FROM migrations WHERE number > ?", [OLD])
        connection.execute("CHECKPOINT")


@dataclass
class Place:
    """Where one attempt is made: a home of its own, and a folder for what it makes beside it."""

    given: Given
    home: Path
    out: Path


@dataclass(frozen=True)
class Work:
    """How the home is made, the words of the command, and what holds after a kill; it returns what was found there."""

    prepare: Callable[[Place], None]
    words: Callable[[Place], list[str]]
    settle: Callable[[Place, Nursery], str]


@dataclass
class Kills:
    """How often the process was killed within its work, how often it ended before, and what was found afterwards."""

    within: int = 0
    ended: int = 0
    found: Counter[str] = field(default_factory=Counter)


def copied(place: Place) -> None:
    shutil.copytree(place.given.home, place.home)


def copied_old(place: Place) -> None:
    shutil.copytree(place.given.old, place.home)


def opens(place: Place) -> Verified:
    """The home opens and verifies, nothing of before is missing, and nothing that was made aside is left."""
    verified = verify_home(place.home)
    assert verified.head.seq >= place.given.head.seq
    assert [str(path) for pattern in MADE_ASIDE for path in place.home.glob(pattern)] == []
    return verified


def whole(place: Place) -> Verified:
    """As `opens`, and the log holds what is listed and nothing else; what a dead call left there goes with the next."""
    verified = opens(place)
    assert list(place.home.glob("log/.staging")) == []
    listed = rows_of(place.home, "SELECT path FROM log_files")
    files = [str(path.relative_to(place.home / "log")) for path in (place.home / "log").rglob("*") if path.is_file()]
    assert sorted(files) == sorted(str(path) for (path,) in listed)
    return verified


def rows_of(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        return connection.execute(statement).fetchall()


def after_ingest(place: Place, nursery: Nursery) -> str:
    """All rows or none; the same call again ends with all of them once."""
    # Whoever comes next into the log sweeps what a dead call left there.
    before = verify_home(place.home).head.seq
    assert before in (place.given.head.seq, place.given.head.seq + 1)
    words = ["ingest", "predictions", "claims", str(place.given.rows), "--home", str(place.home)]
    assert nursery.run(words)[0] == 0
    whole(place)
    ((number,),) = rows_of(place.home, "SELECT sum(rows) FROM log_files WHERE kind = 'predictions'")
    assert number == ROWS + 200
    return "all rows" if before > place.given.head.seq else "no rows"


def after_backup(place: Place, _: Nursery) -> str:
    """The home is as it was; the archive has no name, or is whole."""
    assert whole(place).head == place.given.head
    made = list(place.out.iterdir())
    assert made in ([], [place.out / "b.zip"])
    if made:
        assert restore(place.out / "from", made[0]).head == place.given.head
    return "an archive" if made else "no archive"


def after_rebuild(place: Place, _: Nursery) -> str:
    """The home opens, or says that a rebuild brings it back; a rebuild does."""
    refused = refusal_of(place.home)
    if refused == "opened":
        found = "rebuilt" if whole(place).head.seq > place.given.head.seq else "as before"
    else:
        assert "dashboard rebuild" in refused, refused
        found = "told to rebuild"
    rebuild(place.home)
    assert whole(place).facts >= place.given.head.seq
    return found


def after_restore(place: Place, _: Nursery) -> str:
    """Nothing is there, or everything, or the home says to restore again; again, it is whole."""
    found = "nothing"
    if (place.home / UNFINISHED).exists():
        refused = refusal_of(place.home)
        assert "run `restore FILE` again" in refused, refused
        found = "told to restore"
    elif (place.home / "store.duckdb").exists():
        assert whole(place).head == place.given.head
        return "restored"
    assert restore(place.home, place.given.archive).head == place.given.head
    whole(place)
    return found


def refusal_of(home: Path) -> str:
    try:
        open_store(home).close()
    except DashboardError as refused:
        return str(refused)
    return "opened"


def after_migration(place: Place, _: Nursery) -> str:
    """The store is at some migration; opening it again ends with all of them, and with every record."""
    ((before,),) = rows_of(place.home, "SELECT max(number) FROM migrations")
    assert whole(place).head == place.given.head
    ((after,),) = rows_of(place.home, "SELECT max(number) FROM migrations")
    assert after == len(list_migrations())
    return f"at migration {before}"


WORKS: dict[str, Work] = {
    "ingest": Work(copied, lambda place: ["ingest", "predictions", "claims", str(place.given.rows)], after_ingest),
    "backup": Work(copied, lambda place: ["backup", str(place.out / "b.zip")], after_backup),
    "rebuild": Work(copied, lambda _: ["rebuild"], after_rebuild),
    "restore": Work(lambda _: None, lambda place: ["restore", str(place.given.archive)], after_restore),
    "migration": Work(copied_old, lambda _: ["show", "models"], after_migration),
}


class Nursery:
    """A process that starts commands which can be killed."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, cwd=ROOT
        )

    def run(self, words: list[str], kill_after: float | None = None) -> tuple[int, float]:
        """Exit code and seconds of a command, which is killed after so many seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(words)}\n".encode())
        child, began = int(self._process.stdout.readline()), time.monotonic()
        if not select.select([self._process.stdout], [], [], kill_after)[0]:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        code = int(self._process.stdout.readline())
        return code, time.monotonic() - began

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def kills_of(given: Given, nursery: Nursery, name: str, folder: Path, times: int) -> Kills:
    """Kill a work so many times at moments that are spread over it, each on a home of its own."""
    work, kills = WORKS[name], Kills()
    # The first time everything is slower.
    for _ in range(2):
        code, seconds = nursery.run(_prepared(work, given, folder)[1])
        assert code == 0
    chance = random.Random(name)
    while kills.within < times:
        place, words = _prepared(work, given, folder)
        code, took = nursery.run(words, seconds * (kills.within + chance.random()) / times)
        kills.within += code == -signal.SIGKILL
        kills.ended += code == 0
        # How long it takes changes with what else the machine does.
        seconds = took if code == 0 else seconds
        kills.found[work.settle(place, nursery)] += 1
        assert kills.ended < 4 * times
    return kills


def _prepared(work: Work, given: Given, folder: Path) -> tuple[Place, list[str]]:
    place = Place(given, folder / "tried" / "home", folder / "tried" / "out")
    shutil.rmtree(folder / "tried", ignore_errors=True)
    place.out.mkdir(parents=True)
    work.prepare(place)
    return place, [*work.words(place), "--home", str(place.home)]
