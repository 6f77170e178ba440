"""The stores that this process holds: opened once, shared by pages and API, opened anew when one has to be."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dashboard.errors import DashboardError, StoreReopeningError
from dashboard.store.engine.database import Store, open_store

LOG = logging.getLogger("dashboard.store")
_held: dict[Path, Store] = {}
_away: set[Path] = set()
# Of those, the ones that were released meanwhile, and are not opened again.
_leaving: set[Path] = set()
_changing = threading.Condition()
LEAVE_SECONDS = 5.0
# What begins with the store of a home that serves, and again when it was opened anew.
_serving: dict[Path, Callable[[Store], None]] = {}


def held_store(home: Path) -> Store:
    """The store of a home, opened at the first call and shared afterwards.

    Raises StoreAwayError while it is opened anew, and what `open_store` raises.
    """
    known = _held.get(home)
    if known is not None:
        return known
    place = home.resolve()
    with _changing:
        if place in _away:
            raise StoreReopeningError("the store is being opened anew; try again in a second")
        if place not in _held:
            _hold(place, None)
        return _held[place]


def serve_store(home: Path, begin: Callable[[Store], None]) -> Store:
    """The store of a home, whose writing thread starts; `begin` is called with it now and whenever it is reopened.

    Raises what `held_store` raises.
    """
    place = home.resolve()
    with _changing:
        known = place in _held
        _serving[place] = begin
        try:
            store = held_store(place)
        except BaseException:
            del _serving[place]
            raise
        if known:
            _begin_serving(store, begin)
    return store


def _hold(place: Path, lock: IO[str] | None) -> Store:
    store = _held[place] = open_store(place, lock=lock)
    store.when_broken = lambda: threading.Thread(target=_open_anew, args=(place,), name="opening", daemon=True).start()
    begin = _serving.get(place)
    if begin is not None:
        _begin_serving(store, begin)
    return store


def _begin_serving(store: Store, begin: Callable[[Store], None]) -> None:
    store.writer.start()
    begin(store)


@contextmanager
def store_away(home: Path) -> Iterator[IO[str]]:
    """Close the store of a home for a block that gets the home's lock, and open it again unless it was released.

    Raises StoreAwayError when somebody does so already, and what `open_store` raises.
    """
    place = home.resolve()
    with _changing:
        if place in _away:
            raise StoreReopeningError("the store is being opened anew; try again in a second")
        store = held_store(place)
        _away.add(place)
        del _held[place]
    try:
        lock = store.detach()
        try:
            yield lock
        finally:
            with _changing:
                if place in _leaving:
                    lock.close()
                else:
                    _hold(place, lock)
    finally:
        with _changing:
            _away.discard(place)
            _leaving.discard(place)
            _changing.notify_all()


def _open_anew(place: Path) -> None:
    """Open a store anew that DuckDB has given up."""
    LOG.error("the store in %s is opened anew after a fatal error of the database", place)
    try:
        with store_away(place):
            pass
    except DashboardError as fault:
        LOG.error("the store in %s could not be opened anew: %s", place, fault)
    else:
        LOG.warning("the store in %s is open again", place)


def release_store(home: Path) -> None:
    """Finish what waits, checkpoint and close the store of a home, if this process holds it, and let go of its lock.

    One that is being opened anew is closed by whoever does that, if it takes longer than LEAVE_SECONDS.
    """
    place = home.resolve()
    with _changing:
        _serving.pop(place, None)
        if place in _away:
            _leaving.add(place)
            _changing.wait_for(lambda: place not in _away, LEAVE_SECONDS)
        store = _held.pop(place, None)
    if store is not None:
        store.close()
