"""Walks from a node: up to where it comes from, down to what it reaches, without a limit of hops.

A walk that begins at a table stays with tables. One that begins at a column follows columns as far as they are known;
where a job does not tell from which columns a table comes, it goes on by tables: everything that the job writes, or
reads, may be touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.lineage.adjacency import Adjacency, adjacency
from dashboard.lineage.edge_columns import KIND_CODES
from dashboard.lineage.graph import Changes, Direction, Edge, Graph, Step
from dashboard.lineage.names import EDGE_KINDS, EdgeKind, kind_of, name_of

READS, WRITES, DERIVES = (EDGE_KINDS.index(kind) for kind in ("reads", "writes", "derives"))
COLUMN, DATASET, FEATURE, MODEL, VERSION = (
    KIND_CODES[kind] for kind in ("column", "dataset", "feature", "model", "version")
)


def walk(graph: Graph, node_id: str, direction: Direction = "both", *, columns: bool | None = None) -> list[Step]:
    """Every edge on the way from a node (id), nearest first; `both` is the walk up followed by the walk down.

    `columns`: follow columns where they are known; None does so for a column or a feature alone. From a dataset with
    `columns` the walk begins at all of its columns and at the table. Circles end where they close. Raises NotFoundError
    for a node that is not in the graph.
    """
    if direction == "both":
        return [*walk(graph, node_id, "up", columns=columns), *walk(graph, node_id, "down", columns=columns)]
    start, down = graph.node(node_id).id, direction == "down"
    by_column = kind_of(start) in ("column", "feature") if columns is None else columns
    steps = _begun(graph, start, down=down)
    reached = {(step.edge.target if down else step.edge.source): step.distance for step in steps}
    # The job of a run may have read and written other data at other times.
    sources = {start: 0} | {node: far for node, far in reached.items() if kind_of(node) != "job"}
    steps += _by_columns(graph, sources, down=down) if by_column else _by_tables(graph, sources, down=down)
    return _with_persons(graph, steps, start, down=down)


def path_to(steps: Sequence[Step], target: str, *, down: bool = True) -> list[Edge]:
    """A shortest way to a node (id) along the steps of a walk in one direction, from the asked node outwards."""
    came: dict[str, Edge] = {}
    for step in steps:
        came.setdefault(step.edge.target if down else step.edge.source, step.edge)
    way: list[Edge] = []
    passed = set()
    while target in came and target not in passed:
        passed.add(target)
        way.append(came[target])
        target = came[target].source if down else came[target].target
    return way[::-1]


def features_reached(graph: Graph, node_id: str) -> set[str]:
    """The features (ids) that a node reaches by the columns of its tables, as far as columns are known."""
    start = graph.node(node_id).id
    inside = graph.columns_by_table.get(start, ())
    sources = dict.fromkeys(inside or (start,), 0)
    steps = _by_columns(graph, sources, down=True)
    return {node for node in [start, *(step.edge.target for step in steps)] if kind_of(node) == "feature"}


def models_fed(graph: Graph) -> list[str]:
    """The models, by name, to which a way leads or led from a dataset or a column; one walk finds all of them."""
    kinds = np.array(graph.names.kinds, dtype=np.int64)
    edges = graph.history
    data = np.flatnonzero(np.isin(kinds, (COLUMN, DATASET)))
    whole = adjacency(edges, len(kinds))
    places, _ = spread(whole, dict.fromkeys(data.tolist(), 0), down=True)
    reached = np.unique(whole.edges.target[places])
    return sorted(name_of(graph.names.texts[place]) for place in reached[kinds[reached] == MODEL].tolist())


def changes_between(before: Graph, after: Graph, node_id: str, direction: Direction = "up") -> Changes:
    """What changed around a node between two days: edges of its walk that are new, and that are gone."""
    was, now = (_edges_around(graph, node_id, direction) for graph in (before, after))
    new = [edge for key, edge in now.items() if key not in was]
    gone = [edge for key, edge in was.items() if key not in now]
    return Changes(new, gone)


def _edges_around(graph: Graph, node_id: str, direction: Direction) -> dict[tuple[str, str, str], Edge]:
    return {
        (step.edge.source, step.edge.target, step.edge.kind): step.edge for step in walk(graph, node_id, direction)
    }  # fmt: skip


def _begun(graph: Graph, start: str, *, down: bool) -> list[Step]:
    """The first steps from a run, a single prediction or a person, which are read when they are asked for."""
    kind = kind_of(start)
    if kind == "run":
        edges = graph.late.of_run(name_of(start)) or []
    elif kind == "prediction":
        edges = graph.late.of_prediction(name_of(start)) or []
    elif kind == "person" and not down:
        edges = graph.late.accountable(None)
    else:
        return []
    return [Step(edge, 1) for edge in edges if (edge.source if down else edge.target) == start]


def _with_persons(graph: Graph, steps: list[Step], start: str, *, down: bool) -> list[Step]:
    """The steps with those from reached models to the persons who answer for them."""
    if down:
        models = {step.edge.target: step.distance for step in reversed(steps) if step.edge.target.startswith("model:")}
        models |= {start: 0} if kind_of(start) == "model" else {}
        answering = graph.late.accountable([name_of(node) for node in models]) if models else []
        steps = [*steps, *(Step(edge, models[edge.source] + 1) for edge in answering)]
    return sorted(steps, key=lambda step: (step.distance, step.edge.source, step.edge.target, step.edge.kind))


def _by_tables(graph: Graph, sources: dict[str, int], *, down: bool) -> list[Step]:
    """The steps of a walk over whole tables; `sources` are ids of nodes with their distances."""
    tables = graph.tables
    places, distances = spread(tables, _known(graph, sources), down=down)
    edges = graph.listed(tables.edges.at(places))
    return [Step(edge, distance) for edge, distance in zip(edges, distances.tolist(), strict=True)]


def _known(graph: Graph, sources: dict[str, int]) -> dict[int, int]:
    numbered = ((graph.names.known(node), distance) for node, distance in sources.items())
    return {place: distance for place, distance in numbered if place is not None}


def spread(tables: Adjacency, sources: dict[int, int], *, down: bool) -> tuple[np.ndarray, np.ndarray]:
    """The places of all edges that a walk from some nodes (with their distances) passes, and how far each leads."""
    bounds, other = (tables.starts, tables.edges.target) if down else (tables.ends, tables.edges.source)
    seen = np.zeros(len(bounds) - 1, dtype=bool)
    waiting = {place: distance for place, distance in sources.items() if place < len(seen)}
    found, far = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    distance = min(waiting.values(), default=0)
    frontier = np.zeros(0, dtype=np.int64)
    while len(frontier) or waiting:
        begun = [place for place, at in waiting.items() if at == distance]
        waiting = {place: at for place, at in waiting.items() if at != distance}
        frontier = np.union1d(frontier, np.array(begun, dtype=np.int64))
        frontier = frontier[~seen[frontier]]
        seen[frontier] = True
        spans = _ranges(bounds[frontier], bounds[frontier + 1])
        places = spans if down else tables.into[spans]
        distance += 1
        found.append(places)
        far.append(np.full(len(places), distance))
        frontier = np.unique(other[places])
        frontier = frontier[~seen[frontier]]
    return np.concatenate(found), np.concatenate(far)


def _ranges(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """All whole numbers from each start until before its end."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)


