"""Which features are made from a column, as far as columns are known."""

from __future__ import annotations

from dashboard.lineage.graph import Graph
from dashboard.lineage.names import EDGE_KINDS, EdgeKind, column_id, kind_of, name_of

# Edges that hand the value of a column on; what only filters or joins makes no feature.
VALUE: tuple[EdgeKind, ...] = ("derives", "feature")


def features_made_from(graph: Graph, dataset: str, column: str | None) -> set[str]:
    """The features (ids) that come from a column of a dataset (id); none of a whole table.

    Where no event has the columns of the table: the features of it that have the column's name.
    """
    if column is None or not graph.has(graph.called(dataset)):
        return set()
    start = graph.names.known(graph.called(column_id(dataset, column)))
    found = _by_columns(graph, start) if start is not None else set()
    return found or _by_name(graph, dataset, column)


def _by_columns(graph: Graph, start: int) -> set[str]:
    part, texts = graph.columns, graph.names.texts
    kinds = {EDGE_KINDS.index(kind) for kind in VALUE}
    waiting, seen, found = [start], {start}, set()
    while waiting:
        node = waiting.pop()
        if kind_of(texts[node]) == "feature":
            found.add(texts[node])
            continue
        if node >= len(part.starts) - 1:
            continue
        for place in part.leaving(node):
            target = int(part.edges.target[place])
            if int(part.edges.kind[place]) in kinds and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def _by_name(graph: Graph, dataset: str, column: str) -> set[str]:
    part, place = graph.tables, graph.names.known(graph.called(dataset))
    if place is None or place >= len(part.starts) - 1:
        return set()
    kind = EDGE_KINDS.index("feature")
    reached = (
        graph.names.texts[int(part.edges.target[at])] for at in part.leaving(place) if part.edges.kind[at] == kind
    )
    return {node for node in reached if name_of(node).partition("#")[2].casefold() == column.casefold()}
