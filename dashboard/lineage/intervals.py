"""From when until when each edge of a job held: it begins when a run names it, and ends when a later run does not.

Only a run that completed ends what it does not name, and only what it speaks of: a run without any dataset (a DAG above
its tasks, say) says nothing about datasets, and one that does not tell columns says nothing about columns, unless it
writes other tables. A job that runs for ever (streaming) never completes; each of its runs, once it names datasets,
stands for all that the job does. Statements outside of runs are about the job as it is from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

DATA, COLUMNS, PARENT, SYMLINK = range(4)
SCOPES = {"data": DATA, "columns": COLUMNS, "parent": PARENT, "symlink": SYMLINK}


@dataclass(frozen=True)
class Relations:
    """Relations by place: what each is about.

    `edges` is the same number for the same edge, `tables` stands for the table that it leads to, `feeds` tells that it
    is about that whole table being written.
    """

    of_said: Mapping[int, Sequence[int]]
    edges: Sequence[int]
    scopes: Sequence[int]
    tables: Sequence[int]
    feeds: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Interval:
    """An edge (by the place of a relation that tells it) from an instant until another one; None: still so.

    Instants are microseconds since 1970, UTC.
    """

    relation: int
    begun_at: int
    ended_at: int | None


# At, run, closes, said, first said at; in order.
Reported = tuple[int, str, bool, int, int]


def intervals_of(reported: Iterable[Reported], relations: Relations) -> list[Interval]:
    """The intervals of the edges of one job or dataset, from what its runs said in the order of time."""
    rows = list(reported)
    if len(rows) == 1:
        # Most jobs say the same in every run.
        _, _, _, said_once, first_at = rows[0]
        places = relations.of_said.get(said_once, ())
        return [Interval(place, first_at, None) for place in places if relations.scopes[place] != SYMLINK]
    spans = _Spans(relations)
    for (at, _, closes), said in groupby(rows, key=lambda row: row[:3]):
        spans.take(at, closes, [(row[3], row[4]) for row in said])
    return spans.finished()


class _Spans:
    """The edges that hold while the runs of a job are gone through."""

    def __init__(self, relations: Relations) -> None:
        """Begin with nothing."""
        self._relations = relations
        self._open: dict[int, tuple[int, int]] = {}
        self._ended_at: dict[int, int] = {}
        self._found: list[Interval] = []

    def take(self, at: int, closes: bool, said: list[tuple[int, int]]) -> None:
        """Take what one run says: what it names begins, and with `closes` what it does not name ends."""
        named: dict[int, tuple[int, int]] = {}
        for key, first_at in said:
            for place in self._relations.of_said.get(key, ()):
                if self._relations.scopes[place] == SYMLINK:
                    continue
                edge = self._relations.edges[place]
                before = named.get(edge)
                if before is None or first_at < before[1]:
                    named[edge] = place, first_at
        if closes and self._open:
            self._close(at, named)
        for edge, (place, first_at) in named.items():
            if edge not in self._open:
                self._open[edge] = place, max(first_at, self._ended_at.get(edge, first_at))

    def _close(self, at: int, named: Mapping[int, tuple[int, int]]) -> None:
        relations = self._relations
        places = [place for place, _ in named.values()]
        spoken = {self._scope(place) for place in places}
        written = {relations.tables[place] for place in places if relations.feeds[place]}
        for edge in [edge for edge in self._open if edge not in named]:
            place, begun_at = self._open[edge]
            scope = self._scope(place)
            forsaken = scope[0] == COLUMNS and (DATA, None) in spoken and relations.tables[place] not in written
            if scope in spoken or forsaken:
                del self._open[edge]
                self._ended_at[edge] = at
                self._found.append(Interval(place, begun_at, at))

    def _scope(self, place: int) -> tuple[int, int | None]:
        """What a relation is a part of: the columns of each table are reported for themselves."""
        scope = self._relations.scopes[place]
        return scope, self._relations.tables[place] if scope == COLUMNS else None

    def finished(self) -> list[Interval]:
        """All intervals, those that still hold last."""
        return [*self._found, *(Interval(place, begun_at, None) for place, begun_at in self._open.values())]
