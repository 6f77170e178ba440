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
from benchmarks.multiply import STORE, multiply
from benchmarks.portfolio import build
from dashboard.store.audit.journal import NAME as JOURNAL

HOMES = ENVIRONMENTS / "homes"
DEMO, MOST_BUILT = 7, 1000
SIZES = (DEMO, MOST_BUILT, 10 * MOST_BUILT)


def home_of(count: int, folder: Path = HOMES) -> Path:
    """The home with `count` models, made if it is not there yet: the demo, made-up models, or many times those."""
    home = folder / str(count)
    if (home / STORE).exists():
        return home
    begun = folder / f"{count}.begun"
    shutil.rmtree(begun, ignore_errors=True)
    if count == DEMO:
        command = [sys.executable, "-m", "dashboard", "demo", "--home", str(begun)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    elif count <= MOST_BUILT:
        build(begun, count)
    else:
        multiply(home_of(MOST_BUILT, folder), begun, count // MOST_BUILT)
    begun.rename(home)
    return home


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
