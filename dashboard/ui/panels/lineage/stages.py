"""The stage of each node, from left to right: source, preparation, features, training, model, use, process."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.lineage.graph import Edge
from dashboard.lineage.names import kind_of, name_of
from dashboard.words import mark

SOURCE, PREPARATION, FEATURES, TRAINING, MODEL, USE, PROCESS = range(7)
STAGES = (
    mark("Source"),
    mark("Preparation"),
    mark("Features"),
    mark("Training"),
    mark("Model"),
    mark("Use"),
    mark("Business process"),
)
BY_KIND = {
    "feature": FEATURES, "model": MODEL, "version": MODEL, "deployment": MODEL, "predictions": USE, "prediction": USE,
    "use": USE, "process": PROCESS, "person": PROCESS,
}  # fmt: skip
DATA_EDGES = frozenset({"reads", "writes", "derives"})


def stages_of(edges: Iterable[Edge]) -> dict[str, int]:
    """The stage of every node of some edges.

    A table that nobody writes is a source, one that a version learned from belongs to training, one that holds
    features to features; what a model writes, and what is made of that alone, is its use.
    """
    stated = list(edges)
    nodes = {node for edge in stated for node in (edge.source, edge.target)}
    training = {edge.source for edge in stated if edge.kind in ("training", "artifact")}
    features = {_table(edge.source) for edge in stated if edge.kind == "feature"}
    written = {edge.target for edge in stated if edge.kind in ("writes", "derives")}
    used = _made_of_scores(stated, training | features)
    steps = _stages_of_steps(stated, training)
    found = {}
    for node in nodes:
        kind = kind_of(node)
        table = _table(node)
        if kind in BY_KIND:
            found[node] = BY_KIND[kind]
        elif node in steps:
            found[node] = steps[node]
        elif table in training:
            found[node] = TRAINING
        elif table in features:
            found[node] = FEATURES
        elif table in used:
            found[node] = USE
        elif kind == "job" or table in written or node in written:
            found[node] = PREPARATION
        else:
            found[node] = SOURCE
    return found


def _table(node: str) -> str:
    """The table of a column; of any other node itself."""
    return f"dataset:{name_of(node).rpartition('#')[0]}" if kind_of(node) == "column" else node


def _stages_of_steps(edges: list[Edge], training: set[str]) -> dict[str, int]:
    """The steps that belong to a later stage: those that ask a model, and those that write training data alone."""
    asking = {edge.source for edge in edges if edge.kind == "runs"}
    written: dict[str, set[str]] = {}
    for edge in edges:
        if edge.kind == "writes" and kind_of(edge.source) == "job":
            written.setdefault(edge.source, set()).add(edge.target)
    drawing = {job for job, tables in written.items() if tables <= training}
    return dict.fromkeys(drawing, TRAINING) | dict.fromkeys(asking, MODEL)


def _made_of_scores(edges: list[Edge], inputs: set[str]) -> set[str]:
    """The tables that models write and what is made of them, as far as it is not the input of a model."""
    following: dict[str, list[str]] = {}
    waiting = []
    for edge in edges:
        if edge.kind == "writes" and kind_of(edge.source) == "model":
            waiting.append(edge.target)
        elif edge.kind in DATA_EDGES:
            following.setdefault(edge.source, []).append(edge.target)
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node not in found and node not in inputs:
            found.add(node)
            waiting += following.get(node, ())
    return found