# Where a walk by columns stands: a node, and whether a job was entered because it does not tell columns.
Place = tuple[int, bool]
Move = tuple[Edge, Place]


def _by_columns(graph: Graph, sources: dict[str, int], *, down: bool) -> list[Step]:
    moves = _ColumnMoves(graph)
    waiting: dict[int, list[Place]] = {}
    for node, distance in _known(graph, sources).items():
        waiting.setdefault(distance, []).append((node, False))
        table = graph.names.texts[node]
        inside = (graph.names.known(one) for one in graph.columns_by_table.get(table, ()))
        waiting[distance] += [(column, False) for column in inside if column is not None]
    seen: set[Place] = set()
    steps: dict[Edge, int] = {}
    distance = min(waiting, default=0)
    while waiting:
        following: list[Place] = []
        for place in waiting.pop(distance, ()):
            if place in seen:
                continue
            seen.add(place)
            for edge, reached in moves.from_place(place, down=down):
                steps.setdefault(edge, distance + 1)
                following.append(reached)
        distance += 1
        if following := [place for place in following if place not in seen]:
            waiting[distance] = [*waiting.get(distance, []), *following]
    return [Step(edge, far) for edge, far in steps.items()]


@dataclass(frozen=True)
class _ColumnMoves:
    """The next edges of a walk by columns."""

    graph: Graph

    def from_place(self, place: Place, *, down: bool) -> Iterable[Move]:
        """The edges that lead on from a place, each with where it leads."""
        node, coarse = place
        kind = self.graph.names.kinds[node]
        if kind == COLUMN:
            yield from self._down(node) if down else self._up(node)
            return
        if kind == FEATURE and not down and (fine := self._reported(self.graph.columns, node, down=down)):
            yield from fine
            return
        if kind == VERSION and not down:
            yield from self._reported(self.graph.columns, node, down=down)
        for edge, reached in self._reported(self.graph.tables, node, down=down):
            if not coarse or (edge.kind == "writes" and not self._tells(node, reached[0])):
                yield edge, reached

    def _down(self, column: int) -> Iterable[Move]:
        yield from self._reported(self.graph.columns, column, down=True)
        table = self._table(column)
        for edge, (far, _) in self._reported(self.graph.tables, table, down=True):
            if edge.kind == "reads" and self._unreported(far):
                yield self._moved(edge, source=column), (far, True)
            elif edge.kind == "derives" and not self._tells(self._place(edge.origin), far):
                yield self._moved(edge, source=column), (far, False)

    def _up(self, column: int) -> Iterable[Move]:
        yield from self._reported(self.graph.columns, column, down=False)
        table = self._table(column)
        yield from self._reported(self.graph.columns, table, down=False)
        for edge, (far, _) in self._reported(self.graph.tables, table, down=False):
            if (edge.kind == "writes" and not self._tells(far, table)) or (
                edge.kind == "derives" and not self._tells(self._place(edge.origin), table)
            ):
                yield self._moved(edge, target=column), (far, False)

    def _reported(self, part: Adjacency, node: int, *, down: bool) -> list[Move]:
        if not 0 <= node < len(part.starts) - 1:
            return []
        places = part.leaving(node) if down else part.entering(node)
        side = part.edges.target if down else part.edges.source
        return [(self.graph.edge_at(part.edges, place), (int(side[place]), False)) for place in places]

    def _moved(self, edge: Edge, *, source: int | None = None, target: int | None = None) -> Edge:
        """The edge of a table as one of its column: nobody reported which columns it is about."""
        texts = self.graph.names.texts
        kind: EdgeKind = edge.kind
        return Edge(
            edge.source if source is None else texts[source], edge.target if target is None else texts[target], kind,
            edge.first_day, edge.ended_on, edge.origin, edge.detail,
        )  # fmt: skip

    def _unreported(self, job: int) -> bool:
        """Whether a job writes a table of which it does not tell the columns."""
        tables = self.graph.tables
        return any(
            tables.edges.kind[place] == WRITES and not self._tells(job, int(tables.edges.target[place]))
            for place in tables.leaving(job)
        )

    def _tells(self, origin: int, table: int) -> bool:
        return (origin, table) in self.graph.column_lineage

    def _table(self, column: int) -> int:
        return self._place(self.graph.table_of(self.graph.names.texts[column]))

    def _place(self, text: str) -> int:
        found = self.graph.names.known(text)
        return -1 if found is None else found
