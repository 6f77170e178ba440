"""Open alerts of figures as things to do: somebody has to look, or to finish what they took on.

Alerts of areas that follow from facts about people stand on the desk as the gaps behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from dashboard.governance.alerts import KINDS, AlertHistory, histories_of
from dashboard.governance.desk.tasks import Task, task_source
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import STATUS_RULES
from dashboard.schema.card.roles import RoleName
from dashboard.schema.severities import Severity
from dashboard.words import mark

# Who looks into an alert, in this order; the first one who is there.
LOOKS: tuple[RoleName, ...] = ("data_scientist", "ml_engineer", "accountable_executive", "deputy")
SEE, FINISH = mark("Look into this alert and take care of it"), mark("Finish what you took on, and close the alert")


@task_source("alerts")
def from_alerts(situation: Situation, model_id: str) -> Iterator[Task]:
    """Alerts of figures that are open at the moment asked about."""
    for known in _by_model(situation).get(model_id, []):
        alarm, acknowledged = known.alert.alarm, known.acknowledged
        person = acknowledged.person_id if acknowledged else _who_looks(situation, model_id)
        since = situation.cards[model_id].local_day(known.since)
        what, minutes = (FINISH, 30) if acknowledged else (SEE, 15)
        yield Task(
            person, model_id, "alert", what, alarm.reason, cast("Severity", alarm.severity), since, minutes, "alerts"
        )


def _by_model(situation: Situation) -> dict[str, list[AlertHistory]]:
    def read() -> dict[str, list[AlertHistory]]:
        ends = {model_id: situation.moment(model_id) for model_id in situation.cards}
        opened = (alert for alerts in situation.opened_alerts.values() for alert in alerts)
        said = (one for model_id in situation.cards for one in situation.stated(model_id, *KINDS))
        found: dict[str, list[AlertHistory]] = {}
        for known in histories_of(opened, said, ends):
            if known.state != "closed" and known.alert.alarm.area not in STATUS_RULES.all():
                found.setdefault(known.alert.alarm.model_id, []).append(known)
        return found

    return situation.cached("open alerts", read)


def _who_looks(situation: Situation, model_id: str) -> str | None:
    day = situation.day(model_id)
    held = (person for role in LOOKS for person in situation.holders(model_id, role))
    return next((person for person in held if situation.present(person, day) is not None), None)
