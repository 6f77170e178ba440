"""How far data can be relied on: whether their checks passed, and whether they were renewed in their own rhythm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.lineage.facts import Check, checks_of
from dashboard.lineage.failures import failures
from dashboard.lineage.graph import Graph
from dashboard.lineage.lateness import Renewal, renewals_of
from dashboard.lineage.severities import Severities
from dashboard.store.engine.database import Store


@dataclass(frozen=True)
class Reliability:
    """What checks and renewals tell of a dataset.

    `status`: the worst of the checks that fail now, as severe as each is; warn while it is late; unknown without a
    check, or while a failed one is checked no longer; ok when all checks passed. `passed`: the share of days with
    checks on which every check passed. `failed`: the checks that fail now, `failed_since` their first failure after
    the last pass. `unchecked`: those that failed and are checked no longer. `renewal`: when it came. Days are UTC.
    """

    status: str = "unknown"
    passed: float | None = None
    failed: tuple[str, ...] = ()
    failed_since: date | None = None
    unchecked: tuple[str, ...] = ()
    renewal: Renewal = Renewal()


class Reliabilities:
    """The reliability of datasets (ids) for models, by what was reported until the day of the graph."""

    def __init__(self, store: Store, graph: Graph, datasets: Collection[str]) -> None:
        """Read the checks and renewals of some datasets."""
        self._checks = checks_of(store, graph, datasets)
        self._renewals = renewals_of(store, graph, datasets)
        self._severities = Severities(store, graph)

    def of(self, dataset: str, model: str) -> Reliability:
        """How far a dataset can be relied on for a model."""
        checks, renewal = self._checks.get(dataset, ()), self._renewals.get(dataset, Renewal())
        failing = [one for one in failures(checks) if one.goes_on]
        return reliability(checks, renewal, self._severities.worst([one.last for one in failing], model))


def reliability(checks: Sequence[Check], renewal: Renewal, worst: str | None) -> Reliability:
    """The reliability by checks, the days on which the data were written, and the worst of what fails now."""
    days: dict[date, bool] = defaultdict(lambda: True)
    for check in checks:
        days[check.at.date()] &= check.passed
    known = failures(checks)
    failing = [one for one in known if one.goes_on]
    unchecked = [one for one in known if one.unchecked is not None]
    standing = "warn" if renewal.late_since else "ok" if days and not unchecked else "unknown"
    return Reliability(
        status=worst or standing,
        passed=sum(days.values()) / len(days) if days else None,
        failed=tuple(one.check for one in failing),
        failed_since=min((one.first for one in failing), default=None),
        unchecked=tuple(one.check for one in unchecked),
        renewal=renewal,
    )
