"""Frames that pages asked for, kept until something is committed: one reader finds each, the others wait for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class FrameCache:
    """Frames by what was asked, all of one state of the store; those of earlier states are let go."""

    def __init__(self, most: int) -> None:
        """Keep at most so many frames, those asked for last."""
        self._most = most
        self._state: Hashable = None
        self._kept: OrderedDict[Hashable, Future[pd.DataFrame]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, state: Hashable, asked: Hashable, find: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The frame that was asked for, found with `find` where it is not kept; raises what that raises."""
        with self._lock:
            if state != self._state:
                self._state = state
                self._kept.clear()
            known = self._kept.get(asked)
            if known is None:
                found: Future[pd.DataFrame] = Future()
                self._kept[asked] = found
            self._kept.move_to_end(asked)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        if known is not None:
            return known.result()
        try:
            frame = find()
        except BaseException as fault:
            with self._lock:
                if self._kept.get(asked) is found:
                    del self._kept[asked]
            found.set_exception(fault)
            raise
        found.set_result(frame)
        return frame
