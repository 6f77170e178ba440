"""How a node is doing, as its checks, its runs or its status say, with the reason; unmeasured is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dashboard.charts.look import STATUSES
from dashboard.lineage.failures import failures
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.periods import period_start
from dashboard.ui.session.language import say
from dashboard.views.records import records
from dashboard.words import mark

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.lineage.facts import Check, NodeFacts
    from dashboard.store.lineage_reports import ReportedRun

# What can be well or not; people, processes and consumers cannot, as far as this program knows.
JUDGED = frozenset({"dataset", "column", "job", "model"})
FAILED_STATES = frozenset({"FAIL", "ABORT"})
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


def health_of(
    nodes: Iterable[str],
    facts: Mapping[str, NodeFacts],
    checks: Mapping[str, Sequence[Check]],
    models: Mapping[str, str],
) -> dict[str, Health]:
    """The health of the nodes that can be judged; `models` are the statuses of models by id."""
    found = {}
    for node in nodes:
        kind = kind_of(node)
        if kind == "model":
            status = models.get(name_of(node), "unknown")
            found[node] = Health(status, say(OF_A_MODEL[status]))
        elif kind == "dataset":
            found[node] = _of_checks(facts[node].checks if node in facts else (), checks.get(node, ()))
        elif kind == "column":
            table, _, column = name_of(node).rpartition("#")
            known, history = facts.get(f"dataset:{table}"), checks.get(f"dataset:{table}", ())
            mine = [check for check in known.checks if check.column == column] if known else ()
            found[node] = _of_checks(mine, history)
        elif kind == "job":
            found[node] = _of_run(facts[node].last_run if node in facts else None)
    return found


def of_faults(faults: pd.DataFrame) -> dict[str, Health]:
    """The features (ids) whose data are faulty now, by the columns of the view `quality-faults`; the worst counts."""
    found: dict[str, Health] = {}
    for row in records(faults):
        if not row["ongoing"] or not isinstance(row["feature"], str):
            continue
        node = node_id("feature", f"{row['model']}#{row['feature']}")
        since = period_start(row["since"]).date() if row["since"] else None
        if node not in found or STATUSES.index(row["status"]) < STATUSES.index(found[node].status):
            found[node] = Health(row["status"], row["reason"], since)
    return found


def worst(statuses: Iterable[str]) -> str | None:
    """The status that calls loudest; None of none."""
    return min(statuses, key=STATUSES.index, default=None)


def _of_checks(newest: Sequence[Check], history: Sequence[Check]) -> Health:
    if not newest:
        return Health("unknown", say("No check has been reported."))
    failed = sorted((check for check in newest if not check.passed), key=lambda check: check.at, reverse=True)
    last = max(check.at for check in newest)
    if not failed:
        return Health("ok", say("All {n} checks passed, most recently on {day}.", n=len(newest), day=_day(last)))
    first = failed[0]
    wanted = {(check.column, check.assertion) for check in failed}
    going_on = {(one.column, one.assertion): one for one in failures([*history, *failed]) if one.passed_on is None}
    since = min(going_on[which].first for which in wanted)
    about = going_on[first.column, first.assertion].check
    values = {"check": about, "day": _day(first.at), "since": since}
    if len(failed) == 1 and values["day"] == since:
        return Health("alert", say("The check “{check}” failed on {day}.", **values), since)
    if len(failed) == 1:
        text = say("The check “{check}” has failed since {since}, most recently on {day}.", **values)
        return Health("alert", text, since)
    return Health("alert", say("{n} checks fail, among them “{check}” since {since}.", n=len(failed), **values), since)


def _of_run(run: ReportedRun | None) -> Health:
    if run is None:
        return Health("unknown", say("No run of this step has been reported."))
    day = _day(run.last_at)
    if run.state in FAILED_STATES:
        reason = run.error or say("no reason was given")
        return Health("alert", say("The run of {day} failed: {reason}", day=day, reason=reason), day)
    if run.state == "COMPLETE":
        return Health("ok", say("The last run succeeded on {day}.", day=day))
    return Health("unknown", say("A run has been under way since {day}.", day=_day(run.begun_at)))


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
