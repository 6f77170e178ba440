"""The homes of 7, 1,000 and 10,000 models by which pages are measured: made once, and copied for every run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.children import ENVIRONMENTS, ROOT
from benchmarks.judging import LANES
from benchmarks.multiply import STORE, multiply
from benchmarks.portfolio import build
from dashboard.governance.judgements.renewal import bring_up_to_date
from dashboard.store.audit.journal import NAME as JOURNAL
from dashboard.store.engine.database import open_store

HOMES = ENVIRONMENTS / "homes"
DEMO, MOST_BUILT = 7, 1000
SIZES = (DEMO, MOST_BUILT, 10 * MOST_BUILT)


def home_of(count: int, folder: Path = HOMES) -> Path:
    """The home with `count` models: the demo or made-up models, made if they are not there yet, or many times those.

    What is judged of the made-up ones is multiplied as well, so that a large home is made anew each time.
    """
    home, begun = folder / str(count), folder / f"{count}.begun"
    if count <= MOST_BUILT and (home / STORE).exists():
        return home
    shutil.rmtree(begun, ignore_errors=True)
    if count == DEMO:
        command = [sys.executable, "-m", "dashboard", "demo", "--home", str(begun)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    elif count <= MOST_BUILT:
        build(begun, count)
    else:
        smaller = home_of(MOST_BUILT, folder)
        judge(smaller)
        multiply(smaller, begun, count // MOST_BUILT)
        shutil.rmtree(home, ignore_errors=True)
    begun.rename(home)
    return home


def judge(home: Path) -> None:
    """See to it that everything in a home is judged by the present program."""
    store = open_store(home)
    for lane in LANES:
        bring_up_to_date(store, lane=lane)
    store.close()


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """A copy of a home whose store may be written to, until the block ends; log and artifacts are those of the home."""
    with tempfile.TemporaryDirectory(prefix="home-") as folder:
        copy = Path(folder) / "home"
        copy.mkdir()
        for name in (STORE, JOURNAL):
            shutil.copy(home / name, copy)
        for name in ("log", "artifacts"):
            if (home / name).is_dir():
                (copy / name).symlink_to((home / name).resolve())
        yield copy
