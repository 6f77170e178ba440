"""The demo portfolio in a home of its own: built by the pipelines, its history replayed aside, then put into place."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import IO

from dashboard.demo.material import PIPELINES
from dashboard.errors import DashboardError
from dashboard.resources import resource
from dashboard.store.audit.chain import read_entries
from dashboard.store.audit.journal import NAME as JOURNAL
from dashboard.store.audit.refusals import EARLIER, NAME as REFUSALS
from dashboard.store.engine.clock import real_now, written
from dashboard.store.engine.database import Store, open_store
from dashboard.store.engine.durable import sync
from dashboard.store.engine.home_lock import hold_home
from dashboard.words import mark

STEP = re.compile(r"^ *(\d+)% (.+)$")
# The share of the whole time that the pipelines take, measured on two cores.
BUILT = 0.15
# What makes a home, in the order in which it is put into place: with its store it is whole.
PARTS = ("log", "artifacts", EARLIER, REFUSALS, JOURNAL, "store.duckdb")

Progress = Callable[[float, str], None]
Away = Callable[[Path], AbstractContextManager[IO[str]]]


class DemoBuildError(DashboardError):
    """The demo cannot be built here, or a part of its build stopped."""


def build_demo(home: Path, progress: Progress, until: datetime | None = None) -> None:
    """Build the demo portfolio into `home`, as it is at `until` (default: now); a second call writes nothing.

    `progress` receives the share done (0 to 1) and what is being done. What was killed begins anew, with what the
    pipelines had built. Raises DemoBuildError for a home that has other records, and when a part of the build stops.
    """
    home = home.resolve()
    lock = hold_home(home)
    try:
        place_left(home)
        store = open_store(home, lock=lock)
        try:
            wanted = is_wanted(store)
        finally:
            store.detach()
        if wanted:
            prepare(home, progress, until or real_now())
            place(home)
    finally:
        lock.close()
    progress(1.0, mark("The demo is ready"))


def add_demo(store: Store, progress: Progress, away: Away) -> None:
    """Build the demo portfolio into the home of a store that serves readers; errors as `build_demo`.

    It is built beside the home; `away` closes the store for the moment in which the demo is put into place.
    """
    home = store.home
    if is_wanted(store):
        prepare(home, progress, real_now())
        with away(home):
            place(home)
    progress(1.0, mark("The demo is ready"))


def is_wanted(store: Store) -> bool:
    """Whether a home is still empty; False when the demo is in it. Raises DemoBuildError when it has other records."""
    with store.cursor() as cursor:
        first = read_entries(cursor)[:1]
    if first and first[0].replayed_at is None:
        raise _occupied(store.home)
    return not first


def _occupied(home: Path) -> DemoBuildError:
    return DemoBuildError(
        f"home {home} holds records that are not the demo's; the demo replays a history of its own and needs a home "
        "of its own; choose another with --home"
    )


def prepare(home: Path, progress: Progress, until: datetime) -> None:
    """Build the whole demo aside: what the pipelines make, then the home that its replay makes of it."""
    built = home / "demo-build"
    run_pipelines(built, lambda share, step: progress(BUILT * share, step))
    aside = built / "home"
    shutil.rmtree(aside, ignore_errors=True)
    command = ["-m", "dashboard.demo.replay", str(aside), str(built), written(until)]
    run_apart(command, lambda share, step: progress(BUILT + (1 - BUILT) * share, step))
    (aside / "complete").touch()
    sync(aside)


def place(home: Path) -> None:
    """Put the home that was built aside into its place; the caller holds the lock, and nobody has the store open.

    Raises DemoBuildError when somebody recorded something there meanwhile.
    """
    journal = home / JOURNAL
    if (home / "store.duckdb").exists() and journal.is_file() and journal.stat().st_size:
        raise _occupied(home)
    aside = home / "demo-build" / "home"
    for name in ("store.duckdb", "store.duckdb.wal"):
        (home / name).unlink(missing_ok=True)
    for part in PARTS:
        if (aside / part).exists():
            target = home / part
            shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
            (aside / part).rename(target)
    sync(home)
    shutil.rmtree(aside)
    shutil.rmtree(home / "demo-build" / "moved", ignore_errors=True)


def place_left(home: Path) -> None:
    """Finish what was killed while it was put into place: then the home has no store, and the whole demo lies aside."""
    if (home / "demo-build" / "home" / "complete").is_file() and not (home / "store.duckdb").exists():
        place(home)


def run_pipelines(folder: Path, progress: Progress) -> None:
    """Run the pipelines, once: what has been built stays."""
    complete = folder / "complete"
    if not complete.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        run_apart([str(PIPELINES), str(folder)], progress)
        complete.touch()


def run_apart(arguments: Sequence[str], progress: Progress) -> None:
    """Run Python in a process of its own and pass on the steps that it tells; raises DemoBuildError when it stops."""
    command = [sys.executable, *arguments]
    said: list[str] = []
    # The program's own code, from where its modules are found.
    with subprocess.Popen(  # noqa: S603
        command, cwd=resource(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        for line in running.stdout or ():
            said.append(line)
            if step := STEP.match(line):
                progress(int(step[1]) / 100, step[2].strip())
    if running.returncode:
        last = said[-1].strip() if said else "nothing was said"
        raise DemoBuildError(f"the demo stopped: {last}; run `{' '.join(command)}` to see all of it")
