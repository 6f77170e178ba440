"""Note that a person looked at a model."""

from __future__ import annotations

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import ModelId
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.statements import NewStatement, append_statement, list_statements

LOOK = "look"


class LookedAt(Payload):
    """A model that was looked at."""

    model: ModelId


@action("record_look", command="record look MODEL", rights=Rights(ACCESS_ROLES, personal=True))
def record_look(call: Call, payload: LookedAt) -> str:
    """Note that a person looked at a model; once for each day in the model's time zone."""
    card = get_card(call.store, payload.model)
    today = card.local_day(now())
    for said in list_statements(call.store, [LOOK], payload.model):
        if said.person_id == call.person and card.local_day(said.recorded_at) == today:
            return f"{call.person} has looked at {payload.model} today already"
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        audit_context.after[payload.model] = {"looked_at_by": call.person}
        append_statement(cursor, NewStatement(LOOK, payload.model, call.actor, call.person))
    return f"{call.person} looked at {payload.model}"
