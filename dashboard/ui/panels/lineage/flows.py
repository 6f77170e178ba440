"""What a picture shows of a graph: the nodes of a level of detail, and what links them, through what it leaves out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from dashboard.lineage.graph import Edge
from dashboard.lineage.names import NodeKind

Level = Literal["overview", "tables", "columns"]
LEVELS: tuple[Level, ...] = ("overview", "tables", "columns")
# Whether a link is there on the day that is shown only, on the day compared with only, or on both.
State = Literal["same", "new", "gone"]
Link = tuple[str, str]

LEFT_OUT: dict[Level, frozenset[NodeKind]] = {
    "overview": frozenset({"job", "run", "feature", "version", "deployment", "column", "prediction"}),
    "tables": frozenset({"column", "run", "prediction"}),
    "columns": frozenset({"run", "prediction"}),
}


@dataclass(frozen=True)
class Flow:
    """The nodes (ids) and links of a picture."""

    nodes: frozenset[str]
    links: Mapping[Link, State]


def flow_of(edges: Iterable[Edge], level: Level, kept: Collection[str] = ()) -> Flow:
    """What a level of detail shows of some edges; nodes of `kept` are shown at any level."""
    stated = list(edges)
    # What runs a model is drawn through the model: what its job writes, the model writes.
    runners = {edge.source for edge in stated if edge.kind == "runs"}
    pairs = [
        (edge.source, edge.target)
        for edge in stated
        if edge.kind != "parent" and not (edge.kind == "writes" and edge.source in runners)
    ]
    hidden = LEFT_OUT[level]
    nodes = {node for pair in pairs for node in pair}
    shown = frozenset(node for node in nodes if node.partition(":")[0] not in hidden or node in kept) | frozenset(kept)
    return Flow(shown, dict.fromkeys(_through(pairs, shown), "same"))


def _through(pairs: list[Link], shown: frozenset[str]) -> list[Link]:
    """The pairs of shown nodes that are linked directly or through nodes that are not shown."""
    following: dict[str, list[str]] = {}
    for source, target in pairs:
        following.setdefault(source, []).append(target)
    found: dict[Link, None] = {}
    for node in shown:
        waiting, passed = list(following.get(node, ())), set()
        while waiting:
            reached = waiting.pop()
            if reached in passed:
                continue
            passed.add(reached)
            if reached in shown:
                if reached != node:
                    found[node, reached] = None
            else:
                waiting += following.get(reached, ())
    return list(found)


def compared(now: Flow, before: Flow) -> Flow:
    """Both flows in one, each link with the state it has."""
    links: dict[Link, State] = {link: "same" if link in before.links else "new" for link in now.links}
    links |= dict.fromkeys((link for link in before.links if link not in now.links), "gone")
    return Flow(now.nodes | before.nodes, links)


def on_path(flow: Flow, node: str) -> frozenset[str]:
    """The nodes from which a node is made and those that it reaches, and itself."""
    return _reached(flow, [node], down=True) | _reached(flow, [node], down=False) | {node}


def reached_from(flow: Flow, nodes: Collection[str]) -> frozenset[str]:
    """Some nodes and everything that they reach."""
    if not nodes:
        return frozenset()
    return _reached(flow, nodes, down=True) | frozenset(nodes)


def narrowed(flow: Flow, nodes: Collection[str]) -> Flow:
    """The part of a flow between some nodes."""
    kept = flow.nodes & set(nodes)
    return Flow(kept, {link: state for link, state in flow.links.items() if kept.issuperset(link)})


def _reached(flow: Flow, nodes: Iterable[str], *, down: bool) -> frozenset[str]:
    following: dict[str, list[str]] = {}
    for source, target in flow.links:
        following.setdefault(source if down else target, []).append(target if down else source)
    waiting, passed = list(nodes), set[str]()
    while waiting:
        for reached in following.get(waiting.pop(), ()):
            if reached not in passed:
                passed.add(reached)
                waiting.append(reached)
    return frozenset(passed)
