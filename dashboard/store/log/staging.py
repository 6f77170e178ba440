"""Where files of the log are made before they exist, and how they become part of it all together or not at all.

A call works in a directory of its own under `log/.staging/`. Finished files are moved to their place after their
targets were written to the journal of the call; the commit of their `log_files` rows is what makes them exist. Whoever
cleans up reads the journal and removes every target that the store does not list, whether the call failed or died.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import duckdb

from dashboard.store.engine.database import Store
from dashboard.store.engine.durable import able_to_remove, sync
from dashboard.store.log.files import log_directory

STAGING, JOURNAL = ".staging", "moves"
PRIVATE = 0o700


@contextmanager
def workspace(store: Store) -> Iterator[Path]:
    """A fresh private directory for one call, holding the one lock of the log; what dead calls left is swept first."""
    staging = log_directory(store) / STAGING
    with _alone(log_directory(store)), able_to_remove() as remove:
        staging.mkdir(mode=PRIVATE, exist_ok=True)
        try:
            for left in [entry for entry in staging.iterdir() if entry.is_dir()]:
                _clear(store, left, lambda place: shutil.rmtree(place, ignore_errors=True))
            yield from _own(store, staging / uuid4().hex, remove)
        finally:
            with suppress(OSError):
                staging.rmdir()


def _own(store: Store, space: Path, remove: Callable[[Path], None]) -> Iterator[Path]:
    space.mkdir(mode=PRIVATE)
    try:
        yield space
    finally:
        # A store that cannot answer now leaves the directory to the next call.
        with suppress(duckdb.Error):
            _clear(store, space, remove)


@contextmanager
def _alone(log: Path) -> Iterator[None]:
    """Hold the lock of the log, which is on its directory: a call that ends leaves nothing behind."""
    log.mkdir(parents=True, exist_ok=True)
    handle = os.open(log, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def targets_under_way(log: Path) -> set[str]:
    """The files, relative to the log, that calls move into it just now, or did when they died."""
    return {target for space in (log / STAGING).glob("*") for target in _targets(space)}


def _targets(space: Path) -> list[str]:
    try:
        return (space / JOURNAL).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _clear(store: Store, space: Path, remove: Callable[[Path], None]) -> None:
    targets = _targets(space)
    with store.cursor() as cursor:
        listed = cursor.execute("SELECT path FROM log_files WHERE path IN (SELECT unnest(?))", [targets]).fetchall()
    for target in set(targets) - {str(path) for (path,) in listed}:
        _remove(log_directory(store), target)
    remove(space)


def _remove(log: Path, target: str) -> None:
    """Remove a file that does not exist for the store, and the directories that were made for it."""
    place = log / target
    place.unlink(missing_ok=True)
    for parent in place.parents:
        if parent == log:
            return
        try:
            parent.rmdir()
        except OSError:
            return


def move_into_log(store: Store, space: Path, moves: Sequence[tuple[Path, str]]) -> None:
    """Move finished files (staged path, target relative to the log) to their places so that they survive a power cut.

    Until the store lists them they do not exist; `workspace` removes them again if that never happens.
    """
    log = log_directory(store)
    journal = space / JOURNAL
    journal.write_text("".join(f"{target}\n" for _, target in moves), encoding="utf-8")
    for path in (journal, space):
        sync(path)
    touched = {log}
    for staged, target in moves:
        place = log / target
        place.parent.mkdir(parents=True, exist_ok=True)
        sync(staged)
        staged.rename(place)
        touched.update(parent for parent in place.parents if parent.is_relative_to(log))
    for directory in touched:
        sync(directory)
