"""Count in a process of its own, so that whoever is served meanwhile does not wait."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import IO, Any

from dashboard.errors import DashboardError, StoreDamagedError
from dashboard.profiles.count import PLANS, Counted, Plan, Progress
from dashboard.profiles.layout import layout_from_text
from dashboard.resources import PACKAGE
from dashboard.store.profiles import ProfileRow

KEPT_OF_ENVIRONMENT = ("PATH", "LANG", "HOME", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
_running: set[subprocess.Popen[bytes]] = set()
_changing = threading.Lock()


class CountingStoppedError(DashboardError):
    """The process that counts ended early; nothing of its work was written."""


def count_apart(plan: Plan, progress: Progress) -> Counted:
    """Run `count` in another process.

    Raises what that raises, and CountingStoppedError when the process ends before its work does.
    """
    environment = {name: os.environ[name] for name in KEPT_OF_ENVIRONMENT if name in os.environ}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "dashboard.profiles.worker"],
            cwd=PACKAGE.parent,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            start_new_session=True,
        )
        with process, _watched(process):
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(BrokenPipeError), process.stdin as sink:
                sink.write(PLANS.dump_json(plan, by_alias=True))
            counted = _received(process.stdout, plan, progress)
        if counted is None:
            raise CountingStoppedError(f"{_reason(process.returncode, said)}; nothing was written; run monitor again")
        return counted


def end_counting() -> None:
    """End every counting of this process; whoever waits for one gets CountingStoppedError."""
    with _changing:
        for process in _running:
            process.kill()


@contextmanager
def _watched(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Know a process while it runs, and end it when it is not wanted any more."""
    with _changing:
        _running.add(process)
    try:
        yield
    except BaseException:
        process.kill()
        raise
    finally:
        with _changing:
            _running.discard(process)


def _received(answers: IO[bytes], plan: Plan, progress: Progress) -> Counted | None:
    profiles: list[ProfileRow] = []
    for line in answers:
        if not line.endswith(b"\n"):
            return None
        message: dict[str, Any] = json.loads(line)
        if "share" in message:
            progress(message["share"], message["doing"])
        elif "profile" in message:
            profiles.append(_profile(message["profile"]))
        elif "refused" in message:
            raise StoreDamagedError(message["refused"])
        else:
            layout_id, text = message["layout"]
            layout = layout_from_text(layout_id, plan.card.id, text)
            periods = [datetime.fromisoformat(period) for period in message["periods"]]
            return Counted(layout, message["basis"], message["is_new"], profiles, periods, message["with_reference"])
    return None


def _profile(value: dict[str, Any]) -> ProfileRow:
    blocks = {name: base64.b64decode(value[name]) for name in ("features", "outcomes")}
    return ProfileRow(**{**value, **blocks, "period_start": datetime.fromisoformat(value["period_start"])})


def _reason(code: int, said: IO[bytes]) -> str:
    if code < 0:
        return f"the process that counts was ended by signal {signal.Signals(-code).name}"
    said.seek(max(0, said.seek(0, os.SEEK_END) - 2_000))
    words = said.read().decode(errors="replace").strip().splitlines()
    return f"the process that counts stopped: {words[-1][:200] if words else 'it said nothing'}"
