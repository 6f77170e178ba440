"""Every check of other tools that says something about the data of a model: its own events, and those of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dashboard.lineage.assembly import graph_of
from dashboard.lineage.facts import Check, checks_of
from dashboard.lineage.graph import Graph
from dashboard.lineage.impact import versions_reached
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.lineage.schemas import schema_checks
from dashboard.lineage.severities import Severities, Status
from dashboard.lineage.walks import walk
from dashboard.measures.quality.imported import ImportedCheck, checks_of_events
from dashboard.schema.card.card import ModelCard
from dashboard.schema.check_names import dimension_of
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import has_events


def imported_checks(
    store: Store,
    card: ModelCard,
    importance: Mapping[str, float],
    as_of: datetime | None = None,
    seen: frozenset[str] | None = None,
) -> list[ImportedCheck]:
    """The results of checks about a model's data in the order of time.

    They come as events of kind quality, as assertions of OpenLineage about the tables that the model rests on, and from
    the columns of its training and serving tables.
    """
    thresholds = load_thresholds(None, card.monitoring or None)
    found = checks_of_events(store, card, importance, thresholds, as_of)
    if has_events(store):
        graph = graph_of(store, None, as_of, seen)
        found += _upstream(store, graph, card.id)
        found += schema_checks(store, graph, card, importance, thresholds)
    return sorted(found, key=lambda one: one.at)


def tables_upstream(graph: Graph, model: str) -> list[str]:
    """The tables (ids) that a model rests on, nearest first; none where it is not in the graph."""
    start = node_id("model", model)
    if not graph.has(start):
        return []
    sources = (step.edge.source for step in walk(graph, start, "up", columns=True))
    tables = (graph.table_of(node) if kind_of(node) == "column" else node for node in sources)
    return list(dict.fromkeys(node for node in tables if kind_of(node) == "dataset"))


def _upstream(store: Store, graph: Graph, model: str) -> list[ImportedCheck]:
    severities = Severities(store, graph)
    by_table = checks_of(store, graph, tables_upstream(graph, model))
    names = graph.late.namespaces()
    features: dict[tuple[str, str | None], str | None] = {}
    failed = [table for table, checks in by_table.items() if not all(check.passed for check in checks)]
    reached = {table: versions_reached(graph, table, model) or None for table in failed}
    found = []
    for check in (check for checks in by_table.values() for check in checks):
        place = (check.dataset, check.column)
        if place not in features:
            features[place] = _feature(severities.features(check, model), check.column)
        shown = names.get(check.dataset, ("", name_of(check.dataset)))[1]
        status: Status = "ok" if check.passed else severities.of_failure(check, model)
        found.append(replace(_as_imported(check, features[place], status, shown), versions=reached.get(check.dataset)))
    return found


def _feature(reached: list[str], column: str | None) -> str | None:
    """The feature that a check is about: the only one that comes from its column, or the one of its name."""
    names = [name_of(feature).partition("#")[2] for feature in reached]
    same = [name for name in names if column is not None and name.casefold() == column.casefold()]
    return same[0] if same else names[0] if len(names) == 1 else column


def _as_imported(check: Check, feature: str | None, status: Status, shown: str) -> ImportedCheck:
    return ImportedCheck(
        check.at, feature, check.column, dimension_of(check.assertion), check.assertion, name_of(check.dataset),
        status, check.reported.get("actual"), check.reported.get("expected"), traced=True, shown=shown,
        unchecked=check.unchecked,
    )  # fmt: skip
