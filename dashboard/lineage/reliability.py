"""How far data can be relied on: whether their checks passed, and whether they were renewed in their own rhythm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from dashboard.lineage.facts import Check, checks_of
from dashboard.lineage.failures import failures
from dashboard.lineage.graph import Graph
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import list_runs

# A rhythm shows in so many intervals; one that is longer than usual by more than this factor is late.
INTERVALS = 3
LATE_FACTOR = 1.5
RUNS_READ = 400


@dataclass(frozen=True)
class Reliability:
    """What checks and renewals tell of a dataset.

    `status`: alert while the newest result of a check is a failure, ok when all passed, unknown without a check.
    `passed`: the share of days with checks on which every check passed. `failed`: the checks that fail now,
    `failed_since` their first failure after the last pass. `renewed_on`: the day of the newest completed run that wrote
    it. `on_time`: the share of intervals between such days that were no longer than 1.5 times the median one; None for
    fewer than three intervals. Days are UTC.
    """

    status: str = "unknown"
    passed: float | None = None
    failed: tuple[str, ...] = ()
    failed_since: date | None = None
    renewed_on: date | None = None
    on_time: float | None = None


def reliability_of(store: Store, graph: Graph, datasets: Collection[str]) -> dict[str, Reliability]:
    """The reliability of datasets (ids), by id, from events until the day of the graph."""
    checks, renewals = checks_of(store, graph, datasets), _renewals(store, graph, datasets)
    return {dataset: reliability(checks.get(dataset, ()), renewals.get(dataset, ())) for dataset in datasets}


def reliability(checks: Sequence[Check], renewed: Collection[date]) -> Reliability:
    """The reliability by checks, oldest first, and the days on which the data were written."""
    days: dict[date, bool] = defaultdict(lambda: True)
    for check in checks:
        days[check.at.date()] &= check.passed
    failing = [one for one in failures(checks) if one.passed_on is None]
    return Reliability(
        status="alert" if failing else "ok" if days else "unknown",
        passed=sum(days.values()) / len(days) if days else None,
        failed=tuple(one.check for one in failing),
        failed_since=min((one.first for one in failing), default=None),
        renewed_on=max(renewed, default=None),
        on_time=_on_time(sorted(set(renewed))),
    )


def _on_time(days: Sequence[date]) -> float | None:
    gaps = [(later - earlier).days for earlier, later in zip(days, days[1:], strict=False)]
    if len(gaps) < INTERVALS:
        return None
    return sum(gap <= LATE_FACTOR * median(gaps) for gap in gaps) / len(gaps)


def _renewals(store: Store, graph: Graph, datasets: Collection[str]) -> Mapping[str, set[date]]:
    """The days on which completed runs of the jobs that write the datasets ended."""
    wanted = set(datasets)
    writers = [(edge.source, edge.target) for edge in graph.listed(graph.tables.edges) if edge.kind == "writes"]
    writers = [(job, dataset) for job, dataset in writers if dataset in wanted]
    by_job: dict[str, set[date]] = defaultdict(set)
    for run in list_runs(store, {job for job, _ in writers}, graph.as_of, RUNS_READ):
        if run.state == "COMPLETE" and (graph.day is None or run.last_at.date() <= graph.day):
            by_job[run.job].add(run.last_at.date())
    found: dict[str, set[date]] = defaultdict(set)
    for job, dataset in writers:
        found[dataset] |= by_job.get(job, set())
    return found
