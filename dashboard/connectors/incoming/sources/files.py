"""Files on this machine: every one that a pattern names, in the order in which they were written."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from dashboard.connectors.incoming.sources.items import Item, Known, SourceFailedError
from dashboard.schema.config.sources import Source

MAGIC = "*?["


def new_files(source: Source, known: Known) -> Iterator[Item]:
    """The files that are new or have changed since they were read, oldest first.

    A file has changed when its size or the time of its last change has. Raises SourceFailedError when the folder cannot
    be read.
    """
    assert source.path is not None
    _check_folder(source.path)
    found = []
    for name in glob.iglob(source.path, recursive=True):
        try:
            state = os.stat(name)
        except FileNotFoundError:
            # It was taken away while the folder was read.
            continue
        except OSError as fault:
            raise SourceFailedError(f"{name} cannot be read ({fault.strerror}); check its rights") from fault
        mark = f"{state.st_size}:{state.st_mtime_ns}"
        if Path(name).is_file() and known.marks.get(name) != mark:
            found.append((state.st_mtime_ns, name, mark))
    for _, name, mark in sorted(found):
        yield Item(name, mark, partial(_copy, Path(name)))


def _check_folder(pattern: str) -> None:
    parts = Path(pattern).parts
    fixed = next((place for place, part in enumerate(parts) if any(sign in part for sign in MAGIC)), len(parts) - 1)
    folder = Path(*parts[:fixed])
    if not folder.is_dir():
        raise SourceFailedError(f"the folder {folder} is not there; check the path of the source, or mount it")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise SourceFailedError(f"the folder {folder} may not be read; check its rights")


def _copy(path: Path, folder: Path) -> Path:
    """What is ingested cannot change meanwhile."""
    try:
        return Path(shutil.copyfile(path, folder / path.name))
    except OSError as fault:
        raise SourceFailedError(f"{path} cannot be read ({fault.strerror}); check its rights") from fault
