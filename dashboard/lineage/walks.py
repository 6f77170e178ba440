"""Walks from a node: up to where it comes from, down to what it reaches, without a limit of hops."""

from __future__ import annotations

from dashboard.lineage.graph import Changes, Direction, Graph, Step


def walk(graph: Graph, node_id: str, direction: Direction = "both", *, columns: bool | None = None) -> list[Step]:
    """Every edge on the way from a node, nearest first; `both` is the walk up followed by the walk down.

    `columns`: follow columns where they are known, and tables where not; None does so for a column or feature alone.
    A walk that begins at a table stays with tables otherwise. Circles end where they close.
    """
    raise NotImplementedError


def path_between(graph: Graph, source: str, target: str) -> list[Step]:
    """A shortest way along the data from one node to another; empty where there is none."""
    raise NotImplementedError


def changes_between(before: Graph, after: Graph, node_id: str, direction: Direction = "up") -> Changes:
    """What changed around a node between two days: edges of its walk that are new, and that are gone."""
    raise NotImplementedError
