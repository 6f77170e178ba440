"""Unknown keys: counted by address and by how they begin, so that who guesses is slowed and nobody else."""

from __future__ import annotations

import threading
import time
from collections import deque

ALLOWED = 30
WITHIN_S = 60.0
REMEMBERED = 2_000
# Of a key: its common prefix and a few characters more.
BEGINNING = 8


class Failures:
    """When unknown keys came, for each address and each beginning of a key."""

    def __init__(self) -> None:
        """Begin with none."""
        self._times: dict[str, deque[float]] = {}
        self._changing = threading.Lock()

    def note(self, key: str, address: str) -> bool:
        """Note an unknown key; whether so many came of its kind that the sender has to wait."""
        with self._changing:
            by_address, by_key = self._note(f"address {address}"), self._note(f"key {key[:BEGINNING]}")
        return by_address or by_key

    def clear(self) -> None:
        """Forget all of them."""
        with self._changing:
            self._times.clear()

    def _note(self, kind: str) -> bool:
        moment = time.monotonic()
        times = self._times.pop(kind, None) or deque(maxlen=ALLOWED)
        often = len(times) == ALLOWED and moment - times[0] < WITHIN_S
        if not often:
            times.append(moment)
        if len(self._times) >= REMEMBERED:
            del self._times[next(iter(self._times))]
        self._times[kind] = times
        return often
