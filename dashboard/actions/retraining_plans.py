"""Plan the training of a model, move the plan, or cancel it; what was planned before stays."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import model_validator

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.retraining import by_who_trains_or_answers
from dashboard.actions.statements import Words, today
from dashboard.errors import refused
from dashboard.governance.retraining.plans import open_plans
from dashboard.governance.situation.situation import Situation
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.retraining_events import RetrainingPlannedEvent
from dashboard.schema.texts import ModelId
from dashboard.schema.times import Day
from dashboard.store.cards import get_card
from dashboard.store.engine import clock
from dashboard.store.events import append_events
from dashboard.words import Sentence, mark


class PlannedRetraining(Payload):
    """The day of a training and why; `instead_of` is the day of the plan that it takes the place of."""

    model: ModelId
    day: Day
    reason: Words
    instead_of: Day | None = None

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.day == self.instead_of:
            raise refused(Sentence(mark("The plan is for this day already.")), "instead_of")
        return self


class CancelledPlan(Payload):
    """The day of the plan that is cancelled, and why."""

    model: ModelId
    day: Day
    reason: Words


@action(
    "plan_retraining",
    command="plan retraining MODEL DAY --reason [--instead-of]",
    rights=Rights[PlannedRetraining](ACCESS_ROLES, personal=True, rules=(by_who_trains_or_answers,)),
)
def plan_retraining(call: Call, payload: PlannedRetraining) -> str:
    """Plan a training of a model for a day, or move a planned one there; earlier lines stay.

    Raises NotFoundError for an unknown model, InputRefusedError for a day in the past, a day that is planned already,
    and where no training is planned for the day of `instead_of`.
    """
    if payload.day < today(call, payload.model):
        raise refused(Sentence(mark("A training can be planned for today or a later day.")), "day")
    planned = planned_days(call, payload.model)
    if payload.day in planned:
        raise refused(Sentence(mark("A training is already planned for this day.")), "day")
    if payload.instead_of is not None:
        check_planned(payload.instead_of, planned, "instead_of")
    _record(call, payload.model, payload.day, payload.instead_of, payload.reason)
    moved = f", in place of {payload.instead_of}" if payload.instead_of else ""
    return f"planned a training of {payload.model} for {payload.day}{moved}"


@action(
    "cancel_retraining",
    command="cancel retraining MODEL DAY --reason",
    rights=Rights[CancelledPlan](ACCESS_ROLES, personal=True, rules=(by_who_trains_or_answers,)),
)
def cancel_retraining(call: Call, payload: CancelledPlan) -> str:
    """Cancel a planned training; the plan stays on record with the reason.

    Raises NotFoundError for an unknown model, InputRefusedError where no training is planned for the day.
    """
    check_planned(payload.day, planned_days(call, payload.model), "day")
    _record(call, payload.model, None, payload.day, payload.reason)
    return f"cancelled the training of {payload.model} on {payload.day}"


def planned_days(call: Call, model_id: str) -> list[date]:
    """The days of the open plans of a model, next first; raises NotFoundError for an unknown model."""
    get_card(call.store, model_id)
    situation = Situation(call.store, seen=frozenset({model_id}))
    return [plan.day for plan in open_plans(situation, model_id)]


def check_planned(day: date, planned: list[date], field: str) -> None:
    """Raise InputRefusedError for a day for which no training is planned."""
    if day not in planned:
        message = mark("No training is planned for {day}. Planned are: {days}.")
        days = ", ".join(one.isoformat() for one in planned) or "–"
        raise refused(Sentence(message, {"day": day.isoformat(), "days": days}), field)


def _record(call: Call, model_id: str, day: date | None, instead_of: date | None, reason: str) -> None:
    event = RetrainingPlannedEvent(
        kind="retraining_planned",
        model=model_id,
        at=clock.now(),
        day=day,
        instead_of=instead_of,
        person=call.person,
        reason=reason,
    )
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        if instead_of is not None:
            audit_context.before[model_id] = {"planned_for": instead_of.isoformat()}
        planned = {"planned_for": day.isoformat()} if day else {}
        audit_context.after[model_id] = {**planned, "reason": reason}
        append_events(cursor, [(event, get_card(call.store, model_id).time_zone)], call.actor, None)
