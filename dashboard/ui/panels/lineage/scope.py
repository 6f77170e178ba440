"""What a picture is about, worked out once for each graph: edges, stages, and what is known about their nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.lineage.graph import Direction, Edge
from dashboard.lineage.names import kind_of
from dashboard.ui.panels.lineage import touched
from dashboard.ui.panels.lineage.flows import Flow, Level, flow_of
from dashboard.ui.panels.lineage.health import JUDGED, Health, health_of
from dashboard.ui.panels.lineage.stages import stages_of
from dashboard.ui.session.lineage import Lineage

if TYPE_CHECKING:
    from dashboard.lineage.facts import Check, NodeFacts

# What is known is read of so many nodes at most, and the others are said not to have been looked at.
LOOKED_AT = 2_000
# Of so many failing nodes it is counted what they touch.
MOST_FAILING = 5
KEPT = 8


@dataclass(frozen=True)
class Scope:
    """The edges on the way, the stages of their nodes, what a level shows of them, and what is known of the nodes.

    `upstream` are the stages of what the focus rests on, of the whole portfolio without one.
    """

    edges: Sequence[Edge]
    stages: Mapping[str, int]
    upstream: Mapping[str, int]
    flow: Flow
    facts: Mapping[str, NodeFacts]
    checks: Mapping[str, Sequence[Check]]

    def health(self, statuses: Mapping[str, str]) -> dict[str, Health]:
        """How the nodes are doing that were looked at; `statuses` are those of models by id."""
        return health_of(_judged({**self.stages, **self.upstream})[:LOOKED_AT], self.facts, self.checks, statuses)

    @property
    def not_looked_at(self) -> int:
        """How many nodes there are beyond those that were looked at."""
        return max(0, len(_judged({**self.stages, **self.upstream})) - LOOKED_AT)


@lru_cache(KEPT)
def scope_of(lineage: Lineage, focus: str | None, way: Direction, level: Level) -> Scope:
    """What is on the way from a node (None: everything), in the detail of a level. The same graph is read once."""
    edges = lineage.edges(focus, way, columns=level == "columns")
    # The stage of a node is the same wherever the reader looks from.
    stages = stages_of(edges if focus is None else [*_whole(lineage), *edges])
    above = edges if focus is None or way == "up" else lineage.edges(focus, "up")
    upstream = {node: stages[node] for edge in above for node in (edge.source, edge.target)}
    shown = {node for edge in edges for node in (edge.source, edge.target)}
    stages = {node: stages[node] for node in shown}
    judged = _judged({**stages, **upstream})[:LOOKED_AT]
    facts = lineage.facts(judged)
    failing = [node for node in judged if node in facts and any(not check.passed for check in facts[node].checks)]
    checks = lineage.checks(failing) if failing else {}
    return Scope(edges, stages, upstream, flow_of(edges, level, [focus] if focus else []), facts, checks)


@lru_cache(KEPT)
def _whole(lineage: Lineage) -> Sequence[Edge]:
    """All edges between whole tables."""
    return lineage.edges(None, "both")


def _judged(nodes: Mapping[str, int]) -> list[str]:
    """The nodes that can be judged, tables first."""
    judged = (node for node in nodes if kind_of(node) in JUDGED)
    return sorted(judged, key=lambda node: (kind_of(node) != "dataset", node))


@lru_cache(KEPT * MOST_FAILING)
def touched_since(lineage: Lineage, failing: tuple[tuple[str, date], ...]) -> tuple[int, tuple[str, ...]]:
    """How many predictions were made from nodes since the day on which each began to fail, and the nodes, most first.

    Counted for `MOST_FAILING` nodes; those that fail since the latest day are counted first.
    """
    newest = sorted(failing, key=lambda one: (-one[1].toordinal(), one[0]))
    found = {node: lineage.impact(node, since) for node, since in newest[:MOST_FAILING]}
    counts = {node: touched.together([impacts]) for node, impacts in found.items()}
    order = sorted((node for node, _ in newest), key=lambda node: (-counts.get(node, 0), node))
    return touched.together(list(found.values())), tuple(order)
