"""Answers that rest on the rows of a few tables, kept while none is added to them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import pandas as pd

from dashboard.store.engine.database import Store

# Answers of a store that are kept, those asked for last.
MOST_KEPT = 32


@dataclass
class _Answers:
    found: OrderedDict[Hashable, tuple[object, pd.DataFrame]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_ANSWERS: WeakKeyDictionary[Store, _Answers] = WeakKeyDictionary()


def kept_while(
    store: Store, tables: tuple[str, ...], asked: Hashable, find: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """What `find` reads of some tables, of which no row is ever changed: the same until one gets more rows.

    `asked` says what is asked for. Nobody may change what is given.
    """
    # Where the rows of the tables are not counted, anything that is committed may have added some.
    return kept_as(store, store.state_of(*tables) or store.version, asked, find)


def kept_as(store: Store, state: object, asked: Hashable, find: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """What `find` gives, kept while `state`, which stands for all that it rests on, is the same; None: not known.

    `asked` says what is asked for. Nobody may change what is given.
    """
    if state is None or store.writer.transaction is not None:
        return find()
    answers = _ANSWERS.setdefault(store, _Answers())
    with answers.lock:
        known = answers.found.get(asked)
    if known is not None and known[0] == state:
        return known[1]
    frame = find()
    with answers.lock:
        answers.found[asked] = state, frame
        answers.found.move_to_end(asked)
        while len(answers.found) > MOST_KEPT:
            answers.found.popitem(last=False)
    return frame
