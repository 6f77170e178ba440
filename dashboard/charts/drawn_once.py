"""Charts are drawn once: the same rows for the same reader's language give the figure that was drawn before."""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    import plotly.graph_objects as go

Asked = ParamSpec("Asked")
# Figures kept, those asked for last: drawing one takes ten times as long as comparing what it is drawn from.
MOST_KEPT = 100


def drawn_once(draw: Callable[Asked, go.Figure]) -> Callable[Asked, go.Figure]:
    """Keep the figures of a function that rests on its arguments alone; nobody may change a figure that it gave."""
    kept: OrderedDict[bytes, go.Figure] = OrderedDict()
    lock = threading.Lock()

    @wraps(draw)
    def figure_of(*args: Asked.args, **kwargs: Asked.kwargs) -> go.Figure:
        key = pickle.dumps((args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
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
