"""What was worked out last for a store, kept while what it rests on is the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from dashboard.store.engine.database import Store

Kept = TypeVar("Kept")


class KeptLast(Generic[Kept]):
    """Results of each store by what was asked, `most` of them: those asked for last. Safe to use from any thread."""

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        self._most = most
        self._lock = threading.Lock()
        self._found: WeakKeyDictionary[Store, OrderedDict[Hashable, tuple[object, Kept]]] = WeakKeyDictionary()

    def clear(self) -> None:
        """Forget everything; what is asked for next is found anew."""
        with self._lock:
            self._found.clear()

    def get(self, store: Store, asked: Hashable, state: object, find: Callable[[], Kept]) -> Kept:
        """What `find` gives for `asked`, found anew once `state` differs; `find` runs outside of the lock.

        Nobody may change what is given.
        """
        with self._lock:
            found = self._found.setdefault(store, OrderedDict())
            known = found.get(asked)
            if known is not None and known[0] == state:
                found.move_to_end(asked)
                return known[1]
        fresh = find()
        with self._lock:
            found[asked] = state, fresh
            found.move_to_end(asked)
            while len(found) > self._most:
                found.popitem(last=False)
        return fresh
