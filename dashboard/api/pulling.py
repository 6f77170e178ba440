"""Reading sources on schedule: one thread of the server reads each source when it is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.access.principal import Principal
from dashboard.actions.jobs import UnderWayError, run_long, task_of
from dashboard.actions.pull import Pulled, source_reader
from dashboard.connectors.incoming.sources.standing import is_paused
from dashboard.errors import DashboardError
from dashboard.schema.config.sources import Source, load_sources
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.source_records import newest_source_records

LOG = logging.getLogger("dashboard.sources")
# Seconds between two looks at which source is due, and how long the end of the server waits for a reading.
LOOK, PATIENCE = 5.0, 30.0
SCHEDULE: Principal = source_reader("schedule")


@dataclass
class Puller:
    """One thread that reads the sources of a store when they are due; after a start each is due at once."""

    store: Store
    look: float = LOOK
    _read_at: dict[str, datetime] = field(default_factory=dict)
    _leaving: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the thread ends before the store is closed."""
        self.store.before_closing.append(self.stop)
        self._thread = threading.Thread(target=self._run, name="sources", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the source that is being read; what it has not recorded is read again after the next start."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def due(self, known: Mapping[str, Source]) -> list[str]:
        """The sources whose time has come, those that wait longest first."""
        moment = now()
        waiting = {
            name: self._read_at.get(name)
            for name, source in known.items()
            if name not in self._read_at or moment - self._read_at[name] >= source.every
        }
        return sorted(waiting, key=lambda name: (waiting[name] is not None, waiting[name] or moment, name))

    def _run(self) -> None:
        while not self._leaving.wait(self.look):
            try:
                for name in self.due(load_sources(self.store.home)):
                    if self._leaving.is_set():
                        return
                    self._pull(name)
            except DashboardError as fault:
                LOG.warning("sources wait: %s", fault)
            except Exception:
                LOG.exception("reading sources failed; it is tried again")

    def _pull(self, name: str) -> None:
        self._read_at[name] = now()
        if is_paused(newest_source_records(self.store, name)):
            return
        payload = Pulled(sources=(name,))
        try:
            run_long(self.store, task_of("pull", payload, SCHEDULE), payload, None)
        except UnderWayError:
            LOG.info("source %s is being read already", name)
        except DashboardError as fault:
            LOG.warning("source %s: %s", name, fault)
