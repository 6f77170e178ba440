"""The registry of views: one decorated function each, found by importing this package's modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from dashboard.access.principal import Principal
from dashboard.access.rights import check_open, check_visible
from dashboard.errors import InputRefusedError, Problem
from dashboard.registry import Registry
from dashboard.schema.access import EVERYBODY
from dashboard.store.engine.database import Store
from dashboard.views.kinds import Columns
from dashboard.views.query import Query

Reader = Callable[[Store, Query], pd.DataFrame]


@dataclass(frozen=True)
class View:
    """A question that a page, `show` or the API asks: its columns, whether it is about one model, and who may ask."""

    name: str
    question: str
    columns: Columns
    model: str
    read: Reader
    roles: frozenset[str] = EVERYBODY
    scope: str | None = "read"
    personal: bool = False


VIEWS: Registry[View] = Registry("view", "dashboard.views", "view")


# The columns that name the model that a row is about.
MODEL_COLUMNS = ("model", "subject")


def view(
    name: str, *, columns: Columns, model: str = "required", roles: frozenset[str] = EVERYBODY
) -> Callable[[Reader], Reader]:
    """Register a view; the first docstring line is its question.

    `model` is 'required', 'optional' or 'none', or 'node' for a view about one node of the lineage graph.
    """

    def decorate(read: Reader) -> Reader:
        question = (read.__doc__ or "").strip().splitlines()[0]
        VIEWS.add(name, View(name, question, columns, model, read, roles))
        return read

    return decorate


def run_view(store: Store, name: str, query: Query, reader: Principal) -> pd.DataFrame:
    """The frame of one view: exactly its columns, numbers as numbers, and only rows of models that the reader sees.

    Raises ForbiddenError when it is not open to the reader, NotFoundError for an unknown view or model and
    InputRefusedError when a needed model is missing.
    """
    found = VIEWS.get(name)
    check_open(reader, found)
    if found.model == "required" and query.model is None:
        raise InputRefusedError(
            [Problem(f"view {name!r} is about one model; none was given; name it: show {name} MODEL")]
        )
    if found.model == "node":
        query = _about_node(name, query)
    check_visible(reader, [query.model] if query.model is not None else [])
    own = None if "admin" in reader.roles else reader.person or ""
    frame = found.read(store, replace(query, seen=_seen(query, reader), own=own))
    return _visible(found.columns.typed(frame), reader)


def _about_node(name: str, query: Query) -> Query:
    """The query with its node, which the command line gives where other views have their model."""
    if (node := query.node or query.model) is None:
        message = f"view {name!r} is about one node; none was given; name it: show {name} NODE"
        raise InputRefusedError([Problem(message, field="node")])
    return replace(query, node=node, model=None)


def _seen(query: Query, reader: Principal) -> frozenset[str] | None:
    """The models that a query may speak of: those that the reader sees, of those asked for."""
    if query.among is None or reader.models is None:
        return reader.models if query.among is None else query.among
    return query.among & reader.models


def _visible(frame: pd.DataFrame, reader: Principal) -> pd.DataFrame:
    """Without the rows of models that the reader does not see; rows about no model stay."""
    column = next((name for name in MODEL_COLUMNS if name in frame.columns), None)
    if reader.models is None or column is None:
        return frame
    return frame[frame[column].isna() | frame[column].isin(reader.models)].reset_index(drop=True)
