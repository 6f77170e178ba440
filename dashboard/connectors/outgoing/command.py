"""A command of this machine: without a shell, with little of the environment, for so long and no longer."""

from __future__ import annotations

import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from dashboard.connectors.outgoing.leaving import kill_group, pause, watched
from dashboard.connectors.outgoing.output import readable_tail

KEPT_OF_ENVIRONMENT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
BLOCK, MOST_HELD = 65_536, 16_384
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Ended:
    """How a command ended: whether well (exit code 0), and the end of what it printed, or why it did not run."""

    well: bool
    detail: str


def run_command(
    command: Sequence[str],
    directory: str | None,
    given: Mapping[str, str],
    sent: bytes,
    seconds: float,
    heard: Callable[[float], None],
) -> Ended:
    """Run a command and wait for its end; `given` is added to its environment, `sent` is its standard input.

    `heard` is called now and then with the share of its time that is over. After `seconds` it is ended with all that it
    started. Raises CallInterruptedError when the program ends.
    """
    environment = {name: os.environ[name] for name in KEPT_OF_ENVIRONMENT if name in os.environ} | dict(given)
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder, tempfile.TemporaryFile() as request:
        request.write(sent)
        request.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - what the settings of the machine name, without a shell
                list(command), cwd=directory or folder, env=environment, stdin=request,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        except OSError as fault:
            return Ended(well=False, detail=f"the command cannot be started: {fault.strerror or fault}")
        with process, watched(process):
            assert process.stdout is not None
            printed, in_time = _watch(process, process.stdout, seconds, heard)
            if not in_time:
                kill_group(process)
                process.wait()
                return Ended(
                    well=False, detail=_with(f"it took longer than {seconds:g} seconds and was ended", printed)
                )
            return _ended(process.wait(), printed)


def _watch(
    process: subprocess.Popen[bytes], output: IO[bytes], seconds: float, heard: Callable[[float], None]
) -> tuple[bytes, bool]:
    """The end of what a process prints, and whether it ended in time; a child of it that lives on is not waited for."""
    printed, begun = b"", time.monotonic()
    os.set_blocking(output.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while (passed := time.monotonic() - begun) < seconds:
            pause(0)
            heard(passed / seconds)
            ended = process.poll() is not None
            ready = selector.select(0 if ended else LOOK_SECONDS)
            block = _read(output) if ready else b""
            printed = (printed + block)[-MOST_HELD:]
            if ended and not block:
                return printed, True
            if ready and not block:
                # It closed its output and goes on.
                selector.unregister(output)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_SECONDS)
                selector.register(output, selectors.EVENT_READ)
    return printed, process.poll() is not None


def _read(output: IO[bytes]) -> bytes:
    try:
        return os.read(output.fileno(), BLOCK)
    except BlockingIOError:
        return b""


def _ended(code: int, printed: bytes) -> Ended:
    if code == 0:
        return Ended(well=True, detail=_with("it ended well", printed))
    how = f"it was ended by signal {-code}" if code < 0 else f"it ended with exit code {code}"
    return Ended(well=False, detail=_with(how, printed))


def _with(how: str, printed: bytes) -> str:
    words = readable_tail(printed)
    return f"{how}: {words}" if words else how
