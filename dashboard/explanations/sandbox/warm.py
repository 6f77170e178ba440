"""The one worker of this process that explains and scores on demand: started when it is first asked, ended with it."""

from __future__ import annotations

import atexit
import threading

from dashboard.explanations.sandbox.model_worker import ModelWorker

_changing = threading.Lock()
_held: list[ModelWorker] = []


def warm_worker() -> ModelWorker:
    """Return the worker that all readers of this process share."""
    with _changing:
        if not _held:
            _held.append(ModelWorker())
            atexit.register(end_warm_worker)
        return _held[0]


def end_warm_worker() -> None:
    """End it; the next reader gets a new one."""
    with _changing:
        while _held:
            _held.pop().close()
