"""Charts are drawn once: the same rows for the same reader's language give the figure that was drawn before."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import pandas as pd

if TYPE_CHECKING:
    import plotly.graph_objects as go

Asked = ParamSpec("Asked")
# Figures kept, those asked for last: drawing one takes ten times as long as comparing what it is drawn from.
MOST_KEPT = 100


def drawn_once(draw: Callable[Asked, go.Figure]) -> Callable[Asked, go.Figure]:
    """Keep the figures of a function that rests on its arguments alone; nobody may change a figure that it gave."""
    kept: OrderedDict[Hashable, go.Figure] = OrderedDict()
    lock = threading.Lock()

    @wraps(draw)
    def figure_of(*args: Asked.args, **kwargs: Asked.kwargs) -> go.Figure:
        key = _content((args, kwargs))
        with lock:
            found = kept.get(key)
            if found is not None:
                kept.move_to_end(key)
                return found
        found = draw(*args, **kwargs)
        with lock:
            kept[key] = found
            while len(kept) > MOST_KEPT:
                kept.popitem(last=False)
        return found

    return figure_of


def _content(value: object) -> Hashable:
    """What a value holds, to the last cell and its type, as something that can be compared."""
    if isinstance(value, pd.DataFrame):
        # The text of a list tells numbers, texts and what is absent apart, and is made quickly.
        columns = [(repr(name), str(cells.dtype), repr(cells.tolist())) for name, cells in value.items()]
        return "frame", repr(value.index.tolist()), tuple(columns)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(_content(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, Mapping):
        return "mapping", tuple((repr(name), _content(held)) for name, held in value.items())
    if isinstance(value, tuple | list):
        return type(value), tuple(_content(held) for held in value)
    return type(value), repr(value)
