"""What models are tied to in the data that events tell of: training data, files, jobs and datasets named as a model."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

import numpy as np

from dashboard.lineage.adjacency import days_of
from dashboard.lineage.edge_columns import KIND_CODES
from dashboard.lineage.event_edges import EventEdges
from dashboard.lineage.model_edges import ENDS, DataNodes, Handled, last_parts, training_sets
from dashboard.lineage.names import EDGE_KINDS, column_id, name_of, node_id
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import names_ending, read_described
from dashboard.store.traced_models import TracedModel

NAMED = (KIND_CODES["dataset"], KIND_CODES["job"])


def tail_of(text: str) -> str:
    """What stands behind the last of the signs at which parts of a name end."""
    return text[max(text.rfind(sign) for sign in ENDS) + 1 :]


def data_nodes(
    store: Store, events: EventEdges, models: Mapping[str, TracedModel], as_of: datetime | None
) -> DataNodes:
    """What events tell that some models are tied to."""
    named_as = _named_as(store, events, models)
    jobs = {named for nodes in named_as.values() for named in nodes if named.startswith("job:")}
    reads, writes = _read_and_written(events, jobs)
    find = _training_names(store, events, models)
    wanted = {find.get(named, node_id("dataset", named)) for named in training_sets(models)}
    wanted |= {dataset for handled in reads.values() for dataset, _, _ in handled}
    return DataNodes(find, reads, writes, _known_columns(store, events, wanted, as_of), named_as)


def _named_as(store: Store, events: EventEdges, models: Mapping[str, TracedModel]) -> dict[str, list[str]]:
    """The jobs and datasets that are named as each model, by model."""
    found: dict[str, set[str]] = {}
    for node, _ in names_ending(store, {tail_of(model_id) for model_id in models}):
        if events.names.known(node) is not None:
            for part in last_parts(name_of(node)):
                if part in models:
                    found.setdefault(part, set()).add(events.one_name.of.get(node, node))
    return {model_id: sorted(nodes) for model_id, nodes in found.items()}


def _read_and_written(
    events: EventEdges, jobs: Collection[str]
) -> tuple[dict[str, list[Handled]], dict[str, list[Handled]]]:
    """The datasets that some jobs ever read, and those they wrote, by job."""
    names, edges = events.names, events.edges
    places = np.array([place for job in jobs if (place := names.known(job)) is not None], dtype=np.int64)
    reads: dict[str, list[Handled]] = {}
    writes: dict[str, list[Handled]] = {}
    for found, kind, job_side, side in (
        (reads, "reads", edges.target, edges.source),
        (writes, "writes", edges.source, edges.target),
    ):
        own = np.flatnonzero((edges.kind == EDGE_KINDS.index(kind)) & np.isin(job_side, places))
        first, ended = days_of(edges.begun[own]), days_of(edges.ended[own])
        for place, begin, end in zip(own.tolist(), first, ended, strict=True):
            found.setdefault(names.texts[job_side[place]], []).append((names.texts[side[place]], begin, end))
    return reads, writes


def _training_names(store: Store, events: EventEdges, models: Mapping[str, TracedModel]) -> dict[str, str]:
    """The dataset (id) that each name of training data or of a model's file stands for, where one alone does."""
    found: dict[str, str] = {}
    bare: set[str] = set()
    for named in training_sets(models, artifacts=True):
        known = node_id("dataset", named)
        if events.names.known(known) is not None:
            found[named] = events.one_name.of.get(known, known)
        else:
            bare.add(named)
    return found | _by_bare_name(store, events, bare)


def _by_bare_name(store: Store, events: EventEdges, bare: Collection[str]) -> dict[str, str]:
    """The datasets of names without namespace, else of ends of names, where one alone is called so."""
    if not bare:
        return {}
    alike: dict[str, set[str]] = {}
    ending: dict[str, set[str]] = {}
    for node, name in names_ending(store, {tail_of(named) for named in bare}):
        if node.startswith("dataset:") and events.names.known(node) is not None:
            here = events.one_name.of.get(node, node)
            alike.setdefault(name, set()).add(here)
            for part in last_parts(name_of(node)):
                ending.setdefault(part, set()).add(here)
    fitting = {named: alike.get(named) or ending.get(named) or set() for named in bare}
    return {named: next(iter(datasets)) for named, datasets in fitting.items() if len(datasets) == 1}


def _known_columns(
    store: Store, events: EventEdges, datasets: Collection[str], as_of: datetime | None
) -> dict[str, list[str]]:
    """The columns of some datasets: of the newest schema, else those that edges name."""
    if not datasets:
        return {}
    called = {other: dataset for dataset in datasets for other in (dataset, *events.one_name.others.get(dataset, ()))}
    found: dict[str, list[str]] = {}
    for subject, facet, content, *_ in read_described(store, called, (as_of, None)):
        if facet == "schema":
            fields = json.loads(content).get("fields")
            names = [one.get("name") for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
            if columns := [name for name in names if isinstance(name, str) and name]:
                found[called[subject]] = columns
    missing = {place: dataset for dataset in datasets if dataset not in found
               and (place := events.names.known(dataset)) is not None}  # fmt: skip
    edges = events.edges
    for node, table in ((edges.source, edges.source_table), (edges.target, edges.target_table)):
        for place in np.flatnonzero(np.isin(table, list(missing)) & (node != table)).tolist():
            dataset = missing[int(table[place])]
            column = events.names.texts[node[place]][len(column_id(dataset, "")) :]
            if column not in found.setdefault(dataset, []):
                found[dataset].append(column)
    return found
