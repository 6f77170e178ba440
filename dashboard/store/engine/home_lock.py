"""The lock of a home directory: one process at a time uses a store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from dashboard.errors import DashboardError, StoreInUseError

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
        home.mkdir(parents=True, exist_ok=True)
        (home / "log").mkdir(exist_ok=True)
        return _hold(home / "store.lock")
    except OSError as fault:
        raise DashboardError(f"home {home} cannot be used; {fault.strerror}; choose another with --home") from fault


def _hold(path: Path) -> IO[str]:
    """Hold the lock file for the life of the process; DuckDB's own lock can get lost inside a process."""
    lock = path.open("a+", encoding="utf-8")
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
