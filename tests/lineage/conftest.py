"""A ledger of its own for each test of lineage, with a clock that says when events arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard.lineage.assembly import graph_of
from dashboard.lineage.graph import Direction, Graph
from dashboard.lineage.walks import walk
from dashboard.store import lineage as recording
from dashboard.store.engine.database import Store, open_store
from tests.lineage.events import Event, register, send


@dataclass
class World:
    """A store, and how tests fill and ask it."""

    store: Store
    folder: Path
    patch: pytest.MonkeyPatch

    def send(self, *events: Event, at: datetime | None = None) -> None:
        """Take events, recorded at an instant (None: now)."""
        with self.patch.context() as patch:
            if at is not None:
                patch.setattr(recording, "now", lambda: at)
            send(self.store, self.folder, events)

    def register(self, *documents: Event) -> None:
        register(self.store, self.folder, *documents)

    def graph(self, day: str | None = None, **options: object) -> Graph:
        return graph_of(self.store, date.fromisoformat(day) if day else None, **options)  # type: ignore[arg-type]

    def edges(self, day: str | None = None, kinds: Iterable[str] = (), **options: object) -> set[tuple[str, str, str]]:
        """The edges of a day as source, kind and target; of some kinds or all."""
        found = self.graph(day, **options).edges()
        return {(one.source, one.kind, one.target) for one in found if not kinds or one.kind in kinds}

    def reached(self, node: str, direction: Direction, day: str | None = None) -> set[str]:
        """All nodes that a walk touches, without the asked one."""
        steps = walk(self.graph(day), node, direction)
        return {end for step in steps for end in (step.edge.source, step.edge.target)} - {node}


@contextmanager
def fresh(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in a folder of its own."""
    store = open_store(folder / "home")
    try:
        yield World(store, folder, patch)
    finally:
        store.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with fresh(tmp_path, monkeypatch) as made:
        yield made
