"""Say what became of a decision."""

from __future__ import annotations

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.decisions import by_owner_or_who_decided, found_decision
from dashboard.actions.statements import Words, state
from dashboard.errors import refused
from dashboard.governance.decisions import RESOLVED, Outcome
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import ModelId
from dashboard.store.statements import NewStatement
from dashboard.words import Sentence, mark


class ResolvedDecision(Payload):
    """A decision of a model (its id, or its words), whether it was done or dropped, and what became of it."""

    model: ModelId
    decision: Words
    outcome: Outcome
    reason: Words


@action(
    "resolve_decision",
    command="resolve decision MODEL DECISION OUTCOME --reason",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(by_owner_or_who_decided,)),
)
def resolve_decision(call: Call, payload: ResolvedDecision) -> str:
    """Say that a decision was carried out, or dropped, and what became of it; the decision stays as it was taken.

    Raises NotFoundError for an unknown model or decision, InputRefusedError when it is closed already.
    """
    known = found_decision(call.store, payload)
    content = {"outcome": payload.outcome, "reason": payload.reason}
    said = NewStatement(RESOLVED, payload.model, call.actor, call.person, known.decision_id, content)
    before = {"decision": known.text}
    state(call, said, {**before, **content}, before, lambda: _check_open(call, payload))
    return f"closed the decision about {payload.model}: {payload.outcome}"


def _check_open(call: Call, payload: ResolvedDecision) -> None:
    if found_decision(call.store, payload).resolution is not None:
        raise refused(Sentence(mark("This decision is already closed.")), "decision")
