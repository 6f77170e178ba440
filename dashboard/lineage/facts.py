"""What is known about nodes beside their edges: descriptions, owners, source code, checks, runs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dashboard.lineage.checking import checking_runs
from dashboard.lineage.graph import Graph
from dashboard.lineage.model_edges import model_of
from dashboard.lineage.names import name_of
from dashboard.measures.quality.unchecked import Unchecked, unchecked_of
from dashboard.store.engine.clock import as_utc
from dashboard.store.engine.database import Store
from dashboard.store.lineage_checks import newest_instant
from dashboard.store.lineage_reports import ReportedRun, list_runs, read_described, read_measurements
from dashboard.store.lineage_statements import Row
from dashboard.store.log.made import count_by_month
from dashboard.store.traced_models import TracedModel, traced_models

VERSION_FACTS = (
    "trained_at", "algorithm", "artifact", "artifact_sha256", "code_revision", "training_data", "environment",
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """An assertion about a dataset (id) or a column of it as an event reported it: `passed` at `at` (UTC).

    `reported` is all that the event says of it, such as severity, expected and actual. `unchecked`: since when a check
    that failed last is checked no longer.
    """

    dataset: str
    column: str | None
    assertion: str
    passed: bool
    at: datetime
    run: str | None
    reported: Mapping[str, Any] = field(default_factory=dict, compare=False)
    unchecked: Unchecked | None = field(default=None, compare=False)

    @property
    def which(self) -> tuple[str, str | None, str]:
        """What tells one check from another."""
        return self.dataset, self.column, self.assertion


@dataclass(frozen=True)
class NodeFacts:
    """What is known about one node on the day of its graph; empty where nobody said anything.

    `columns`: name -> type; `owners`: names as the source writes them, like `team:claims`; `facets`: the newest of each
    other facet by name, whole; `checks`: the newest result of each assertion; `rows`: the last count of rows that were
    written, else read, by day; `metrics`: the newest `dataQualityMetrics`; `last_run`: of a job; `tells`: facts of a
    model's node (of a version trained_at, code_revision ...; of a model process, purposes, stage; of all predictions
    of a version `by_month`, how many).
    """

    documentation: str | None = None
    columns: dict[str, str] | None = None
    owners: tuple[str, ...] = ()
    source_code: str | None = None
    data_source: str | None = None
    checks: tuple[Check, ...] = ()
    rows: dict[date, int] = field(default_factory=dict)
    metrics: dict[str, Any] | None = None
    last_run: ReportedRun | None = None
    facets: dict[str, Any] = field(default_factory=dict)
    tells: dict[str, Any] = field(default_factory=dict)


def node_facts(store: Store, graph: Graph, nodes: Collection[str]) -> dict[str, NodeFacts]:
    """What is known about some nodes (ids), by id, in one reading."""
    called = _called(graph, nodes)
    facets: dict[str, dict[str, Any]] = defaultdict(dict)
    # Oldest first: the newest of each facet stays.
    for subject, facet, content, *_ in read_described(store, called, (graph.as_of, until(graph))):
        facets[called[subject]][facet] = json.loads(content)
    checks = checks_of(store, graph, nodes)
    measured = _measured(store, graph, called)
    last = last_runs(store, graph, [node for node in nodes if node.startswith("job:")])
    cards = traced_models(store, graph.as_of) if any(model_of(node) for node in nodes) else {}
    found = {}
    for node in nodes:
        facts = _described(facets.get(node, {}))
        rows, metrics = measured.get(node, ({}, None))
        found[node] = replace(
            facts, checks=_newest(checks.get(node, ())), rows=rows, metrics=metrics, last_run=last.get(node),
            tells=_made(store, graph, node) or _facts_of_card(node, cards),
        )  # fmt: skip
    return found


def checks_of(
    store: Store, graph: Graph, datasets: Collection[str], since: date | None = None
) -> dict[str, list[Check]]:
    """Every result of assertions about datasets (ids) since a day (UTC), by dataset, oldest first."""
    called = _called(graph, datasets)
    found: dict[str, list[Check]] = defaultdict(list)
    for row in read_measurements(store, called, ["assertion"], (graph.as_of, until(graph))):
        check = _check(row, called)
        found[check.dataset].append(check)
    known = with_unchecked(store, graph, found)
    return (
        known
        if since is None
        else {
            dataset: kept
            for dataset, checks in known.items()
            if (kept := [one for one in checks if one.at.date() >= since])
        }
    )


def newest_checks(store: Store, graph: Graph, datasets: Collection[str]) -> dict[str, tuple[Check, ...]]:
    """The newest result of each assertion about datasets (ids), by dataset; those without any are left out."""
    called = _called(graph, datasets)
    found: dict[str, list[Check]] = defaultdict(list)
    for row in read_measurements(store, called, ["assertion"], (graph.as_of, until(graph)), newest=True):
        check = _check(row, called)
        found[check.dataset].append(check)
    # One table under two names has each of its checks once.
    return {dataset: _newest(checks) for dataset, checks in with_unchecked(store, graph, found).items()}


def with_unchecked(store: Store, graph: Graph, found: Mapping[str, Sequence[Check]]) -> dict[str, list[Check]]:
    """Results of checks by dataset (id), oldest first, those failures marked that are checked no longer."""
    newest = {dataset: {one.which: one for one in checks} for dataset, checks in found.items()}
    failed = {dataset: [one for one in known.values() if not one.passed] for dataset, known in newest.items()}
    failed = {dataset: checks for dataset, checks in failed.items() if checks}
    marked: dict[Check, Unchecked] = {}
    if failed:
        asked = graph.as_of, until(graph)
        runs, heard_at = checking_runs(store, _called(graph, failed), asked), newest_instant(store, asked)
        for dataset, checks in failed.items():
            for one in checks:
                unchecked = unchecked_of((one.column, one.assertion), runs.get(dataset, ()), heard_at)
                if unchecked is not None:
                    marked[one] = unchecked
    return {
        dataset: [replace(one, unchecked=marked[one]) if one in marked else one for one in checks]
        for dataset, checks in found.items()
    }


def last_runs(store: Store, graph: Graph, jobs: Collection[str]) -> dict[str, ReportedRun]:
    """The newest run of each of some jobs (ids), by job, on the day of the graph."""
    return {run.job: run for run in list_runs(store, jobs, (graph.as_of, until(graph)), 1)}


def _check(row: Row, called: Mapping[str, str]) -> Check:
    dataset, column, _, name, passed, content, at, run = row
    return Check(called[dataset], column, name, passed, as_utc(at), run, json.loads(content))


def runs_of(store: Store, graph: Graph, job: str, most: int = 50) -> list[ReportedRun]:
    """The newest runs of a job (id), newest first."""
    return list_runs(store, [job], (graph.as_of, until(graph)), most)


def owners_of(store: Store, graph: Graph, nodes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Who owns datasets and jobs (ids), as the newest `ownership` of each names them; without those of nobody."""
    called = _called(graph, nodes)
    found = {
        called[subject]: _described({facet: json.loads(content)}).owners
        for subject, facet, content, *_ in read_described(store, called, (graph.as_of, until(graph)), "ownership")
    }
    return {node: owners for node, owners in found.items() if owners}


