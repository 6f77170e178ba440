"""Who answers for what: put a person into a role, take one out, hand a role over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import AliasChoices, Field

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.appointments import MANAGERS, no_self_appointment
from dashboard.actions.statements import Words, today
from dashboard.errors import refused
from dashboard.governance.gaps.registry import find_gaps
from dashboard.governance.situation.roles import HeldRole
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.schema.events import RoleEvent
from dashboard.schema.texts import ModelId, PersonId
from dashboard.schema.times import Day
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.events import append_events
from dashboard.words import Sentence, mark

ONE_DAY = timedelta(days=1)
SHOWN = {"role", "person", "start", "end", "reason"}
Start = Annotated[Day | None, Field(validation_alias=AliasChoices("start", "from"))]
End = Annotated[Day | None, Field(validation_alias=AliasChoices("end", "to"))]


class Assignment(Payload):
    """A person for a role from `from` (default: today) to `to` inclusive (default: open)."""

    model: ModelId
    role: RoleName
    person: PersonId
    reason: Words
    start: Start = None
    end: End = None


class Ending(Payload):
    """The last day of a person in a role (default: today)."""

    model: ModelId
    role: RoleName
    person: PersonId
    reason: Words
    end: End = None


class HandOver(Payload):
    """From `person` to `successor`, who holds the role from `day` on (default: today)."""

    model: ModelId
    role: RoleName
    person: PersonId
    successor: PersonId
    reason: Words
    day: Day | None = None


@action(
    "assign_role",
    command="assign role MODEL ROLE PERSON --reason [--from] [--to]",
    rights=Rights[Assignment](MANAGERS, rules=(no_self_appointment,)),
)
def assign(call: Call, payload: Assignment) -> str:
    """Put a registered person into a role of a model, with the reason."""
    situation = Situation(call.store, seen=frozenset({payload.model}))
    start = payload.start or today(call, payload.model)
    if payload.end is not None and payload.end < start:
        raise refused(Sentence(mark("The last day is before the first; choose a later one.")), "to")
    _check_person(situation, payload.person, start, "person")
    if any(_covers(one, start, payload.end) for one in _spans(situation, payload.model, payload.role, payload.person)):
        raise refused(
            Sentence(mark("This person already holds the role in that period; choose somebody else.")), "person"
        )
    event = _event(payload.model, payload.role, payload.person, payload.reason, (start, payload.end))
    _write(call, payload.role, [event], situation)
    return f"{payload.person} is {payload.role} of {payload.model} from {start}"


@action("end_role", command="end role MODEL ROLE PERSON --reason [--to]", rights=Rights(MANAGERS))
def end(call: Call, payload: Ending) -> str:
    """End a person's role of a model, with the reason."""
    situation = Situation(call.store, seen=frozenset({payload.model}))
    last = payload.end or today(call, payload.model)
    _check_held(situation, payload, last + ONE_DAY)
    _write(
        call,
        payload.role,
        [_event(payload.model, payload.role, payload.person, payload.reason, (None, last))],
        situation,
    )
    return f"{payload.person} is {payload.role} of {payload.model} until {last}"


@action(
    "hand_over",
    command="hand over MODEL ROLE PERSON SUCCESSOR --reason [--day]",
    rights=Rights[HandOver](MANAGERS, rules=(no_self_appointment,)),
)
def hand_over(call: Call, payload: HandOver) -> str:
    """Hand a role of a model over to a successor, with the reason; what is open goes into the record."""
    situation = Situation(call.store, seen=frozenset({payload.model}))
    day = payload.day or today(call, payload.model)
    if payload.person == payload.successor:
        raise refused(Sentence(mark("The successor already holds the role; choose somebody else.")), "successor")
    _check_held(situation, payload, day - ONE_DAY)
    _check_person(situation, payload.successor, day, "successor")
    _check_free(situation, payload, payload.successor, (day, None), "successor")
    open_gaps = sorted({gap.gap for gap in find_gaps(situation, [payload.model])})
    about = (payload.model, payload.role)
    events = [
        _event(*about, payload.person, payload.reason, (None, day - ONE_DAY)),
        _event(*about, payload.successor, payload.reason, (day, None)),
    ]
    _write(call, payload.role, events, situation, open_gaps)
    left = f"; open with it: {', '.join(open_gaps)}" if open_gaps else ""
    return f"{payload.successor} is {payload.role} of {payload.model} from {day}, after {payload.person}{left}"


def _spans(situation: Situation, model: str, role: str, person: str) -> list[HeldRole]:
    return [one for one in situation.roles.get(model, []) if (one.role, one.person) == (role, person)]


def _covers(one: HeldRole, start: date, end: date | None) -> bool:
    return one.on(start) and (one.end is None or (end is not None and end <= one.end))


def _check_person(situation: Situation, person_id: str, day: date, field: str) -> None:
    person = situation.organisation.people.get(person_id)
    if person is None:
        raise refused(Sentence(mark("No person with this id is registered; register the person first.")), field)
    if person.end is not None and person.end < day:
        raise refused(
            Sentence(mark("{person} will have left by then; choose somebody else."), {"person": person.name}), field
        )


def _check_free(
    situation: Situation,
    payload: Assignment | HandOver,
    person: str,
    days: tuple[date, date | None],
    field: str,
) -> None:
    """Nobody gets a role that they hold for all of these days."""
    held = _spans(situation, payload.model, payload.role, person)
    if any(_covers(one, *days) for one in held):
        taken = Sentence(mark("This person already holds the role in that period; choose somebody else."))
        raise refused(taken, field)


def _check_held(situation: Situation, payload: Ending | HandOver, day: date) -> None:
    """A role can end that is held on a day or later."""
    get_card(situation.store, payload.model)
    spans = _spans(situation, payload.model, payload.role, payload.person)
    if not any(one.end is None or one.end >= day for one in spans):
        raise refused(Sentence(mark("This person does not hold the role at that time; check who does.")), "person")


def _event(model: str, role: RoleName, person: str, reason: str, days: tuple[date | None, date | None]) -> RoleEvent:
    content = {"role": role, "person": person, "reason": reason, "from": days[0], "to": days[1]}
    return RoleEvent.model_validate({"kind": "role", "model": model, "at": now(), **content})


def _write(
    call: Call, role: RoleName, events: list[RoleEvent], situation: Situation, open_gaps: list[str] | None = None
) -> None:
    """Record role events of one model in one transaction; the audit record holds who held the role before and after."""
    model = events[0].model
    zone = get_card(call.store, model).time_zone
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        append_events(cursor, [(event, zone) for event in events], call.actor, None)
        changed = [event.model_dump(mode="json", by_alias=True, include=SHOWN, exclude_none=True) for event in events]
        audit_context.before[model] = {role: situation.holders(model, role)}
        audit_context.after[model] = {"role_events": changed, **({"open": open_gaps} if open_gaps is not None else {})}
