"""The lock of a home directory: one process at a time uses a store."""

from __future__ import annotations

import fcntl
import logging
import os
import stat
from pathlib import Path
from typing import IO

from dashboard.errors import DashboardError, StoreInUseError

LOG = logging.getLogger("dashboard.home")
# For the owner alone.
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
OTHERS = 0o077
# DuckDB takes these in a path for a pattern.
PATTERN_SIGNS = "*?"


def hold_home(home: Path) -> IO[str]:
    """Make the home directory where it is missing and hold its lock; errors as `open_store`."""
    if set(str(home)) & set(PATTERN_SIGNS):
        signs = " ".join(PATTERN_SIGNS)
        raise DashboardError(
            f"home {home} cannot be used; a path without {signs} is needed; choose another with --home"
        )
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        (home / "log").mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        lock = _hold(home / "store.lock")
        _tighten(home)
        return lock
    except OSError as fault:
        raise DashboardError(f"home {home} cannot be used; {fault.strerror}; choose another with --home") from fault


def _hold(path: Path) -> IO[str]:
    """Hold the lock file for the life of the process; DuckDB's own lock can get lost inside a process."""
    lock = open(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, PRIVATE_FILE), "a+", encoding="utf-8")  # noqa: SIM115
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise StoreInUseError(
            f"the store in {path.parent} is held by process {holder}; one process at a time may use it; "
            "try again when it has ended, stop it or choose another home"
        ) from fault
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
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
