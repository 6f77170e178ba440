"""The lock of a home directory: one process at a time uses a store."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

from dashboard.errors import DashboardError, StoreInUseError
from dashboard.machine import machine_error

LOG = logging.getLogger("dashboard.home")
# For the owner alone.
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
OTHERS = 0o077
LOCK = "store.lock"
# A restore that was not finished; a directory whose home is of no use until it is.
UNFINISHED = ".restoring"
# How names begin of what is made aside, and goes with whoever made it.
ASIDE = ".backup-"
FRESH = "store.duckdb.new"
# The number of an open lock file that a program hands over to the one that takes its place.
HANDED_OVER = "DASHBOARD_LOCK_HANDLE"
# Where a server keeps what is sent to it while it answers.
UPLOADS = "uploads"
LEFT = (f"{ASIDE}*", FRESH, f"{FRESH}.wal", "server.new", UPLOADS)
# DuckDB takes these in a path for a pattern.
PATTERN_SIGNS = "*?"


class UnfinishedRestoreError(DashboardError):
    """The home is in the middle of a restore that ended before its time."""


def hold_home(home: Path) -> IO[str]:
    """Make the home directory where it is missing and hold its lock; what dead processes made aside there is removed.

    Errors as `open_store`; UnfinishedRestoreError for a home that was restored in half.
    """
    if set(str(home)) & set(PATTERN_SIGNS):
        signs = " ".join(PATTERN_SIGNS)
        raise DashboardError(
            f"home {home} cannot be used; a path without {signs} is needed; choose another with --home"
        )
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        _refuse_unfinished(home)
        lock = _handed_over(home / LOCK) or _hold(home / LOCK)
        try:
            # A restore may have begun in between; it looks for the lock after that.
            _refuse_unfinished(home)
            (home / "log").mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            _tighten(home)
            _sweep(home)
        except BaseException:
            lock.close()
            raise
        return lock
    except OSError as fault:
        raise home_unusable(home, fault) from fault


def home_unusable(home: Path, fault: OSError) -> DashboardError:
    """Why nothing can be done in a home."""
    error = machine_error(fault, f"home {home} cannot be used")
    return error or DashboardError(f"home {home} cannot be used; {fault.strerror}; choose another with --home")


def _refuse_unfinished(home: Path) -> None:
    if not (home / UNFINISHED).is_dir():
        return
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        raise being_restored(home) from fault
    finally:
        os.close(handle)
    raise UnfinishedRestoreError(
        f"home {home} holds a restore that was not finished; what is there is not whole; run `restore FILE` again to "
        f"finish it, or remove the directory"
    )


def being_restored(home: Path) -> StoreInUseError:
    """Why a home cannot be used while a restore is under way."""
    return StoreInUseError(f"a backup is being restored into {home}; try again when that has ended")


def _sweep(home: Path) -> None:
    """Remove what processes made aside that held the home and are gone."""
    for pattern in LEFT:
        for left in home.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def hand_over(lock: IO[str]) -> dict[str, str]:
    """Let the program that takes the place of this one keep the lock; returns what its environment must say."""
    os.set_inheritable(lock.fileno(), True)
    return {HANDED_OVER: str(lock.fileno())}


def _handed_over(path: Path) -> IO[str] | None:
    """The lock that the program before this one held, once; None where there is none, or it is another home's."""
    number = os.environ.pop(HANDED_OVER, "")
    if not number.isdecimal():
        return None
    try:
        if not os.path.samestat(os.fstat(int(number)), path.stat()):
            return None
    except OSError:
        return None
    os.set_inheritable(int(number), False)
    return os.fdopen(int(number), "a+", encoding="utf-8")


def _hold(path: Path) -> IO[str]:
    """Hold the lock file for the life of the process; DuckDB's own lock can get lost inside a process."""
    lock = open(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, PRIVATE_FILE), "a+", encoding="utf-8")  # noqa: SIM115
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        with lock:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
        raise StoreInUseError(
            f"the store in {path.parent} is held by process {holder}; one process at a time may use it; "
            "try again when it has ended, stop it or choose another home"
        ) from fault
    try:
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
    except OSError:
        # What could not be written is tried again at closing.
        with suppress(OSError):
            lock.close()
        raise
    return lock


def _tighten(home: Path) -> None:
    """Close a home to other accounts of the machine, with all that it holds; only its owner may, and only once."""
    found = home.stat()
    if found.st_uid != os.geteuid() or not stat.S_IMODE(found.st_mode) & OTHERS:
        return
    # From here on nobody else gets in; what is inside follows in case it is moved elsewhere.
    home.chmod(PRIVATE_FOLDER)
    for folder, folders, files in os.walk(home):
        for names, mode in ((folders, PRIVATE_FOLDER), (files, PRIVATE_FILE)):
            for name in names:
                path = Path(folder, name)
                if not path.is_symlink() and path.stat().st_uid == os.geteuid():
                    path.chmod(mode)
    LOG.warning("home %s could be read by other accounts of this machine; from now on only its owner can", home)
