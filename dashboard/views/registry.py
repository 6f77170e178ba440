"""The registry of views: one decorated function each, found by importing this package's modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dashboard.errors import InputRefusedError, Problem
from dashboard.registry import Registry
from dashboard.store.database import Store
from dashboard.views.query import Query

Reader = Callable[[Store, Query], pd.DataFrame]


@dataclass(frozen=True)
class View:
    """A question that a page, `show` or the API asks: its columns, and whether it is about one model."""

    name: str
    question: str
    columns: tuple[str, ...]
    model: str
    read: Reader


VIEWS: Registry[View] = Registry("view", "dashboard.views")


def view(name: str, *, columns: tuple[str, ...], model: str = "required") -> Callable[[Reader], Reader]:
    """Register a view. `model` is 'required', 'optional' or 'none'; the first docstring line is its question."""

    def decorate(read: Reader) -> Reader:
        question = (read.__doc__ or "").strip().splitlines()[0]
        VIEWS.add(name, View(name, question, columns, model, read))
        return read

    return decorate


def run_view(store: Store, name: str, query: Query) -> pd.DataFrame:
    """The frame of one view, with exactly its columns.

    Raises NotFoundError for an unknown view or model and InputRefusedError when a needed model is missing.
    """
    found = VIEWS.get(name)
    if found.model == "required" and query.model is None:
        raise InputRefusedError(
            [Problem(f"view {name!r} is about one model; none was given; name it: show {name} MODEL")]
        )
    frame = found.read(store, query)
    return frame.reindex(columns=list(found.columns)) if frame.empty else frame.loc[:, list(found.columns)]
