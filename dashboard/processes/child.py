"""A child process that answers requests one by one, as lines of JSON; its parent survives whatever it does.

The child's part is `serve`, the parent's is `ChildProcess`.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from dashboard.errors import DashboardError
from dashboard.processes.limits import Limits, allow_time, bare_environment, confine
from dashboard.resources import PACKAGE

Message = dict[str, Any]
Tell = Callable[[Message], None]

START_SECONDS = 120.0
LONGEST_ANSWER = 16 * 2**20
BLOCK = 65_536
READY: Message = {"ready": True}
# What a request may say of itself, and what a child says before its answer.
CPU_SECONDS, MEANWHILE = "cpu_seconds", "meanwhile"
# How often a child looks whether its parent is there.
LOOK_SECONDS = 1.0


class ChildStoppedError(DashboardError):
    """The child process crashed, took too long or answered nonsense; the next request gets a new one."""


class ChildProcess:
    """A child that is started when it is first needed and replaced after it stopped."""

    def __init__(self, module: str, start_seconds: float = START_SECONDS) -> None:
        """Name the module to run, whose main function calls `serve`, and how long its imports may take."""
        self._module = module
        self._start_seconds = start_seconds
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._running: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def ask(self, request: Message, seconds: float, heard: Tell | None = None) -> Message:
        """The child's answer; `heard` is called with what it tells meanwhile.

        `cpu_seconds` of a request limit its work.

        Raises ChildStoppedError when there is no answer within `seconds` after its start.
        """
        if self._running is not None and self._running.poll() is not None:
            # It died while nobody asked.
            self.close()
        running = self._running or self._start()
        assert running.stdin is not None
        try:
            running.stdin.write(json.dumps(request).encode() + b"\n")
            running.stdin.flush()
        except OSError:
            raise self._stopped(running) from None
        until = time.monotonic() + seconds
        while MEANWHILE in (answer := self._read(running, max(0.0, until - time.monotonic()), seconds)):
            if heard is not None:
                heard(answer[MEANWHILE])
        if answer.pop("leaving", False):
            self.close()
        return answer

    def close(self) -> None:
        """End the child and remove what it wrote."""
        running, self._running, self._unread = self._running, None, b""
        if running is not None:
            _kill(running)
        if self._directory is not None:
            self._directory.cleanup()
            self._directory = None

    def _start(self) -> subprocess.Popen[bytes]:
        self._directory = tempfile.TemporaryDirectory(prefix="ledger-", ignore_cleanup_errors=True)
        directory = Path(self._directory.name)
        with (directory / "errors").open("wb") as errors:
            self._running = subprocess.Popen(  # noqa: S603 - a module of this program
                [sys.executable, "-W", "ignore", "-m", self._module],
                cwd=PACKAGE.parent,
                env=bare_environment(directory),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        if self._read(self._running, self._start_seconds) != READY:
            raise self._stopped(self._running)
        return self._running

    def _read(self, running: subprocess.Popen[bytes], seconds: float, allowed: float | None = None) -> Message:
        """One line of JSON from the child; the child is gone when this raises."""
        assert running.stdout is not None
        until = time.monotonic() + seconds
        text, self._unread = self._unread, b""
        with selectors.DefaultSelector() as selector:
            selector.register(running.stdout, selectors.EVENT_READ)
            while b"\n" not in text:
                if not selector.select(max(0.0, until - time.monotonic())):
                    self.close()
                    raise ChildStoppedError(f"it took longer than {allowed or seconds:g} seconds and was ended")
                block = os.read(running.stdout.fileno(), BLOCK)
                text += block
                if not block or len(text) > LONGEST_ANSWER:
                    raise self._stopped(running)
        text, _, self._unread = text.partition(b"\n")
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            self.close()
            raise ChildStoppedError("the process that read it answered nonsense")
        return answer

    def _stopped(self, running: subprocess.Popen[bytes]) -> ChildStoppedError:
        """Why the child is gone, after it has been cleared away."""
        with suppress(subprocess.TimeoutExpired):
            running.wait(5)
        code = running.poll()
        said = self._last_words()
        self.close()
        if code is not None and code < 0:
            known = {member.value: member.name for member in signal.Signals}
            name = known.get(-code, str(-code))
            reason = "it used too much computing time" if name == "SIGXCPU" else f"it was ended by signal {name}"
            return ChildStoppedError(f"the process that read it crashed; {reason}")
        return ChildStoppedError(f"the process that read it stopped; {said or 'it said nothing'}")

    def _last_words(self) -> str:
        if self._directory is None:
            return ""
        with suppress(OSError), (Path(self._directory.name) / "errors").open("rb") as errors:
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - 2_000))
            lines = errors.read().decode(errors="replace").strip().splitlines()
            return lines[-1][:200] if lines else ""
        return ""


def _kill(running: subprocess.Popen[bytes]) -> None:
    """End a child and everything that it started."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    for pipe in (running.stdin, running.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def serve(prepare: Callable[[], None], answer: Callable[[Message, Tell], Message], limits: Limits) -> None:
    """The child's main function: confine itself, prepare, then answer each line of standard input until it ends.

    `answer` may tell something meanwhile. What libraries print goes to standard error. After a MemoryError the child
    answers and leaves; when its parent is gone it ends.
    """
    confine(limits)
    threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    prepare()
    _tell(answers, READY)
    for line in sys.stdin:
        request = json.loads(line)
        allow_time(request.pop(CPU_SECONDS, limits.cpu_seconds))
        try:
            message = answer(request, lambda meanwhile: _tell(answers, {MEANWHILE: meanwhile}))
        except MemoryError:
            _tell(answers, {"refused": "it needs more memory than it may use", "leaving": True})
            return
        _tell(answers, message)


def _end_with(parent: int) -> None:
    """End the process, whatever it does, once its parent has ended."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)


def _tell(answers: Any, message: Message) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()
