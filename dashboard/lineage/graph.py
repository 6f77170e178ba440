"""The graph as it held on a day: nodes, and edges with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

from dashboard.errors import NotFoundError, shorten
from dashboard.lineage.adjacency import DAY_US, Adjacency, adjacency, day_of, day_us, days_of
from dashboard.lineage.edge_columns import KIND_CODES, EdgeColumns, Names
from dashboard.lineage.names import EDGE_KINDS, NODE_KINDS, EdgeKind, NodeKind, column_id, kind_of, name_of
from dashboard.lineage.symlinks import OneName

Direction = Literal["up", "down", "both"]
# An event may be so much ahead of its time.
AHEAD_US = DAY_US


@dataclass(frozen=True, slots=True)
class Node:
    """A node: `id` is `KIND:NAME`; `also` are other names of the same dataset (symlinks), as `id` would be written."""

    id: str
    kind: NodeKind
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """Something flows from `source` to `target` (ids of nodes).

    `first_day` is the first day on which it was so (UTC for events, the model's zone for cards; None: since ever),
    `ended_on` the day on which that ended (None: it still is so). `origin` says who tells it: the id of the job or
    dataset of the events, `model:ID` for a card, `events`, `log`, or `organisation`. `detail` is what the source says
    of it, like `DIRECT: AGGREGATION` for columns or the purposes of a use.
    """

    source: str
    target: str
    kind: EdgeKind
    first_day: date | None = None
    ended_on: date | None = None
    origin: str = ""
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a walk; `distance` is the number of edges from the asked node to its far end, at least 1."""

    edge: Edge
    distance: int


@dataclass(frozen=True)
class Changes:
    """What two graphs differ in: edges that only the later one has, and those that only the earlier one has."""

    new: list[Edge]
    gone: list[Edge]


@dataclass(frozen=True)
class Late:
    """Edges that are read when a walk comes to them: there are too many of them for a graph.

    `of_run` and `of_prediction` give the edges at a single node, or None where it is not known; `accountable` those
    from some models to persons, of all models for None; `namespaces` namespace and name of datasets and jobs by id.
    """

    of_run: Callable[[str], list[Edge] | None]
    of_prediction: Callable[[str], list[Edge] | None]
    accountable: Callable[[Collection[str] | None], list[Edge]]
    namespaces: Callable[[], Mapping[str, tuple[str, str]]]


class Graph:
    """The nodes and edges that held at the end of `day`, as known at `as_of`, for a reader who sees some models.

    Made by `graph_of`. It does not change; nodes and edges of models that the reader does not see are not in it.
    """

    def __init__(
        self,
        at: tuple[date | None, datetime | None, datetime],
        names: Names,
        edges: EdgeColumns,
        nodes: frozenset[int],
        one_name: OneName,
        late: Late,
    ) -> None:
        """Take `at` (the day, the instant of knowledge, the present) and edges of all days; use `graph_of`."""
        self.day, self.as_of, self._now = at
        self.names, self.history, self.one_name, self.late = names, edges, one_name, late
        self._nodes = nodes
        self._size = len(names.texts)

    @cached_property
    def current(self) -> EdgeColumns:
        """The edges that held on the day; the same edge may be reported by several origins."""
        edges = self.history
        if self.day is None:
            moment = _microseconds(self._now)
            return edges.at((edges.begun <= moment + AHEAD_US) & (edges.ended > moment))
        end = day_us(self.day) + DAY_US
        return edges.at((edges.begun < end) & (edges.ended >= end))

    @cached_property
    def tables(self) -> Adjacency:
        """The edges between whole nodes: no column is at either end."""
        edges = self.current
        whole = ~(self._is_column[edges.source] | self._is_column[edges.target])
        return adjacency(edges.at(whole), self._size)

    @cached_property
    def columns(self) -> Adjacency:
        """The edges with a column at one end or both."""
        edges = self.current
        parts = self._is_column[edges.source] | self._is_column[edges.target]
        return adjacency(edges.at(parts), self._size)

    @cached_property
    def column_lineage(self) -> frozenset[tuple[int, int]]:
        """The tables (second) of which an origin (first) tells from which columns they come."""
        edges = self.current
        reported = edges.at(self._is_column[edges.source] & (self._kinds[edges.target] != KIND_CODES["feature"]))
        return frozenset(zip(reported.origin.tolist(), reported.target_table.tolist(), strict=True))

    @cached_property
    def _kinds(self) -> np.ndarray:
        return np.array(self.names.kinds[: self._size], dtype=np.int64)

    @cached_property
    def _is_column(self) -> np.ndarray:
        return self._kinds == KIND_CODES["column"]

    @cached_property
    def _table_of_column(self) -> dict[int, int]:
        edges = self.history
        found: dict[int, int] = {}
        for side in ("source", "target"):
            node, table = getattr(edges, side), getattr(edges, f"{side}_table")
            at = np.flatnonzero(node != table)
            found |= dict(zip(node[at].tolist(), table[at].tolist(), strict=True))
        return found

    def table_of(self, column: str) -> str:
        """The dataset (id) of a column (id)."""
        place = self.names.known(column)
        table = None if place is None else self._table_of_column.get(place)
        return f"dataset:{name_of(column).rpartition('#')[0]}" if table is None else self.names.texts[table]

    @cached_property
    def columns_by_table(self) -> Mapping[str, tuple[str, ...]]:
        """The columns (ids) of each dataset (id) that any edge names."""
        found: dict[str, list[str]] = {}
        for column, table in self._table_of_column.items():
            found.setdefault(self.names.texts[table], []).append(self.names.texts[column])
        return {table: tuple(sorted(columns)) for table, columns in found.items()}

    @cached_property
    def bare_names(self) -> Mapping[str, tuple[str, ...]]:
        """The datasets and jobs (ids) by their name without namespace; other names of a table count for the table."""
        found: dict[str, dict[str, None]] = {}
        for known, (_, name) in self.late.namespaces().items():
            here = self.called(known)
            if self.has(here):
                found.setdefault(name, {})[here] = None
        return {name: tuple(sorted(ids)) for name, ids in found.items()}

    def nodes(self, kind: NodeKind | None = None) -> list[Node]:
        """All nodes, or those of one kind, by id; runs and single predictions are found by name only."""
        wanted = None if kind is None else KIND_CODES[kind]
        found = (place for place in self._nodes if wanted is None or self.names.kinds[place] == wanted)
        return [self._node(text) for text in sorted(self.names.texts[place] for place in found)]

    def ids(self) -> Iterable[str]:
        """The ids of all nodes, in no order."""
        return (self.names.texts[place] for place in self._nodes)

    def edges(self, *, columns: bool = True) -> list[Edge]:
        """All edges by source, target and kind, with or without those that derive columns."""
        derived = np.isin(self.columns.edges.kind, [EDGE_KINDS.index(kind) for kind in ("derives", "influences")])
        part = self.columns.edges if columns else self.columns.edges.at(~derived)
        edges = self.tables.edges + part
        kinds = np.argsort(np.argsort(EDGE_KINDS))
        order = np.lexsort((kinds[edges.kind], self._alphabet[edges.target], self._alphabet[edges.source]))
        return self.listed(edges.at(order))

    @cached_property
    def _alphabet(self) -> np.ndarray:
        """The place of each id in the order of ids: numbers are sorted much sooner than texts."""
        order = sorted(range(self._size), key=self.names.texts.__getitem__)
        found = np.empty(self._size, dtype=np.int64)
        found[order] = np.arange(self._size)
        return found

    def edges_of(self, *kinds: EdgeKind) -> list[Edge]:
        """The edges of some kinds, those between columns included, in no order."""
        codes = [EDGE_KINDS.index(kind) for kind in kinds]
        parts = (part.edges.at(np.isin(part.edges.kind, codes)) for part in (self.tables, self.columns))
        return [edge for part in parts for edge in self.listed(part)]

    def history_of(self, node_id: str) -> list[Edge]:
        """Every edge that a node ever had, those that ended before the day or begin after it included, by begin."""
        place = self.names.known(self.node(node_id).id)
        edges = self.history
        found = self.listed(edges.at((edges.source == place) | (edges.target == place)))
        return sorted(found, key=lambda edge: (edge.first_day or date.min, edge.source, edge.target, edge.kind))

    def listed(self, edges: EdgeColumns) -> list[Edge]:
        """Edges of columns of numbers, written out."""
        texts, days = self.names.texts, days_of
        rows = zip(
            edges.source.tolist(), edges.target.tolist(), edges.kind.tolist(), days(edges.begun), days(edges.ended),
            edges.origin.tolist(), edges.detail.tolist(), strict=True,
        )  # fmt: skip
        return [
            Edge(texts[source], texts[target], EDGE_KINDS[kind], first, ended, texts[origin],
                 None if detail < 0 else texts[detail])
            for source, target, kind, first, ended, origin, detail in rows
        ]  # fmt: skip

    def edge_at(self, edges: EdgeColumns, place: int) -> Edge:
        """One edge of columns of numbers, written out: a walk comes to few of many."""
        texts, detail = self.names.texts, int(edges.detail[place])
        return Edge(
            texts[edges.source[place]], texts[edges.target[place]], EDGE_KINDS[edges.kind[place]],
            day_of(int(edges.begun[place])), day_of(int(edges.ended[place])), texts[edges.origin[place]],
            None if detail < 0 else texts[detail],
        )  # fmt: skip

    def has(self, node_id: str) -> bool:
        """Whether a node of that id (no other name of it) is in the graph."""
        place = self.names.known(node_id)
        return place is not None and place in self._nodes

    def node(self, node_id: str) -> Node:
        """The node of an id or of another name of it; raises NotFoundError."""
        found = self.called(node_id)
        if self.has(found):
            return self._node(found)
        kind = kind_of(node_id)
        late = {"run": self.late.of_run, "prediction": self.late.of_prediction}
        if kind in late and late[kind](name_of(node_id)) is not None:
            return Node(node_id, kind, name_of(node_id))
        raise NotFoundError(f"node {shorten(node_id)} is not known; search for a part of its name")

    def called(self, node_id: str) -> str:
        """The id under which a dataset or column stands here, whatever name of it was given."""
        if kind_of(node_id) == "column":
            table, sign, column = name_of(node_id).rpartition("#")
            if sign and (known := self.one_name.of.get(f"dataset:{table}")):
                return column_id(known, column)
        return self.one_name.of.get(node_id, node_id)

    def _node(self, node_id: str) -> Node:
        place = self.names.known(node_id)
        assert place is not None
        return Node(
            node_id, NODE_KINDS[self.names.kinds[place]], name_of(node_id), self.one_name.others.get(node_id, ())
        )


def union_of(steps: Iterable[Step]) -> list[str]:
    """The ids of all nodes that steps touch, each once, nearest first."""
    return list(dict.fromkeys(name for step in steps for name in (step.edge.source, step.edge.target)))


def _microseconds(moment: datetime) -> int:
    return int((moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
