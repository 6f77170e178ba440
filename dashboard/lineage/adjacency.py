"""Edges sorted by their ends, so that those of a node are found at once, and days as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dashboard.lineage.edge_columns import OPEN, EdgeColumns

EPOCH = date(1970, 1, 1)
DAY_US = 86_400_000_000
# Since ever, in microseconds since 1970.
EVER = -OPEN


@dataclass(frozen=True)
class Adjacency:
    """Edges sorted by source, target and kind, and where those of each node stand.

    Edges out of node n are `out[starts[n]:starts[n + 1]]`; those into it `into[ends[n]:ends[n + 1]]`.
    """

    edges: EdgeColumns
    starts: np.ndarray
    into: np.ndarray
    ends: np.ndarray

    def leaving(self, node: int) -> list[int]:
        """The places of the edges out of a node."""
        return list(range(int(self.starts[node]), int(self.starts[node + 1])))

    def entering(self, node: int) -> list[int]:
        """The places of the edges into a node."""
        found: list[int] = self.into[self.ends[node] : self.ends[node + 1]].tolist()
        return found


def adjacency(edges: EdgeColumns, nodes: int) -> Adjacency:
    """Sort edges; of several origins that tell the same edge the one that begun first stands for all."""
    order = np.lexsort((edges.begun, edges.kind, edges.target, edges.source))
    edges = edges.at(order)
    first = np.ones(len(edges), dtype=bool)
    if len(edges):
        pairs = [getattr(edges, name) for name in ("source", "target", "kind")]
        first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in pairs])
    edges = edges.at(first)
    bounds = np.arange(nodes + 1)
    into = np.argsort(edges.target, kind="stable")
    return Adjacency(
        edges, np.searchsorted(edges.source, bounds), into, np.searchsorted(edges.target[into], bounds)
    )  # fmt: skip


def day_us(day: date) -> int:
    """The begin of a day in UTC, in microseconds since 1970."""
    return (day - EPOCH).days * DAY_US


def days_of(moments: np.ndarray) -> list[date | None]:
    """The UTC days of microseconds since 1970; None for EVER and OPEN."""
    # One object for each day that occurs: most edges share few of them.
    numbers, places = np.unique(moments // DAY_US, return_inverse=True)
    known = [_numbered(number) for number in numbers.tolist()]
    return [known[place] for place in places.tolist()]


def day_of(moment: int) -> date | None:
    """The UTC day of one moment in microseconds since 1970; None for EVER and OPEN."""
    return _numbered(moment // DAY_US)


def _numbered(number: int) -> date | None:
    return None if number in (OPEN // DAY_US, EVER // DAY_US) else EPOCH + timedelta(days=number)
