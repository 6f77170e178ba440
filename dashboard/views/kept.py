"""Answers that rest on the rows of a few tables, kept while none is added to them."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.store.engine.kept_last import KeptLast

# Answers of a store that are kept, those asked for last.
MOST_KEPT = 32
_ANSWERS: KeptLast[pd.DataFrame] = KeptLast(MOST_KEPT)


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
    return _ANSWERS.get(store, asked, state, find)
