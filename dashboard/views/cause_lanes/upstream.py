"""What changed, and which checks failed, in the tables and jobs that the model rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from dashboard.governance.causes.happenings import Happening
from dashboard.lineage.assembly import graph_of
from dashboard.lineage.facts import checks_of
from dashboard.lineage.failures import failures
from dashboard.lineage.graph import Edge, Graph
from dashboard.lineage.names import kind_of, name_of
from dashboard.lineage.severities import Severities
from dashboard.store.engine.database import Store
from dashboard.views.cause_lanes.registry import lane
from dashboard.views.query import Query
from dashboard.words import Sentence, mark

BEGAN = {"reads": mark("{job} began to read {table}"), "writes": mark("{job} began to write {table}")}
ENDED = {"reads": mark("{job} no longer reads {table}"), "writes": mark("{job} no longer writes {table}")}
FAILED = mark("{table}: the check “{check}” failed")
# Edges that lead from data to a model.
UPWARDS = ("reads", "writes", "derives", "runs", "training", "artifact", "feature", "input", "version")
# So many nodes above a model are looked at; of larger graphs, those nearest to it.
MOST_NODES = 500


@lane("upstream")
def changes_upstream(store: Store, query: Query) -> Iterable[Happening]:
    """Days on which jobs began or ceased to read or write, and times in which checks of tables failed."""
    graph = graph_of(store, None, query.as_of, query.seen)
    nodes = _ever_upstream(graph, f"model:{query.model}")
    yield from _changed(graph, nodes)
    tables = [node for node in nodes if kind_of(node) == "dataset"]
    severities = Severities(store, graph)
    for table, checks in checks_of(store, graph, tables).items():
        for one in failures(checks):
            what, severe = Sentence(FAILED, {"table": _shown(graph, table), "check": one.check}), one.last
            yield Happening(
                "upstream", one.first, one.first, one.ends_on, severities.of_failure(severe, query.model), what, table
            )


def _ever_upstream(graph: Graph, model: str) -> list[str]:
    """What a model rests on, or once rested on, nearest first."""
    if not graph.has(model):
        return []
    found, place = [model], 0
    known = {model}
    while place < len(found) and len(found) < MOST_NODES:
        for edge in graph.history_of(found[place]):
            if edge.target == found[place] and edge.kind in UPWARDS and edge.source not in known:
                known.add(edge.source)
                found.append(edge.source)
        place += 1
    return found


def _changed(graph: Graph, nodes: Collection[str]) -> Iterator[Happening]:
    for job in (node for node in nodes if kind_of(node) == "job"):
        edges = [edge for edge in graph.history_of(job) if edge.kind in BEGAN and edge.first_day is not None]
        born = min((edge.first_day for edge in edges if edge.first_day), default=None)
        for edge in edges:
            if edge.first_day is not None and edge.first_day != born:
                yield _on(edge.first_day, BEGAN[edge.kind], edge, graph)
            if edge.ended_on is not None:
                yield _on(edge.ended_on, ENDED[edge.kind], edge, graph)


def _on(day: date, words: str, edge: Edge, graph: Graph) -> Happening:
    job, table = (edge.target, edge.source) if edge.kind == "reads" else (edge.source, edge.target)
    what = Sentence(words, {"job": _shown(graph, job), "table": _shown(graph, table)})
    return Happening("upstream", day, day, day, "unknown", what, table)


def _shown(graph: Graph, node: str) -> str:
    """A table or job without its namespace."""
    return graph.late.namespaces().get(node, ("", name_of(node)))[1]
