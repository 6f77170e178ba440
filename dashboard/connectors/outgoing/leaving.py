"""Calls under way end when the server does: whoever waits for one learns that nobody knows its end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dashboard.errors import DashboardError

_leaving = threading.Event()
_running: set[subprocess.Popen[bytes]] = set()
_changing = threading.Lock()


class CallInterruptedError(DashboardError):
    """The program ends while a call has no answer yet."""


def begin_calls() -> None:
    """Allow calls again: a server begins."""
    _leaving.clear()


def end_calls() -> None:
    """End every call and command of this process; whoever waits for one gets CallInterruptedError."""
    _leaving.set()
    with _changing:
        for process in _running:
            kill_group(process)


def pause(seconds: float) -> None:
    """Wait; raises CallInterruptedError as soon as the program ends."""
    if _leaving.wait(seconds):
        raise CallInterruptedError("the program ends before the call has an answer; the next start looks after it")


@contextmanager
def watched(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Know a process while it runs, and end it with everything that it started when it is not wanted any more."""
    with _changing:
        _running.add(process)
    try:
        yield
    except BaseException:
        kill_group(process)
        raise
    finally:
        with _changing:
            _running.discard(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, and the whole group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
