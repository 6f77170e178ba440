"""Promise what a model is to be worth per month; what was promised before stays."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.value import by_who_answers_for_the_value
from dashboard.actions.statements import Words
from dashboard.errors import refused
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import Promise, promise_on, promises
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.business_events import PromiseEvent
from dashboard.schema.card.business import Number
from dashboard.schema.texts import ModelId
from dashboard.schema.times import Day
from dashboard.store.engine.clock import now
from dashboard.store.events import append_events
from dashboard.words import Sentence, mark


class NewPromise(Payload):
    """What a model is to be worth per month in the currency of its card, from the day `start` on, and why."""

    model: ModelId
    per_month: Number
    start: Day
    reason: Words


@action(
    "promise",
    command="promise MODEL --per-month --from --reason",
    rights=Rights(ACCESS_ROLES, rules=(by_who_answers_for_the_value,)),
)
def promise(call: Call, payload: NewPromise) -> str:
    """Promise what a model is to be worth per month from a day on: a new line with a signature; older lines stay.

    Raises NotFoundError for an unknown model, InputRefusedError when exactly this is promised and signed already.
    """
    situation = Situation(call.store, seen=frozenset({payload.model}))
    card, lines = situation.cards[payload.model], promises(situation, payload.model)
    currency = card.business.value.currency if card.business.value else None
    before = promise_on(lines, payload.start)
    event = PromiseEvent(
        kind="promise",
        model=payload.model,
        at=now(),
        per_month=payload.per_month,
        start=payload.start,
        currency=currency,
        person=call.principal.person,
        reason=payload.reason,
    )
    _check_new(event, lines)
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        if before is not None:
            audit_context.before[card.id] = {"promised_per_month": before.per_month, "currency": before.currency}
        record = {"promised_per_month": payload.per_month, "currency": currency, "from": payload.start.isoformat()}
        signed = {"signed_by": call.principal.person} if call.principal.person else {}
        audit_context.after[card.id] = {**record, "reason": payload.reason, **signed}
        append_events(cursor, [(event, card.time_zone)], call.actor, None)
    money = f"{payload.per_month:,.2f} {currency or ''}".rstrip()
    by = f"signed by {call.principal.person}" if call.principal.person else "without a signature"
    return f"promised {money} per month of {card.id} from {payload.start} on, {by}"


def _check_new(event: PromiseEvent, lines: Sequence[Promise]) -> None:
    """Raise InputRefusedError when the last line holds from that day on, says the same and is signed as well."""
    last = lines[-1] if lines else None
    if last is None or event.start is None or not last.holds_on(event.start):
        return
    signs = event.person is not None and last.signed_by is None
    if not signs and (last.per_month, last.currency) == (event.per_month, event.currency):
        raise refused(Sentence(mark("Exactly this is already promised for that day.")), "per_month")
