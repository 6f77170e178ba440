"""Start the training of a model by the customer's own pipeline, and say how it ended."""

from __future__ import annotations

import uuid
from datetime import date

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.retraining_calls import Route, hand_over, look_after, route_of, waiting_for
from dashboard.actions.retraining_plans import check_planned, planned_days
from dashboard.actions.rules.retraining import by_who_trains_or_answers
from dashboard.actions.statements import Words, today
from dashboard.errors import refused
from dashboard.governance.retraining.runs import Run, run_under_way
from dashboard.governance.situation.situation import Situation
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.card.card import ModelCard
from dashboard.schema.retraining_events import Outcome, RetrainingEndedEvent, RetrainingStartedEvent
from dashboard.schema.texts import ModelId, VersionName
from dashboard.schema.times import Day
from dashboard.store.cards import get_card
from dashboard.store.engine import clock
from dashboard.store.events import append_events
from dashboard.words import Sentence, mark


class StartedRetraining(Payload):
    """The model that is trained and why; `planned_for` is the day of the plan that this carries out.

    Without it the earliest plan that is due is carried out, where there is one.
    """

    model: ModelId
    reason: Words
    planned_for: Day | None = None


class EndedRetraining(Payload):
    """How the training of a model that is under way ended, the version that it made, and what else is to be said."""

    model: ModelId
    outcome: Outcome
    reason: Words
    version: VersionName | None = None


@action(
    "start_retraining",
    command="start retraining MODEL --reason [--planned-for]",
    rights=Rights[StartedRetraining](ACCESS_ROLES, personal=True, rules=(by_who_trains_or_answers,)),
    long=True,
)
def start_retraining(call: Call, payload: StartedRetraining) -> str:
    """Start the training of a model: its pipeline is called as config/dashboard.yaml says, else people do it by hand.

    Raises NotFoundError for an unknown model, InputRefusedError while a training is under way, where no training is
    planned for the named day, and where the settings for the call cannot be used.
    """
    card = get_card(call.store, payload.model)
    look_after(call.store, card.id)
    route = route_of(call.store, card)
    retraining = uuid.uuid4().hex
    with waiting_for(retraining):
        _record_start(call, card, payload, retraining, route)
        run = _under_way(call, card.id)
        assert run is not None
        assert run.retraining == retraining
        return _sentence_of(hand_over(call.store, call.actor, run, route, call.progress))


@action(
    "end_retraining",
    command="end retraining MODEL OUTCOME --reason [--version]",
    rights=Rights[EndedRetraining](ACCESS_ROLES, scope="events", rules=(by_who_trains_or_answers,)),
)
def end_retraining(call: Call, payload: EndedRetraining) -> str:
    """Say how the training that is under way ended; a card with a new version says so by itself.

    Raises NotFoundError for an unknown model, InputRefusedError when no training is under way.
    """
    card = get_card(call.store, payload.model)
    run = _under_way(call, card.id)
    if run is None:
        raise refused(Sentence(mark("No training of this model is under way.")), "model")
    event = RetrainingEndedEvent(
        kind="retraining_ended",
        model=card.id,
        at=clock.now(),
        version=payload.version,
        outcome=payload.outcome,
        retraining=run.retraining,
        person=call.principal.person,
        reason=payload.reason,
    )
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        audit_context.before[card.id] = {"retraining": run.retraining, "state": run.state}
        made = {"version": payload.version} if payload.version else {}
        audit_context.after[card.id] = {"outcome": payload.outcome, **made, "reason": payload.reason}
        append_events(cursor, [(event, card.time_zone)], call.actor, None)
    return f"the training of {card.id} has ended: {payload.outcome}"


def _under_way(call: Call, model_id: str) -> Run | None:
    return run_under_way(Situation(call.store, seen=frozenset({model_id})), model_id)


def _record_start(call: Call, card: ModelCard, payload: StartedRetraining, retraining: str, route: Route) -> None:
    """Record that a training begins, before anybody is called; one that is under way is found while nobody writes."""
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        if _under_way(call, card.id) is not None:
            message = mark("A training of this model is under way. Say how it ended before another one begins.")
            raise refused(Sentence(message), "model")
        planned_for = _carried_out(call, card.id, payload.planned_for)
        event = RetrainingStartedEvent(
            kind="retraining_started",
            model=card.id,
            at=clock.now(),
            retraining=retraining,
            way=route.way,
            planned_for=planned_for,
            person=call.person,
            reason=payload.reason,
        )
        audit_context.after[card.id] = {
            "retraining": retraining,
            "way": route.way,
            **({"planned_for": planned_for.isoformat()} if planned_for else {}),
            "reason": payload.reason,
        }
        append_events(cursor, [(event, card.time_zone)], call.actor, None)


def _carried_out(call: Call, model_id: str, named: date | None) -> date | None:
    """Find the day of the plan that a start carries out; raises InputRefusedError for a named day without a plan."""
    days = planned_days(call, model_id)
    if named is None:
        return next((day for day in days if day <= today(call, model_id)), None)
    check_planned(named, days, "planned_for")
    return named


def _sentence_of(run: Run) -> str:
    """The sentence about a training after the call."""
    begun = f"training {run.retraining} of {run.model_id}"
    if run.way == "hand" and run.state == "running":
        return (
            f"recorded that {begun} begins; no pipeline is configured to be called, so train it by hand, then register "
            "its card with the new version, or say how it ended: end retraining"
        )
    ends = {
        "running": "has begun",
        "done": "is done",
        "failed": "has failed",
        "unknown": "may have begun, nobody knows; look at the pipeline and say how it ended: end retraining",
        "calling": "is being handed over",
    }
    return f"{begun} {ends[run.state]}" + (f" ({run.detail})" if run.detail else "")
