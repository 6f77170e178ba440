"""What a picture is about, worked out once for each graph: edges, stages, and what is known about their nodes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.lineage.graph import Direction, Edge
from dashboard.lineage.names import kind_of, name_of
from dashboard.ui.panels.lineage import touched
from dashboard.ui.panels.lineage.flows import Flow, Level, flow_of
from dashboard.ui.panels.lineage.health import JUDGED, Health, Reported, health_of
from dashboard.ui.panels.lineage.stages import stages_of
from dashboard.ui.session.lineage import Lineage, once_for_graph

# Of so many failing nodes it is counted what they touch.
MOST_FAILING = 5


@dataclass(frozen=True)
class Scope:
    """The edges on the way, the stages of their nodes, what a level shows of them, and what is known of the nodes.

    `upstream` are the stages of what the focus rests on, of the whole portfolio without one.
    """

    edges: Sequence[Edge]
    stages: Mapping[str, int]
    upstream: Mapping[str, int]
    flow: Flow
    owners: Mapping[str, Collection[str]]
    reported: Reported

    def health(self, statuses: Mapping[str, str]) -> dict[str, Health]:
        """How the nodes are doing; `statuses` are those of models by id."""
        return health_of(_judged({**self.stages, **self.upstream}), self.reported, statuses)


NOTHING = Scope((), {}, {}, Flow(frozenset(), {}), {}, Reported())


@once_for_graph
def scope_of(lineage: Lineage, focus: str | None, way: Direction, level: Level) -> Scope:
    """What is on the way from a node (None: everything), in the detail of a level. The same graph is read once."""
    edges = lineage.edges(focus, way, columns=level == "columns")
    # The stage of a node is the same wherever the reader looks from.
    stages = stages_of(edges if focus is None else [*_whole(lineage), *edges])
    above = edges if focus is None or way == "up" else lineage.edges(focus, "up")
    upstream = {node: stages[node] for edge in above for node in (edge.source, edge.target)}
    shown = {node for edge in edges for node in (edge.source, edge.target)}
    stages = {node: stages[node] for node in shown}
    reported = _reported(lineage, _judged({**stages, **upstream}))
    owners = lineage.owners([node for node in upstream if kind_of(node) == "dataset"])
    return Scope(edges, stages, upstream, flow_of(edges, level, [focus] if focus else []), owners, reported)


def _reported(lineage: Lineage, judged: Sequence[str]) -> Reported:
    """What events report of nodes; of columns it is their table's."""
    jobs = [node for node in judged if kind_of(node) == "job"]
    tables = {node for node in judged if kind_of(node) == "dataset"}
    tables |= {f"dataset:{name_of(node).rpartition('#')[0]}" for node in judged if kind_of(node) == "column"}
    newest = lineage.newest_checks(sorted(tables))
    failed = [check for checks in newest.values() for check in checks if not check.passed]
    history = lineage.checks(sorted({check.dataset for check in failed})) if failed else {}
    renewals = lineage.renewals([*sorted(tables), *jobs])
    return Reported(newest, history, lineage.severe(failed) if failed else {}, lineage.last_runs(jobs), renewals)


@once_for_graph
def _whole(lineage: Lineage) -> Sequence[Edge]:
    """All edges between whole tables."""
    return lineage.edges(None, "both")


def _judged(nodes: Mapping[str, int]) -> list[str]:
    """The nodes that can be judged, tables first."""
    judged = (node for node in nodes if kind_of(node) in JUDGED)
    return sorted(judged, key=lambda node: (kind_of(node) != "dataset", node))


@once_for_graph
def touched_since(lineage: Lineage, failing: tuple[tuple[str, date], ...]) -> tuple[int, tuple[str, ...]]:
    """How many predictions were made from nodes since the day on which each began to fail, and the nodes, most first.

    Counted for `MOST_FAILING` nodes; those that fail since the latest day are counted first.
    """
    newest = sorted(failing, key=lambda one: (-one[1].toordinal(), one[0]))
    found = {node: lineage.impact(node, since) for node, since in newest[:MOST_FAILING]}
    counts = {node: touched.together([impacts]) for node, impacts in found.items()}
    order = sorted((node for node, _ in newest), key=lambda node: (-counts.get(node, 0), node))
    return touched.together(list(found.values())), tuple(order)
