"""What people do about alerts: acknowledge, and close with a reason."""

from __future__ import annotations

from typing import Literal

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.judging import moved_goals_are_accepted, other_eyes
from dashboard.actions.statements import Note, Words, state
from dashboard.errors import refused
from dashboard.governance.alerts import ACKNOWLEDGED, CLOSED, AlertHistory, open_alert
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import ModelId
from dashboard.store.cards import get_card
from dashboard.store.statements import NewStatement
from dashboard.words import Sentence, mark

Cause = Literal[
    "repaired", "retrained", "data_corrected", "expected_change", "goal_changed", "false_alarm", "risk_accepted",
    "model_stopped", "other",
]  # fmt: skip


class Acknowledged(Payload):
    """The open alert of a model and area; `alert` is its id, where a later one must not be meant."""

    model: ModelId
    area: str
    note: Note = ""
    alert: str | None = None


class Closed(Payload):
    """The open alert of a model and area, what the cause was, and why it is closed."""

    model: ModelId
    area: str
    cause: Cause
    reason: Words
    alert: str | None = None


@action(
    "acknowledge_alert",
    command="acknowledge alert MODEL AREA [--note] [--alert]",
    rights=Rights(ACCESS_ROLES, personal=True),
)
def acknowledge_alert(call: Call, payload: Acknowledged) -> str:
    """Acknowledge the open alert of a model and area: somebody has seen it and takes care of it.

    Raises NotFoundError for an unknown model, InputRefusedError when no such alert is open or it is acknowledged.
    """
    known = _open(call, payload)
    _state(call, payload, known, ACKNOWLEDGED, {"note": payload.note} if payload.note else {})
    return f"acknowledged the alert of {payload.model} on {payload.area}"


@action(
    "close_alert",
    command="close alert MODEL AREA --cause --reason [--alert]",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(other_eyes, moved_goals_are_accepted)),
)
def close_alert(call: Call, payload: Closed) -> str:
    """Close the open alert of a model and area, with its cause and a reason; not by who builds the model (four eyes).

    It stays closed until the status has been something else than alert. Raises NotFoundError for an unknown model,
    InputRefusedError when no such alert is open or the reason is empty.
    """
    known = _open(call, payload)
    _state(call, payload, known, CLOSED, {"cause": payload.cause, "reason": payload.reason})
    return f"closed the alert of {payload.model} on {payload.area}"


def _open(call: Call, payload: Acknowledged | Closed) -> AlertHistory:
    get_card(call.store, payload.model)
    known = open_alert(call.store, payload.model, payload.area)
    if known is None or payload.alert not in (None, known.alert.alert_id):
        raise refused(Sentence(mark("No such alert is open.")), "area")
    if isinstance(payload, Acknowledged) and known.acknowledged is not None:
        raise refused(Sentence(mark("This alert is already acknowledged.")), "area")
    return known


def _state(
    call: Call, payload: Acknowledged | Closed, known: AlertHistory, kind: str, content: dict[str, object]
) -> None:
    said = NewStatement(kind, payload.model, call.actor, call.person, known.alert.alert_id, content)
    before = {"alert": payload.area, "state": known.state}
    record = {"alert": payload.area, "state": kind.removeprefix("alert_"), **content}
    state(call, said, record, before, lambda: _open(call, payload))
