"""Make files and directory entries durable."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# File handles that removing a tree of a few levels takes.
SPARE = 12


def sync(path: Path) -> None:
    """Return once the content of a file or the names in a directory are on the disk; raises OSError otherwise."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def able_to_remove() -> Iterator[Callable[[Path], None]]:
    """A function that removes a directory with all that is in it, also where a process has no file handle left."""
    spare = [os.open(os.devnull, os.O_RDONLY) for _ in range(SPARE)]

    def release() -> None:
        while spare:
            os.close(spare.pop())

    def remove(place: Path) -> None:
        release()
        shutil.rmtree(place, ignore_errors=True)

    try:
        yield remove
    finally:
        release()
