"""What people answer for, imported as events: each asks the rights and rules of the action that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.actions.assess_risk import Assessment
from dashboard.actions.promises import NewPromise
from dashboard.actions.registry import Call, Payload
from dashboard.actions.retraining_plans import PlannedRetraining
from dashboard.actions.retraining_runs import StartedRetraining
from dashboard.actions.roles import Assignment, Ending
from dashboard.actions.rules.asking import ask, people_with
from dashboard.actions.sign_off import SignOff
from dashboard.connectors.incoming.events import ReadEvent
from dashboard.connectors.registry import CONNECTORS
from dashboard.errors import ForbiddenError
from dashboard.schema.business_events import PromiseEvent
from dashboard.schema.events import Event, FeedbackEvent, RiskEvent, RoleEvent, SignOffEvent
from dashboard.schema.retraining_events import RetrainingPlannedEvent, RetrainingStartedEvent
from dashboard.schema.times import instant
from dashboard.store.cards import list_cards
from dashboard.store.engine.clock import now
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.register import Files

# Events that stand for a decision or a judgement of a person.
PERSONAL_KINDS = frozenset(
    {"role", "risk", "sign_off", "feedback", "promise", "retraining_planned", "retraining_started"}
)
# Of these each stands in the name of who gives it, and of the present day.
OWN_WORD = (RiskEvent, SignOffEvent, PromiseEvent, RetrainingPlannedEvent, RetrainingStartedEvent)
REASON = "imported"


def as_by_the_action(call: Call, payload: Files) -> None:
    """Refuse events by which a person would do what the action for it refuses them.

    A rating, a signature, a promise and a planned or started training stand in the name of who imports them, and of the
    present day: what others decided elsewhere, or earlier, is brought by the operator of the machine. Roles may begin
    in the past, which gives no right that was not there. Feedback of others is imported by administrators.
    """
    if call.principal.operates:
        return
    found: Sequence[ReadEvent] = CONNECTORS.get("events").read(payload.files)
    cards = list_cards(call.store)
    for entry in found:
        event = entry.event
        if event.kind in PERSONAL_KINDS and event.model in cards and call.principal.sees(event.model):
            card = cards[event.model].card
            today = card.local_day(instant(event.at, card.time_zone)) == card.local_day(now())
            _check_event(call, event, today=today)


def _check_event(call: Call, event: Event, *, today: bool) -> None:
    if isinstance(event, FeedbackEvent):
        if event.person != call.principal.person and "admin" not in call.principal.roles:
            _refuse(call, mark("Feedback of others is imported by administrators only: {people}."))
        return
    if isinstance(event, OWN_WORD) and (event.person != call.principal.person or not today):
        _refuse(
            call,
            mark(
                "A rating, signature, promise or plan stands in the name of whoever gives it, and of the day on which "
                "it is given: these people do so on the pages. What was decided elsewhere is imported on the command "
                "line of the server's machine."
            ),
        )
    action, payload = _same_act(event)
    ask(call, action, payload)


def _same_act(event: Event) -> tuple[str, Payload]:
    """The action and payload that say the same as an event."""
    if isinstance(event, RoleEvent):
        if event.start is None and event.end is not None:
            ending = Ending(model=event.model, role=event.role, person=event.person, reason=REASON, end=event.end)
            return "end_role", ending
        values = {"start": event.start, "end": event.end}
        return "assign_role", Assignment(
            model=event.model, role=event.role, person=event.person, reason=REASON, **values
        )
    if isinstance(event, RiskEvent):
        return "assess_risk", Assessment(
            model=event.model, risk=event.risk, likelihood=event.likelihood, impact=event.impact
        )
    if isinstance(event, PromiseEvent):
        return "promise", NewPromise.model_construct(model=event.model)
    if isinstance(event, RetrainingPlannedEvent | RetrainingStartedEvent):
        return _same_retraining(event)
    assert isinstance(event, SignOffEvent)
    # What the rules look at; a history may lack the reason that the form asks for.
    signed = SignOff.model_construct(model=event.model, step=event.step, decision=event.decision)
    return "sign_off", signed


def _same_retraining(event: RetrainingPlannedEvent | RetrainingStartedEvent) -> tuple[str, Payload]:
    if isinstance(event, RetrainingPlannedEvent):
        return "plan_retraining", PlannedRetraining.model_construct(model=event.model)
    return "start_retraining", StartedRetraining.model_construct(model=event.model)


def _refuse(call: Call, message: str) -> None:
    people = people_with(call.store, ("admin",), call.principal.person)
    raise ForbiddenError(Sentence(message, {"people": people} if "{people}" in message else {}))
