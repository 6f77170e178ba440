"""How a node is doing, as its checks, its runs or its status say, with the reason; unmeasured is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.charts.look import STATUSES
from dashboard.lineage.failures import failures
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.periods import period_start
from dashboard.ui.session.language import language, say
from dashboard.views.records import records
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.lineage.facts import Check
    from dashboard.lineage.lateness import Renewal
    from dashboard.store.lineage_reports import ReportedRun

# What can be well or not; people, processes and consumers cannot, as far as this program knows.
JUDGED = frozenset({"dataset", "column", "job", "model"})
FAILED_STATES = frozenset({"FAIL", "ABORT"})
# What is said of most nodes of a large graph, and how many of these sentences are kept.
PASSED = mark("All {n} checks passed, most recently on {day}.")
SUCCEEDED = mark("The last run succeeded on {day}.")
MOST_SAID = 1_000
OF_A_MODEL = {
    "ok": mark("No area of this model needs attention."),
    "warn": mark("An area of this model is on warning."),
    "alert": mark("An area of this model is on alert."),
    "unknown": mark("This model is not measured."),
}


@dataclass(frozen=True)
class Health:
    """A status with its reason; `since` is the first day of a trouble that goes on."""

    status: str
    reason: str
    since: date | None = None


@dataclass(frozen=True)
class Reported:
    """What events report of tables and jobs (ids) on a day.

    `newest`: the newest result of each check of a table; `history`: every result of tables with a failed one; `severe`:
    how severe each failed result is; `runs`: the last run of a job; `renewals`: when tables and jobs were renewed.
    """

    newest: Mapping[str, Sequence[Check]] = field(default_factory=dict)
    history: Mapping[str, Sequence[Check]] = field(default_factory=dict)
    severe: Mapping[Check, str] = field(default_factory=dict)
    runs: Mapping[str, ReportedRun] = field(default_factory=dict)
    renewals: Mapping[str, Renewal] = field(default_factory=dict)


def health_of(nodes: Iterable[str], known: Reported, models: Mapping[str, str]) -> dict[str, Health]:
    """The health of the nodes that can be judged; `models` are the statuses of models by id."""
    found = {}
    for node in nodes:
        kind = kind_of(node)
        if kind == "model":
            status = models.get(name_of(node), "unknown")
            found[node] = Health(status, say(OF_A_MODEL[status]))
        elif kind == "dataset":
            checked = _of_checks(known.newest.get(node, ()), known.history.get(node, ()), known.severe)
            found[node] = _worse(checked, _of_renewal(known.renewals.get(node)))
        elif kind == "column":
            table, _, column = name_of(node).rpartition("#")
            newest = [check for check in known.newest.get(f"dataset:{table}", ()) if check.column == column]
            found[node] = _of_checks(newest, known.history.get(f"dataset:{table}", ()), known.severe)
        elif kind == "job":
            found[node] = _worse(_of_run(known.runs.get(node)), _of_renewal(known.renewals.get(node)))
    return found


def is_failing(node: str, health: Mapping[str, Health]) -> bool:
    """Whether a node is on alert, or a table or job at least on warning."""
    statuses = ("alert", "warn") if kind_of(node) in ("dataset", "job") else ("alert",)
    return node in health and health[node].status in statuses


def of_faults(faults: pd.DataFrame) -> dict[str, Health]:
    """The features (ids) whose data are faulty now, or may be; the worst counts.

    `faults` has the columns of the view `quality-faults`.
    """
    found: dict[str, Health] = {}
    for row in records(faults):
        if not (row["ongoing"] or row["status"] == "unknown") or not isinstance(row["feature"], str):
            continue
        node = node_id("feature", f"{row['model']}#{row['feature']}")
        since = period_start(row["since"]).date() if row["since"] else None
        if node not in found or STATUSES.index(row["status"]) < STATUSES.index(found[node].status):
            found[node] = Health(row["status"], row["reason"], since)
    return found


def worst(statuses: Iterable[str]) -> str | None:
    """The status that calls loudest; None of none."""
    return min(statuses, key=STATUSES.index, default=None)


def _worse(one: Health, other: Health | None) -> Health:
    """The one of two that calls louder; the first of equals."""
    return one if other is None or worst([one.status, other.status]) == one.status else other


def _of_renewal(renewal: Renewal | None) -> Health | None:
    """That a table or job is late; None while it is not."""
    if renewal is None or renewal.late_since is None:
        return None
    if renewal.failed_since is not None:
        values = {"day": renewal.failed_since, "last": renewal.last}
        if renewal.last is None:
            return Health("warn", say("The run of {day} failed; none has succeeded.", **values), renewal.failed_since)
        text = say("The run of {day} failed; the last one that succeeded was on {last}.", **values)
        return Health("warn", text, renewal.failed_since)
    assert renewal.late is not None
    late = renewal.late
    if late.usual_hours is not None and late.last_at is not None:
        message = mark("The last run succeeded on {day} about {time} UTC; the next one usually comes within {n} hours.")
        text = say(message, day=late.last, time=f"{late.last_at:%H:%M}", n=late.usual_hours)
        return Health("warn", text, late.since)
    text = say("The last run succeeded on {day}; until then one came every {n} days.", day=late.last, n=late.usual_days)
    return Health("warn", text, late.since)


def _of_checks(newest: Sequence[Check], history: Sequence[Check], severe: Mapping[Check, str]) -> Health:
    if not newest:
        return Health("unknown", say("No check has been reported."))
    newest_first = sorted(newest, key=lambda check: check.at, reverse=True)
    failed = [check for check in newest_first if not check.passed and check.unchecked is None]
    unchecked = [check for check in newest_first if check.unchecked is not None]
    last = newest_first[0].at
    if unchecked and not failed:
        return _of_unchecked(unchecked)
    if not failed:
        return Health("ok", _said_once(language(), PASSED, _day(last), len(newest)))
    statuses = {check.which: severe.get(check, "alert") for check in failed}
    status = worst(statuses.values()) or "alert"
    first = next(check for check in failed if statuses[check.which] == status)
    going_on = {one.last.which: one for one in failures([*history, *failed]) if one.goes_on}
    since = min(going_on[check.which].first for check in failed)
    about = going_on[first.which].check
    values = {"check": about, "day": _day(first.at), "since": since}
    if len(failed) == 1 and values["day"] == since:
        return Health(status, say("The check “{check}” failed on {day}.", **values), since)
    if len(failed) == 1:
        text = say("The check “{check}” has failed since {since}, most recently on {day}.", **values)
        return Health(status, text, since)
    return Health(status, say("{n} checks fail, among them “{check}” since {since}.", n=len(failed), **values), since)


def _of_unchecked(unchecked: Sequence[Check]) -> Health:
    """That nobody checks any more what failed, by the check that failed last."""
    first = unchecked[0]
    assert first.unchecked is not None
    about = f"{first.column}: {first.assertion}" if first.column else first.assertion
    values = {"check": about, "day": _day(first.at), "since": _day(first.unchecked.since)}
    text = say("The check “{check}” failed last on {day} and is checked no longer since {since}.", **values)
    if len(unchecked) > 1:
        text = say("{said} So are {n} more.", said=text, n=len(unchecked) - 1)
    return Health("unknown", text)


def _of_run(run: ReportedRun | None) -> Health:
    if run is None:
        return Health("unknown", say("No run of this step has been reported."))
    day = _day(run.last_at)
    if run.state in FAILED_STATES:
        reason = run.error or say("no reason was given")
        return Health("alert", say("The run of {day} failed: {reason}", day=day, reason=reason), day)
    if run.state == "COMPLETE":
        return Health("ok", _said_once(language(), SUCCEEDED, day, 1))
    return Health("unknown", say("A run has been under way since {day}.", day=_day(run.begun_at)))


@lru_cache(maxsize=MOST_SAID)
def _said_once(language: str, message: str, day: date, n: int) -> str:
    """A sentence about a day and a number, the same for very many nodes."""
    return Sentence(message, {"n": n, "day": day}).render(language)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
