"""The stores that this process holds: opened once, shared by pages and API."""

from __future__ import annotations

import threading
from pathlib import Path

from dashboard.store.database import Store, open_store

_held: dict[Path, Store] = {}
_changing = threading.Lock()


def held_store(home: Path) -> Store:
    """The store of a home, opened at the first call and shared afterwards; raises what `open_store` raises."""
    place = home.resolve()
    with _changing:
        if place not in _held:
            _held[place] = open_store(place)
        return _held[place]


def release_store(home: Path) -> None:
    """Checkpoint and close the store of a home, if this process holds it, and let go of its lock."""
    with _changing:
        store = _held.pop(home.resolve(), None)
        if store is not None:
            store.close()
