"""Accept a status for a time: it is known, by a name, until a day, with a reason. Nothing turns green by it."""

from __future__ import annotations

from datetime import timedelta

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.judging import acceptance_in_force, by_oneself_or_who_answers, by_who_answers
from dashboard.actions.statements import Words, state, status_of, today
from dashboard.errors import refused
from dashboard.governance.acceptances import ACCEPTED, WITHDRAWN, Acceptance
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.schema.texts import ModelId
from dashboard.schema.times import Day
from dashboard.store.cards import get_card
from dashboard.store.statements import NewStatement
from dashboard.words import Sentence, mark


class AcceptedStatus(Payload):
    """The area of a model whose status is accepted until the end of a day, and why."""

    model: ModelId
    area: str
    until: Day
    reason: Words


class WithdrawnAcceptance(Payload):
    """The area of a model whose accepted status is accepted no longer, and why."""

    model: ModelId
    area: str
    reason: Words


@action(
    "accept_status",
    command="accept status MODEL AREA --until --reason",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(by_who_answers,)),
)
def accept_status(call: Call, payload: AcceptedStatus) -> str:
    """Accept the present status of an area until a day; it stays what it is, and the page says who accepted it and why.

    Raises NotFoundError for an unknown model, InputRefusedError for an unknown area, a status that is ok, an end in the
    past or too far away, and when exactly this is accepted already.
    """
    reason = payload.reason
    status = status_of(call, payload.model, payload.area)
    if status == "ok":
        raise refused(Sentence(mark("The status is ok; there is nothing to accept.")), "area")
    _check_until(call, payload)
    before = acceptance_in_force(call, payload.model, payload.area)
    until = payload.until.isoformat()
    content = {"status": status, "until": until, "reason": reason}
    said = NewStatement(ACCEPTED, payload.model, call.actor, call.person, payload.area, content)
    state(
        call, said, {"area": payload.area, **content}, _audit_content(before), lambda: _check_new(call, payload, status)
    )
    return f"accepted the status {status} of {payload.model} on {payload.area} until {until}"


def _check_new(call: Call, payload: AcceptedStatus, status: str) -> None:
    """Raise InputRefusedError when exactly this is accepted already."""
    known = acceptance_in_force(call, payload.model, payload.area)
    if known is not None and (known.until, known.status, known.reason) == (payload.until, status, payload.reason):
        raise refused(Sentence(mark("This exact status is already accepted.")), "area")


def _check_until(call: Call, payload: AcceptedStatus) -> None:
    card, day = get_card(call.store, payload.model), today(call, payload.model)
    latest = day + timedelta(days=load_thresholds(None, card.monitoring or None).acceptance.most_days)
    if not day <= payload.until <= latest:
        values = {"first": day, "last": latest}
        raise refused(Sentence(mark("Choose a day from {first} to {last}."), values), "until")


@action(
    "withdraw_acceptance",
    command="withdraw acceptance MODEL AREA --reason",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(by_oneself_or_who_answers,)),
)
def withdraw_acceptance(call: Call, payload: WithdrawnAcceptance) -> str:
    """Withdraw the acceptance of a status before its day has come.

    Raises NotFoundError for an unknown model, InputRefusedError without a reason and when nothing is accepted.
    """
    reason = payload.reason
    known = _neededacceptance_in_force(call, payload)
    said = NewStatement(WITHDRAWN, payload.model, call.actor, call.person, payload.area, {"reason": reason})
    content = {"area": payload.area, "reason": reason}
    state(call, said, content, _audit_content(known), lambda: _neededacceptance_in_force(call, payload))
    return f"withdrew the acceptance of {payload.model} on {payload.area}"


def _neededacceptance_in_force(call: Call, payload: WithdrawnAcceptance) -> Acceptance:
    known = acceptance_in_force(call, payload.model, payload.area)
    if known is None:
        raise refused(Sentence(mark("No status of this area is accepted.")), "area")
    return known


def _audit_content(known: Acceptance | None) -> dict[str, object] | None:
    if known is None:
        return None
    return {"area": known.area, "status": known.status, "until": known.until.isoformat(), "reason": known.reason}
