"""The life of an alert: opened when an area turns to `alert`, acknowledged and closed by people or by itself.

There is never more than one open alert of a model and area. One closes itself when the status is `ok` or `warn`; while
it is `unknown` nothing shows that the trouble is over, and the alert stays. What a person closed stays closed until the
status has been something else.

Nobody closes an alert by moving what the model is measured against: while limits, targets or monitoring settings differ
from those of the day on which it was opened, it stays until who answers for the model accepts that and closes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from dashboard.governance.goals import Goal, goals_moved_for
from dashboard.governance.risk.ratings import ratings_of
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import STATUS_RULES, area_statuses
from dashboard.measures.judging.verdict import Verdict
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.schema.severities import SEVERITIES, Severity
from dashboard.store.alerts import Alarm, RecordedAlert, append_alert, list_alerts
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.sentences import kept_values
from dashboard.store.statements import NewStatement, Statement, append_statement, list_statements

if TYPE_CHECKING:
    import duckdb

State = Literal["new", "acknowledged", "closed"]
SYSTEM = "system"
ACKNOWLEDGED, CLOSED, REOPENED, OVER = "alert_acknowledged", "alert_closed", "alert_reopened", "alert_over"
KINDS = (ACKNOWLEDGED, CLOSED, REOPENED, OVER)
# Why an alert was closed by itself; people choose among those in actions/alerts.py.
STATUS_RETURNED = "status_returned"
OF_AUTOMATION: dict[str | None, Severity] = {
    "decision_support": "low", "human_in_the_loop": "medium", "fully_automated": "high",
}  # fmt: skip
NOT_STATED: Severity = "medium"
HIGH_IMPACT, MEDIUM_IMPACT = 4, 3


@dataclass(frozen=True)
class AlertHistory:
    """An alert and what became of it. `over` tells whether the status has left `alert` since it was closed."""

    alert: RecordedAlert
    acknowledged: Statement | None = None
    closed: Statement | None = None
    reopened: Statement | None = None
    over: bool = False

    @property
    def state(self) -> State:
        """Return whether somebody still has to look (new), somebody has (acknowledged), or the alert is closed."""
        if self.closed is not None:
            return "closed"
        return "new" if self.acknowledged is None else "acknowledged"

    @property
    def since(self) -> datetime:
        """Return when the alert was opened last."""
        return self.reopened.recorded_at if self.reopened else self.alert.opened_at

    def after(self, said: Statement) -> AlertHistory:
        """The history once something more was stated about the alert."""
        if said.kind == ACKNOWLEDGED:
            return replace(self, acknowledged=said)
        if said.kind == CLOSED:
            return replace(self, closed=said, over=said.actor == SYSTEM)
        if said.kind == REOPENED:
            return replace(self, acknowledged=None, closed=None, reopened=said, over=False)
        return replace(self, over=True)


def alert_histories(
    store: Store,
    models: Models = None,
    as_of: datetime | None = None,
    ends: Mapping[str, datetime] | None = None,
) -> list[AlertHistory]:
    """Every alert with what became of it, oldest first, as known at `as_of`; `ends` cuts the history of a model off."""
    return histories_of(list_alerts(store, models, as_of), list_statements(store, KINDS, models, as_of), ends or {})


def histories_of(
    opened: Iterable[RecordedAlert], statements: Iterable[Statement], ends: Mapping[str, datetime]
) -> list[AlertHistory]:
    """Return the histories of alerts and statements that were read before; of each model oldest first."""
    found = {}
    for alert in opened:
        end = ends.get(alert.alarm.model_id)
        if end is None or alert.opened_at < end:
            found[alert.alert_id] = AlertHistory(alert)
    for said in statements:
        end = ends.get(said.model_id)
        if said.subject in found and (end is None or said.recorded_at < end):
            found[said.subject] = found[said.subject].after(said)
    return list(found.values())


def open_alert(store: Store, model_id: str, area: str) -> AlertHistory | None:
    """The open alert of a model and area; None when there is none."""
    found = [
        known
        for known in alert_histories(store, model_id)
        if known.alert.alarm.area == area and known.state != "closed"
    ]
    return found[-1] if found else None


def goals_moved_since(situation: Situation, known: AlertHistory) -> list[Goal]:
    """Select the goals by which the area of an alert is judged that have changed since it was opened last."""
    history = situation.histories[known.alert.alarm.model_id]
    then = [recorded for recorded in history if recorded.recorded_at <= known.since] or history[:1]
    return goals_moved_for(then[-1].card, history[-1].card, known.alert.alarm.area)


def severity_of(situation: Situation, model_id: str) -> Severity:
    """Rate an alert of a model: the worse of how automatic its decisions are and its gravest rated impact.

    Automation: decision support low, human in the loop medium, fully automated high. Impact of any of the four risks,
    as rated last: 4 and 5 high, 3 medium, 1 and 2 low. What is not stated counts as medium.
    """
    automation = OF_AUTOMATION.get(situation.cards[model_id].business.automation, NOT_STATED)
    ratings = ratings_of(situation, model_id).values()
    gravest = max((rating.impact for rating in ratings if rating is not None), default=MEDIUM_IMPACT)
    impact: Severity = "high" if gravest >= HIGH_IMPACT else "medium" if gravest >= MEDIUM_IMPACT else "low"
    return min(automation, impact, key=SEVERITIES.index)


def follow_alerts(
    cursor: duckdb.DuckDBPyConnection,
    store: Store,
    found: Mapping[str, Mapping[str, Verdict]],
    audit_context: AuditContext,
) -> None:
    """Open and close alerts after `found` was judged, by model and area; areas that follow from facts are judged here.

    What was done is added to the audit context.
    """
    situation = Situation(store, seen=frozenset(found))
    known_alerts = alert_histories(store, situation.seen)
    latest = {(known.alert.alarm.model_id, known.alert.alarm.area): known for known in known_alerts}
    silent = {rule.area for rule in STATUS_RULES.all().values() if not rule.alerts}
    for model_id, verdicts in found.items():
        done: dict[str, str] = {}
        for area, verdict in {**verdicts, **area_statuses(situation, model_id)}.items():
            if area in silent:
                continue
            step = _Step(cursor, situation, model_id, area)
            did = step.take(latest.get((model_id, area)), verdict)
            if did is not None:
                done[area] = did
        if done:
            before = audit_context.after.get(model_id)
            audit_context.after[model_id] = {**(before if isinstance(before, dict) else {}), "alerts": done}


@dataclass(frozen=True)
class _Step:
    """What one judgement of an area does to its latest alert."""

    cursor: duckdb.DuckDBPyConnection
    situation: Situation
    model_id: str
    area: str

    def take(self, known: AlertHistory | None, verdict: Verdict) -> str | None:
        """Open, close or open again; returns what was done in a word, None for nothing to tell."""
        if verdict.status == "alert":
            return self._on(known, verdict)
        if known is None or verdict.status == "unknown":
            return None
        content = {"cause": STATUS_RETURNED, "status": verdict.status}
        if known.state != "closed":
            if goals_moved_since(self.situation, known):
                return None
            self._state(CLOSED, known, content)
            return "closed"
        if not known.over:
            self._state(OVER, known, content)
            return "over"
        return None

    def _on(self, known: AlertHistory | None, verdict: Verdict) -> str | None:
        if known is not None and (known.closed is None or not known.over):
            return None
        if known is not None and known.closed is not None and self._soon_after(known.closed):
            self._state(
                REOPENED, known, {"message": verdict.reason.message, "values": kept_values(verdict.reason.values)}
            )
            return "reopened"
        severity = severity_of(self.situation, self.model_id)
        append_alert(self.cursor, Alarm(self.model_id, self.area, severity, verdict.reason), SYSTEM)
        return "opened"

    def _soon_after(self, closed: Statement) -> bool:
        thresholds = load_thresholds(None, self.situation.cards[self.model_id].monitoring or None)
        return now() - closed.recorded_at <= timedelta(days=thresholds.alerts.reopen_days)

    def _state(self, kind: str, known: AlertHistory, content: Mapping[str, object]) -> None:
        said = NewStatement(kind, self.model_id, SYSTEM, subject=known.alert.alert_id, content=content)
        append_statement(self.cursor, said)
