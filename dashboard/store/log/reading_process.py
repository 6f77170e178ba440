"""Read files in a process of its own with limits, so that no file takes the memory or the time of those who are served.

One process reads for a home, call after call; it ends when nothing came for a while.
"""

from __future__ import annotations

import threading
from pathlib import Path

from dashboard.errors import DashboardError, InputRefusedError, MachineError, Problem, StoreDamagedError
from dashboard.processes.child import CPU_SECONDS, ChildProcess, ChildStoppedError, Message
from dashboard.processes.limits import MEBIBYTE
from dashboard.store.log.call import Progress
from dashboard.store.log.carry_out import NOTHING_WRITTEN
from dashboard.store.log.order import ORDERS, OUTCOMES, Order, Outcome

WORKER = "dashboard.store.log.reading_worker"
# CPU time for small files, and for each MB more; a machine that is busy takes longer for the same.
CPU_FREE, CPU_PER_MB = 120, 3
BUSY = 20
IDLE_SECONDS = 60.0


class _Reader:
    """The process of one home, which is ended after it was idle."""

    def __init__(self) -> None:
        self._child = ChildProcess(WORKER)
        self._working = threading.Lock()
        self._idle: threading.Timer | None = None

    def ask(self, request: Message, seconds: float, progress: Progress) -> Message:
        with self._working:
            if self._idle is not None:
                self._idle.cancel()
            answer = self._child.ask(request, seconds, lambda message: progress(message["share"], message["doing"]))
            self._idle = threading.Timer(IDLE_SECONDS, self.close)
            self._idle.daemon = True
            self._idle.start()
            return answer

    def close(self) -> None:
        with self._working:
            self._child.close()


_readers: dict[Path, _Reader] = {}
_changing = threading.Lock()


def carry_out_apart(order: Order, progress: Progress) -> Outcome:
    """`carry_out` in another process; a file that takes that process down is refused. Raises as `carry_out` does."""
    with _changing:
        reader = _readers.setdefault(order.log.home, _Reader())
    cpu = CPU_FREE + CPU_PER_MB * _bytes(order) // MEBIBYTE
    request = {"order": ORDERS.dump_python(order, mode="json", by_alias=True), CPU_SECONDS: cpu}
    try:
        answer = reader.ask(request, BUSY * cpu, progress)
    except ChildStoppedError as stopped:
        raise _refused(order, str(stopped)) from stopped
    if "outcome" in answer:
        return OUTCOMES.validate_python(answer["outcome"])
    if "problems" in answer:
        raise InputRefusedError([Problem(**problem) for problem in answer["problems"]], answer["total"])
    if "machine" in answer:
        raise MachineError(answer["machine"], full=answer["full"], words=answer.get("words"))
    if "damaged" in answer:
        raise StoreDamagedError(answer["damaged"])
    if "failed" in answer:
        raise DashboardError(answer["failed"])
    raise _refused(order, str(answer.get("refused")))


def end_reading(home: Path) -> None:
    """End the process that reads for a home."""
    with _changing:
        reader = _readers.pop(home, None)
    if reader is not None:
        reader.close()


def _bytes(order: Order) -> int:
    return sum(path.stat().st_size for path in order.files if path.is_file())


def _refused(order: Order, why: str) -> InputRefusedError:
    message = f"cannot be read within the limits of one call ({why}); {NOTHING_WRITTEN}; split it or write it anew"
    return InputRefusedError([Problem(message, str(order.files[0]) if len(order.files) == 1 else None)])
