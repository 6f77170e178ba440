"""Keeping explanations: those that readers asked for are written together a little later, and nobody waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from weakref import WeakKeyDictionary

from dashboard.errors import DashboardError
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, replayed_now, stored
from dashboard.store.engine.database import Store
from dashboard.store.engine.writer import WriterBusyError
from dashboard.store.explanations import KeptExplanation, append_explanations

LOG = logging.getLogger("dashboard.explanations")
# What a server's readers ask for within so many seconds has one record: after each, pages read the store anew.
SECONDS = 60.0
# In whose name and as what it is written that readers asked for: nobody needs a right to write for it.
ACTION, SYSTEM = "explain", "system"

# Explanations by model and what they rest on.
Kept = Mapping[tuple[str, str], Sequence[KeptExplanation]]


def keep_explanations(store: Store, action: str, actor: str, kept: Kept) -> None:
    """Record explanations by model id and basis, in the name of who had them computed."""
    models: dict[str, int] = {}
    for (model_id, _), found in kept.items():
        models[model_id] = models.get(model_id, 0) + len(found)
    written: dict[str, object] = {model_id: {"explained": number} for model_id, number in models.items()}
    with store.writing(AuditContext(action, actor, after=written, computes=True)) as cursor:
        for (model_id, basis), found in kept.items():
            append_explanations(cursor, model_id, basis, found, stored(now()))


def keep_later(store: Store, model_id: str, basis: str, one: KeptExplanation) -> None:
    """Have an explanation written with others: in a server within a minute, elsewhere when the store is closed.

    Returns at once. What cannot be written is lost, and computed again when somebody asks for it; so is what is asked
    for while the demo replays past days.
    """
    if replayed_now() is not None:
        return
    with _changing:
        keeper = _KEEPERS.get(store)
        if keeper is None:
            keeper = _KEEPERS[store] = _Keeper(store)
            store.before_closing.append(keeper.end)
    keeper.add(model_id, basis, one)


class _Keeper:
    """What was found for the readers of one store and is not written yet."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[tuple[str, str], dict[tuple[str, str, datetime], KeptExplanation]] = {}
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def add(self, model_id: str, basis: str, one: KeptExplanation) -> None:
        with self._lock:
            found = self._found.setdefault((model_id, basis), {})
            found[one.version, one.prediction_id, one.predicted_at] = one
            if self._timer is None and self._store.writer.serves:
                self._timer = threading.Timer(SECONDS, self._hand_over)
                self._timer.daemon = True
                self._timer.start()

    def end(self) -> None:
        """Write what waits, before the store closes."""
        with _changing:
            _KEEPERS.pop(self._store, None)
        if kept := self._take():
            try:
                keep_explanations(self._store, ACTION, SYSTEM, kept)
            except DashboardError as fault:
                LOG.warning("explanations were not kept: %s", fault)

    def _hand_over(self) -> None:
        """Let the thread that writes for all do it."""
        if not (kept := self._take()):
            return
        try:
            self._store.writer.submit(lambda: keep_explanations(self._store, ACTION, SYSTEM, kept)).add_done_callback(
                _tell
            )
        except WriterBusyError as fault:
            LOG.warning("explanations were not kept: %s", fault)

    def _take(self) -> dict[tuple[str, str], list[KeptExplanation]]:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
            found, self._found = self._found, {}
        return {place: list(explained.values()) for place, explained in found.items()}


def _tell(done: Future[None]) -> None:
    if (fault := done.exception()) is not None:
        LOG.warning("explanations were not kept: %s", fault)


_changing = threading.Lock()
_KEEPERS: WeakKeyDictionary[Store, _Keeper] = WeakKeyDictionary()
