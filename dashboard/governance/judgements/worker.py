"""Who judges: in a server one thread beside the pages, elsewhere whoever asks."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from dashboard.errors import DashboardError
from dashboard.governance.judgements.registry import Lane
from dashboard.governance.judgements.renewal import (
    PRESENT,
    Question,
    Stale,
    bring_up_to_date,
    find_stale,
    judge,
)
from dashboard.governance.situation.digests import rules_digest
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models

LOG = logging.getLogger("dashboard.judging")
# Of so many models a reader does not wait for the worker.
FEW = 16
# Seconds: how long a program's question about many models waits for the worker, and how long the worker sleeps at most.
PATIENCE, SLEEP = 5.0, 30.0
# Models that the worker judges before it lets others have the interpreter.
AT_ONCE = 4


@dataclass
class Worker:
    """One thread that keeps the judgements of the present up to date; `behind` is how many models wait for it."""

    store: Store
    behind: dict[Lane, int] = field(default_factory=dict)
    _woken: threading.Event = field(default_factory=threading.Event)
    _leaving: threading.Event = field(default_factory=threading.Event)
    _looked: threading.Condition = field(default_factory=threading.Condition)
    _seen_version: int = -1
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; until `stop` the thread judges what changes."""
        _WORKERS[self.store] = self
        self.store.when_changed = self._wake
        self.store.before_closing.append(self.stop)
        self._thread = threading.Thread(target=self._run, name="judging", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the model that is being judged."""
        _WORKERS.pop(self.store, None)
        self._leaving.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(SLEEP)

    def caught_up(self, patience: float = PATIENCE) -> bool:
        """Wait until everything that is committed now is judged; False when that takes longer than `patience`."""
        wanted, end = self.store.version, time.monotonic() + patience
        self._woken.set()
        with self._looked:
            while self._seen_version < wanted and not self._leaving.is_set():
                if not self._looked.wait(max(end - time.monotonic(), 0)) and time.monotonic() >= end:
                    return False
        return True

    def _wake(self) -> None:
        # What this thread commits itself it has looked at.
        if threading.current_thread() is not self._thread:
            self._woken.set()

    def _run(self) -> None:
        while not self._leaving.is_set():
            self._woken.clear()
            try:
                version = self.store.version
                self._work("present")
                with self._looked:
                    self._seen_version = version
                    self._looked.notify_all()
                self._work("history")
            except DashboardError as fault:
                LOG.warning("judging waits: %s", fault)
                self._leaving.wait(1)
            except Exception:
                LOG.exception("judging failed; it is tried again")
                self._leaving.wait(SLEEP)
            self._woken.wait(SLEEP)

    def _work(self, lane: Lane) -> None:
        stale = find_stale(self.store, PRESENT, lane)
        waiting = sorted(stale.facts)
        for done in range(0, len(waiting), AT_ONCE):
            self.behind[lane] = len(waiting) - done
            if self._leaving.is_set() or (lane == "history" and self._woken.is_set()):
                return
            chosen = {model_id: stale.facts[model_id] for model_id in waiting[done : done + AT_ONCE]}
            judge(self.store, PRESENT, lane, Stale(chosen, stale.sizes, stale.rules))
        self.behind[lane] = 0


_WORKERS: WeakKeyDictionary[Store, Worker] = WeakKeyDictionary()


def worker_of(store: Store) -> Worker | None:
    """The worker that judges for a store, in a server."""
    return _WORKERS.get(store)


def renew(store: Store, question: Question, lane: Lane, models: Models = None, *, waits: bool = True) -> None:
    """See to it that what is read next is judged on what is committed.

    Without a worker, and of a few models, whoever asks judges; of many the worker does. Whoever does not wait for it,
    or in vain, reads the newest judgements that are kept; `behind` tells how many models they lag behind.
    """
    worker = worker_of(store)
    few = models is not None and (isinstance(models, str) or len(models) <= FEW)
    if worker is not None and question == PRESENT and not few:
        if lane == "present" and waits:
            worker.caught_up()
        return
    if store.writer.transaction is not None:
        # What is judged here may be undone with the action that asks.
        bring_up_to_date(store, question, lane, models)
        return
    place = ("up to date", question, lane, models)
    state = rules_digest(store.home), clock.now().timestamp() // SLEEP
    # What was noted is given up by every commit: also by one that comes while this thread looks.
    kept = store.worked_out
    if kept.get(place) != state and not bring_up_to_date(store, question, lane, models):
        kept[place] = state
