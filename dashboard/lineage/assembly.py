"""Put the graph together: what events tell of data and jobs, cards of models, the log of predictions."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from weakref import ReferenceType, ref

import numpy as np

from dashboard.errors import StoreReopeningError
from dashboard.lineage.adjacency import adjacency
from dashboard.lineage.data_nodes import NAMED, tail_of
from dashboard.lineage.derivation import bring_up_to_date
from dashboard.lineage.edge_columns import KIND_CODES, EdgeColumns, Names
from dashboard.lineage.event_edges import EventEdges, event_edges
from dashboard.lineage.graph import Edge, Graph, Late
from dashboard.lineage.late_edges import Day, accountable_edges, prediction_edges, run_edges
from dashboard.lineage.model_edges import DataNodes, names_hidden
from dashboard.lineage.model_parts import Asked, Rows, count_rows, edges_around
from dashboard.lineage.names import node_id
from dashboard.lineage.walks import spread
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.engine.kept_last import KeptLast
from dashboard.store.lineage_reports import names_of
from dashboard.store.organisation import get_organisation
from dashboard.store.traced_models import traced_models

# Graphs of a store that are kept, those asked for last.
MOST_KEPT = 8
_GRAPHS: KeptLast[Graph] = KeptLast(MOST_KEPT)


def graph_of(
    store: Store, day: date | None = None, as_of: datetime | None = None, seen: frozenset[str] | None = None
) -> Graph:
    """The graph at the end of `day` (None: now), as known at `as_of` (None: now), with the models that `seen` names.

    None: all models. Who does not see all models gets the data that theirs come from or reach, and nothing that is
    named as another model. Graphs that were asked for last are kept; after a new event only what it touches is worked
    out anew.
    """
    bring_up_to_date(store)
    if store.writer.transaction is not None:
        return _assembled(store, event_edges(store, as_of), (day, as_of, seen), None)
    rows = count_rows(store)
    place, state = (day, as_of, seen), (now().date(), rows)
    return _GRAPHS.get(
        store, place, state, lambda: _assembled(store, event_edges(store, as_of), (day, as_of, seen), rows)
    )


def data_state(store: Store) -> Hashable | None:
    """What stands for the edges between data, features, versions and models, and for who looks after data.

    It is the same while no card, person, role or lineage event is recorded and no day ends. None in a transaction.
    """
    bring_up_to_date(store)
    if store.writer.transaction is not None:
        return None
    rows = count_rows(store)
    return now().date(), rows.of_data, rows.roles


def _assembled(
    store: Store,
    events: EventEdges,
    asked: tuple[date | None, datetime | None, frozenset[str] | None],
    rows: Rows | None,
) -> Graph:
    day, as_of, seen = asked
    models = traced_models(store, as_of)
    hidden = frozenset() if seen is None else frozenset(models.keys() - seen)
    models = {model_id: model for model_id, model in models.items() if model_id not in hidden}
    around, data = edges_around(store, events, models, Asked(as_of, seen), rows)
    edges = events.edges + around
    people = get_organisation(store, as_of).people
    nodes = _nodes(events, edges, [node_id("person", person) for person in people])
    if hidden:
        edges, nodes = _seen_only(events.names, edges, nodes, hidden)
    return Graph((day, as_of, now()), events.names, edges, nodes, events.one_name, _late(store, events, data, asked))


def _late(
    store: Store, events: EventEdges, data: DataNodes, asked: tuple[date | None, datetime | None, frozenset[str] | None]
) -> Late:
    """How edges are read that a graph does not hold; it must not keep the store from being closed for good."""
    day, as_of, seen = asked
    home: ReferenceType[Store] = ref(store)

    def accountable(models: Collection[str] | None) -> list[Edge]:
        wanted = seen if models is None else models
        return accountable_edges(_still_open(home), wanted, Day(day, as_of))

    return Late(
        of_run=lambda run: run_edges(_still_open(home), events, run, as_of) if seen is None else None,
        of_prediction=lambda name: prediction_edges(_still_open(home), name, data, seen, as_of),
        accountable=accountable,
        namespaces=partial(_namespaces, home),
    )


def _namespaces(home: ReferenceType[Store]) -> Mapping[str, tuple[str, str]]:
    return names_of(_still_open(home))


def _still_open(home: ReferenceType[Store]) -> Store:
    store = home()
    if store is None:
        raise StoreReopeningError("the store was opened anew; ask again")
    return store


def _nodes(events: EventEdges, edges: EdgeColumns, more: Iterable[str]) -> frozenset[int]:
    """Everything that an edge of any day touches, and what events are about without telling an edge."""
    named = (events.one_name.of.get(origin, origin) for origin in events.origins)
    single = [events.names.place(text) for text in (*named, *more)]
    touched = [edges.source, edges.target, edges.source_table, edges.target_table, np.array(single, dtype=np.int64)]
    return frozenset(np.unique(np.concatenate(touched)).tolist())


def _seen_only(
    names: Names, edges: EdgeColumns, nodes: frozenset[int], hidden: Collection[str]
) -> tuple[EdgeColumns, frozenset[int]]:
    """What is left for who does not see all models: nothing named as a hidden one, and only what theirs touch."""
    size = len(names.texts)
    kinds = np.array(names.kinds, dtype=np.int64)
    barred = np.zeros(size, dtype=bool)
    tails = {tail_of(model) for model in hidden}
    for place in np.flatnonzero(np.isin(kinds, NAMED)).tolist():
        text = names.texts[place]
        barred[place] = tail_of(text) in tails and names_hidden(text, hidden)
    open_to = ~(barred[edges.source_table] | barred[edges.target_table] | barred[np.maximum(edges.origin, 0)])
    edges = edges.at(open_to)
    own = [place for place in nodes if kinds[place] == KIND_CODES["model"]]
    reached = np.zeros(size, dtype=bool)
    reached[own] = True
    whole = adjacency(edges, size)
    for down in (True, False):
        places, _ = spread(whole, dict.fromkeys(own, 0), down=down)
        reached[whole.edges.target[places]] = reached[whole.edges.source[places]] = True
    kept = edges.at(reached[edges.source_table] & reached[edges.target_table])
    left = set(np.unique(np.concatenate([kept.source, kept.target, kept.source_table, kept.target_table])).tolist())
    people = {place for place in nodes if kinds[place] == KIND_CODES["person"]}
    return kept, frozenset(left | people | set(own))
