"""Edges that were written out as columns of numbers, so that they join those that events tell."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.lineage.adjacency import EVER, day_us
from dashboard.lineage.edge_columns import OPEN, EdgeColumns, Names, edge_columns
from dashboard.lineage.graph import Edge
from dashboard.lineage.names import EDGE_KINDS, name_of, node_id


def edge_columns_of(reported: Iterable[Edge], names: Names) -> EdgeColumns:
    """Edges as columns of numbers."""
    rows = []
    for edge in reported:
        source, target = names.place(edge.source), names.place(edge.target)
        tables = (names.place(_table_of(edge.source, names)), names.place(_table_of(edge.target, names)))
        begun = EVER if edge.first_day is None else day_us(edge.first_day)
        ended = OPEN if edge.ended_on is None else day_us(edge.ended_on)
        detail = -1 if edge.detail is None else names.place(edge.detail)
        kind = EDGE_KINDS.index(edge.kind)
        rows.append((source, target, *tables, kind, names.place(edge.origin), detail, begun, ended))
    return edge_columns(rows)


def _table_of(node: str, names: Names) -> str:
    """The dataset (id) of a column, the node itself where it is none; both names may hold the sign between them."""
    if not node.startswith("column:"):
        return node
    name = name_of(node)
    ends = [place for place, sign in enumerate(name) if sign == "#"]
    tables = [node_id("dataset", name[:place]) for place in ends]
    return next((table for table in tables if names.known(table) is not None), tables[-1])
