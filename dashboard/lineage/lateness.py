"""Which tables and jobs stopped: their next run is overdue by their own rhythm, or the last one failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from dashboard.lineage.edge_columns import EdgeColumns
from dashboard.lineage.facts import until
from dashboard.lineage.graph import Graph
from dashboard.lineage.names import EDGE_KINDS, EdgeKind
from dashboard.measures.quality.hours import late_by_hours
from dashboard.measures.quality.rhythm import Late, late_on, share_on_time
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import ReportedRun, list_completed_hours, list_runs
from dashboard.store.traced_models import traced_models

FAILED_STATES = frozenset({"FAIL", "ABORT"})


@dataclass(frozen=True)
class Renewal:
    """When runs renewed a table, or a job ran through. Days are UTC.

    What comes several times a day is late by hours, everything else by days. `last`: the newest day of a completed
    run; `on_time`: the share of the distances that were no longer than usual, None without rhythm; `late`: it should
    have come again; `failed_since`: the day of the failed run that was the last one of every job that writes the
    table.
    """

    last: date | None = None
    on_time: float | None = None
    late: Late | None = None
    failed_since: date | None = None

    @property
    def late_since(self) -> date | None:
        """The first day on which it was late, or its run had failed."""
        known = [day for day in (self.failed_since, self.late.since if self.late else None) if day is not None]
        return min(known, default=None)


def renewals_of(store: Store, graph: Graph, nodes: Collection[str]) -> dict[str, Renewal]:
    """The renewals of tables and jobs (ids) on the day of the graph.

    Left out are jobs that never ended a run, and what was given up: tables that jobs once read and none reads any more,
    and jobs that write nothing else.
    """
    writers = _in_use(graph, _writers(graph, nodes))
    jobs = {job for found in writers.values() for job in found}
    asked = (graph.as_of, until(graph))
    completed = list_completed_hours(store, jobs, asked)
    last = {run.job: run for run in list_runs(store, jobs, asked, 1)}
    day = graph.day or (graph.as_of or now()).astimezone(UTC).date()
    clocks = _Clocks(store, graph)

    def of(jobs: frozenset[str]) -> Renewal | None:
        hours = set[datetime]().union(*(completed.get(job, set()) for job in jobs))
        failed = _failed_since([last[job] for job in jobs if job in last])
        if not hours and failed is None:
            return None
        return renewal({hour.date() for hour in hours}, day, failed, clocks.late(hours))

    # A table that one job writes is renewed as the job is.
    by_jobs = {jobs: of(jobs) for jobs in {frozenset(mine) for mine in writers.values()}}
    known = ((node, by_jobs[frozenset(mine)]) for node, mine in writers.items())
    return {node: one for node, one in known if one is not None}


class _Clocks:
    """What is late by hours at the asked instant, by the clocks of all models; they are read for the first of it."""

    def __init__(self, store: Store, graph: Graph) -> None:
        self._store, self._graph = store, graph
        self._moment = min(one for one in (until(graph), graph.as_of, now()) if one is not None)

    def late(self, hours: Collection[datetime]) -> Late | None:
        """What is late by its rhythm of hours and by every clock."""
        if late_by_hours(self._moment, hours) is None:
            return None
        return late_by_hours(self._moment, hours, self._zones)

    @cached_property
    def _zones(self) -> tuple[ZoneInfo, ...]:
        known = traced_models(self._store, self._graph.as_of).values()
        return tuple(ZoneInfo(name) for name in sorted({model.time_zone for model in known}))


def renewal(
    days: Collection[date], day: date, failed_since: date | None = None, by_hours: Late | None = None
) -> Renewal:
    """The renewal by the days on which something came, on a day; `by_hours` tells that it is late by its hours."""
    return Renewal(max(days, default=None), share_on_time(days), by_hours or late_on(day, days), failed_since)


def _failed_since(last: Collection[ReportedRun]) -> date | None:
    """The day since which a table waits for a run that succeeds: none of the last runs of its jobs did."""
    if not last or any(run.state not in FAILED_STATES for run in last):
        return None
    return min(run.last_at.astimezone(UTC).date() for run in last)


def _in_use(graph: Graph, writers: Mapping[str, set[str]]) -> Mapping[str, set[str]]:
    """The tables and jobs that were not given up."""
    ever = np.unique(_of_kind(graph.history, "reads").source)
    given_up = set(np.setdiff1d(ever, _of_kind(graph.current, "reads").source).tolist())
    if not given_up:
        return writers
    written: dict[int, set[int]] = defaultdict(set)
    for job, table in _pairs(_of_kind(graph.current, "writes")):
        written[job].add(table)
    given_up |= {job for job, tables in written.items() if tables <= given_up}
    names = {graph.names.texts[place] for place in given_up}
    return {node: jobs for node, jobs in writers.items() if node not in names}


def _writers(graph: Graph, nodes: Collection[str]) -> Mapping[str, set[str]]:
    """The jobs (ids) that write each table, and each job as its own."""
    found: dict[str, set[str]] = defaultdict(set)
    wanted, texts = set(nodes), graph.names.texts
    for job, table in _pairs(_of_kind(graph.current, "writes")):
        if texts[table] in wanted and texts[job].startswith("job:"):
            found[texts[table]].add(texts[job])
    for node in wanted:
        if node.startswith("job:"):
            found[node].add(node)
    return found


def _of_kind(edges: EdgeColumns, kind: EdgeKind) -> EdgeColumns:
    return edges.at(edges.kind == EDGE_KINDS.index(kind))


def _pairs(edges: EdgeColumns) -> Iterator[tuple[int, int]]:
    """The numbers of both ends of edges."""
    return zip(edges.source.tolist(), edges.target.tolist(), strict=True)