def _called(graph: Graph, nodes: Iterable[str]) -> dict[str, str]:
    """The nodes by every name that events may call them by."""
    return {name: node for node in nodes for name in (node, *graph.one_name.others.get(node, ()))}


def until(graph: Graph) -> datetime | None:
    """The end of the day of a graph (UTC); None for now."""
    return None if graph.day is None else datetime.combine(graph.day + timedelta(days=1), time(), UTC)


def _described(facets: dict[str, Any]) -> NodeFacts:
    """Facts from the newest facets of a node; what is not as the standard has it stays among `facets`."""
    code, source = _map(facets.get("sourceCodeLocation")), _map(facets.get("dataSource"))
    fields = [one for one in _list(_map(facets.get("schema")).get("fields")) if isinstance(one.get("name"), str)]
    owners = [one["name"] for one in _list(_map(facets.get("ownership")).get("owners")) if "name" in one]
    known = {"schema", "documentation", "ownership", "sourceCodeLocation", "dataSource"}
    return NodeFacts(
        documentation=_map(facets.get("documentation")).get("description"),
        columns={one["name"]: str(one.get("type") or "") for one in fields} if fields else None,
        owners=tuple(str(owner) for owner in owners),
        source_code=code.get("url") or code.get("repoUrl"),
        data_source=source.get("uri") or source.get("name"),
        facets={name: facet for name, facet in facets.items() if name not in known},
    )


def _newest(checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple({(check.column, check.assertion): check for check in checks}.values())


def _measured(
    store: Store, graph: Graph, called: Mapping[str, str]
) -> dict[str, tuple[dict[date, int], dict[str, Any] | None]]:
    """Counts of rows by day and the newest metrics, by dataset; what a run wrote counts before what others read."""
    written: dict[str, dict[date, int]] = defaultdict(dict)
    read: dict[str, dict[date, int]] = defaultdict(dict)
    metrics: dict[str, dict[str, Any]] = {}
    wanted = ["written", "read", "metrics"]
    for dataset, _, measure, _, _, content, at, _ in read_measurements(
        store, called, wanted, (graph.as_of, until(graph))
    ):
        reported, node = json.loads(content), called[dataset]
        if measure == "metrics":
            metrics[node] = reported
        elif isinstance(reported.get("rowCount"), int):
            (written if measure == "written" else read)[node][at.date()] = reported["rowCount"]
    nodes = {*written, *read, *metrics}
    return {node: (written.get(node) or read.get(node) or {}, metrics.get(node)) for node in nodes}


def _made(store: Store, graph: Graph, node: str) -> dict[str, Any]:
    """The predictions of a version by month, for the node that stands for all of them."""
    model_id, _, version = name_of(node).partition("@")
    if not node.startswith("predictions:"):
        return {}
    return {"by_month": count_by_month(store, model_id, version, graph.as_of)}


def _facts_of_card(node: str, cards: Mapping[str, TracedModel]) -> dict[str, Any]:
    card = cards.get(model_of(node) or "")
    if card is None:
        return {}
    if node.startswith("version:"):
        name = name_of(node).partition("@")[2]
        version = next((one for one in card.versions if str(one["version"]) == name), {})
        return {fact: version[fact] for fact in VERSION_FACTS if version.get(fact)}
    if node.startswith("model:"):
        return {"process": card.process, "purposes": list(card.purposes), "stage": card.stage}
    return {}


def _map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
