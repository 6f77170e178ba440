"""The edges that events tell, with their intervals, in memory: read once, then only what new events touch."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from dashboard.lineage.derivation import bring_up_to_date
from dashboard.lineage.edge_columns import OPEN, EdgeColumns, Names, edge_columns
from dashboard.lineage.intervals import SCOPES, SYMLINK, Interval, Relations, intervals_of
from dashboard.lineage.names import EDGE_KINDS, column_id
from dashboard.lineage.symlinks import OneName, Symlink, one_name
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import origins_after, origins_known, read_relations, read_reported
from dashboard.store.lineage_statements import Derived

if TYPE_CHECKING:
    import pyarrow as pa

# Of more origins it is quicker to read all of them.
MOST_ANEW = 5_000


@dataclass
class EventEdges:
    """What events tell: edges under one name for each table, the origins, and the names that stand for others."""

    names: Names
    edges: EdgeColumns
    origins: frozenset[str]
    one_name: OneName


@dataclass
class _Known:
    """What was read of a store so far: the edges as events name them, and the symlinks by who tells them."""

    derived: Derived
    names: Names = field(default_factory=Names)
    edges: EdgeColumns = field(default_factory=lambda: edge_columns(()))
    symlinks: dict[str, list[Symlink]] = field(default_factory=dict)
    origins: set[str] = field(default_factory=set)

    def read(self, store: Store, as_of: datetime | None, origins: Collection[str] | None) -> None:
        """Read the edges of some origins anew, or of all."""
        reported = read_reported(store, as_of, origins)
        relations = read_relations(store, None if origins is None else {int(row[4]) for row in reported})
        edges, symlinks = _worked_out(reported, relations, self.names)
        if origins is None:
            self.edges, self.symlinks = edges, symlinks
            self.origins = set(origins_known(store, as_of))
            return
        anew = np.array([self.names.place(origin) for origin in origins], dtype=np.int64)
        self.edges = self.edges.at(~np.isin(self.edges.origin, anew)) + edges
        for origin in origins:
            self.symlinks.pop(origin, None)
        self.symlinks |= symlinks
        self.origins |= set(origins)

    def settled(self) -> EventEdges:
        """The edges under one name for each table."""
        chosen = one_name(link for links in self.symlinks.values() for link in links)
        edges = _renamed(self.edges, self.names, chosen) if chosen.of else self.edges
        return EventEdges(self.names, edges, frozenset(self.origins), chosen)


_KNOWN: WeakKeyDictionary[Store, _Known] = WeakKeyDictionary()
_SETTLED: WeakKeyDictionary[Store, EventEdges] = WeakKeyDictionary()
_reading = threading.RLock()


def event_edges(store: Store, as_of: datetime | None = None) -> EventEdges:
    """What events tell as known at `as_of`; of the present only what new events touch is worked out anew."""
    derived = bring_up_to_date(store)
    if as_of is not None or store.writer.transaction is not None:
        known = _Known(derived)
        known.read(store, as_of, None)
        return known.settled()
    with _reading:
        before = _KNOWN.get(store)
        if before is not None and before.derived == derived:
            return _SETTLED[store]
        if before is None or before.derived.made != derived.made or before.derived.statements > derived.statements:
            known = _Known(derived)
            known.read(store, None, None)
        else:
            known = before
            touched = origins_after(store, before.derived.statements)
            known.read(store, None, touched if len(touched) <= MOST_ANEW else None)
            known.derived = derived
        _KNOWN[store] = known
        _SETTLED[store] = known.settled()
        return _SETTLED[store]


def _worked_out(
    reported: list[tuple[Any, ...]], table: pa.Table, names: Names
) -> tuple[EdgeColumns, dict[str, list[Symlink]]]:
    """The edges of origins with their intervals, and the symlinks that they tell, by origin."""
    columns = _relation_columns(table, names)
    relations = columns.relations()
    places: list[int] = []
    origins: list[int] = []
    begun: list[int] = []
    ended: list[int] = []
    symlinks: dict[str, list[Symlink]] = {}
    for origin, rows in groupby(reported, key=itemgetter(0)):
        own = [row[1:] for row in rows]
        found: list[Interval] = intervals_of(own, relations)
        places += [one.relation for one in found]
        begun += [one.begun_at for one in found]
        ended += [OPEN if one.ended_at is None else one.ended_at for one in found]
        origins += [names.place(origin)] * len(found)
        if links := columns.symlinks({row[3] for row in own}, names):
            symlinks[origin] = links
    at = np.array(places, dtype=np.int64)
    edges = EdgeColumns(
        columns.source[at], columns.target[at], columns.source_table[at], columns.target_table[at], columns.kind[at],
        np.array(origins, dtype=np.int64), columns.detail[at], np.array(begun, dtype=np.int64),
        np.array(ended, dtype=np.int64),
    )  # fmt: skip
    return edges, symlinks


@dataclass(frozen=True)
class _RelationColumns:
    """Relations as columns of numbers, in the order of their hashes."""

    said: np.ndarray
    scope: np.ndarray
    kind: np.ndarray
    source: np.ndarray
    target: np.ndarray
    source_table: np.ndarray
    target_table: np.ndarray
    detail: np.ndarray

    def relations(self) -> Relations:
        """The same as `intervals_of` takes them."""
        keys, starts = np.unique(self.said, return_index=True)
        ends = [*starts.tolist(), len(self.said)][1:]
        of_said = {key: range(start, end) for key, start, end in zip(keys.tolist(), starts.tolist(), ends, strict=True)}
        _, edges = np.unique((self.source << 34) | (self.target << 5) | self.kind, return_inverse=True)
        fed = np.isin(self.kind, [EDGE_KINDS.index("writes"), EDGE_KINDS.index("derives")]) & (
            self.scope == SCOPES["data"]
        )
        return Relations(of_said, edges.tolist(), self.scope.tolist(), self.target_table.tolist(), fed.tolist())

    def symlinks(self, said: set[int], names: Names) -> list[Symlink]:
        """The symlinks under some hashes."""
        linked = self._linked
        return [
            Symlink(names.texts[source], names.texts[target], None if detail < 0 else names.texts[detail])
            for key in said & linked.keys()
            for source, target, detail in linked[key]
        ]

    @cached_property
    def _linked(self) -> dict[int, list[tuple[int, int, int]]]:
        """Dataset, other name and type of each symlink, by hash."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for place in np.flatnonzero(self.scope == SYMLINK).tolist():
            link = int(self.source[place]), int(self.target[place]), int(self.detail[place])
            found.setdefault(int(self.said[place]), []).append(link)
        return found


