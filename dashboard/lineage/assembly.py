"""Put the graph together: what events tell of data and jobs, cards of models, the log of predictions."""

from __future__ import annotations

from datetime import date, datetime

from dashboard.lineage.graph import Graph
from dashboard.store.engine.database import Store


def graph_of(
    store: Store, day: date | None = None, as_of: datetime | None = None, seen: frozenset[str] | None = None
) -> Graph:
    """The graph at the end of `day` (None: now), as known at `as_of` (None: now), with the models that `seen` names.

    None: all models. Graphs that were asked for last are kept; after a new event only what it touches is worked out.
    """
    raise NotImplementedError