def _relation_columns(table: pa.Table, names: Names) -> _RelationColumns:
    kinds = {kind: place for place, kind in enumerate((*EDGE_KINDS, "symlink"))}
    scope, kind = (
        np.array([code[text] for text in table[column].to_pylist()], dtype=np.int64)
        for column, code in (("scope", SCOPES), ("kind", kinds))
    )
    nodes = (names.places(table[column]) for column in ("source_node", "target_node", "source", "target", "detail"))
    return _RelationColumns(table["said"].to_numpy(), scope, kind, *nodes)


def _renamed(edges: EdgeColumns, names: Names, chosen: OneName) -> EdgeColumns:
    """The edges with every table, and every column of it, under the one name that was chosen for it."""
    tables = {old: new for text, other in chosen.of.items() if (old := names.known(text)) is not None
              for new in (names.place(other),)}  # fmt: skip
    new_of = np.arange(len(names.texts), dtype=np.int64)
    new_of[list(tables)] = list(tables.values())
    found = EdgeColumns(*(getattr(edges, one.name).copy() for one in fields(edges)))
    for side in ("source", "target"):
        node, table = getattr(edges, side), getattr(edges, f"{side}_table")
        moved = new_of[table] != table
        renamed = new_of[node]
        for place in np.flatnonzero(moved & (node != table)).tolist():
            column = names.texts[node[place]][len(f"column:{names.texts[table[place]]}#") - len("dataset:") :]
            renamed[place] = names.place(column_id(names.texts[new_of[table[place]]], column))
        setattr(found, side, renamed)
        setattr(found, f"{side}_table", new_of[table])
    found.origin = new_of[edges.origin]
    return _joined(found.at(found.source != found.target))


def _joined(edges: EdgeColumns) -> EdgeColumns:
    """Edges of one origin that have become the same: intervals that touch are one."""
    order = np.lexsort((edges.begun, edges.kind, edges.target, edges.source, edges.origin))
    edges = edges.at(order)
    same = np.ones(len(edges), dtype=bool)
    for name in ("origin", "source", "target", "kind"):
        column = getattr(edges, name)
        same[1:] &= column[1:] == column[:-1]
    if len(edges):
        same[0] = False
    kept = np.ones(len(edges), dtype=bool)
    last = 0
    for place in np.flatnonzero(same).tolist():
        last = place - 1 if kept[place - 1] else last
        if edges.begun[place] <= edges.ended[last]:
            edges.ended[last] = max(edges.ended[last], edges.ended[place])
            kept[place] = False
    return edges.at(kept)
