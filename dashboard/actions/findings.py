"""Say that a condition is met, or that what led to a rejection is dealt with."""

from __future__ import annotations

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.statements import Words
from dashboard.errors import ForbiddenError, NotFoundError, refused, shorten
from dashboard.governance.sign_offs.findings import FINDING_RESOLVED, Finding, findings_of, may_resolve
from dashboard.governance.situation.situation import Situation
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import Label, ModelId
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.statements import NewStatement, append_statement
from dashboard.words import Sentence, mark


class Resolved(Payload):
    """A finding of a model that is dealt with, and how."""

    model: ModelId
    finding: Label
    reason: Words


def _found(store: Store, payload: Resolved) -> tuple[Situation, Finding]:
    get_card(store, payload.model)
    situation = Situation(store, seen=frozenset({payload.model}))
    known = {finding.finding_id: finding for finding in findings_of(situation, payload.model)}
    if payload.finding not in known:
        open_ones = ", ".join(one.finding_id for one in known.values() if one.is_open) or "none"
        raise NotFoundError(f"finding {shorten(payload.finding)} is not known; open are {open_ones}")
    return situation, known[payload.finding]


def _only_who_checks(call: Call, payload: Resolved) -> None:
    """Refuse whoever neither raised the finding nor signs its step, or had to deal with it."""
    situation, finding = _found(call.store, payload)
    allowed = may_resolve(situation, finding)
    if call.person not in allowed:
        names = ", ".join(situation.organisation.person_name(one) for one in allowed) or "–"
        message = mark("The person assigned to a finding may not close it; these people may: {people}.")
        raise ForbiddenError(Sentence(message, {"people": names}))


@action(
    "resolve_finding",
    command="finding resolve MODEL FINDING --reason",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(_only_who_checks,)),
)
def resolve_finding(call: Call, payload: Resolved) -> str:
    """Close a finding of a sign-off, with what was done about it."""
    _, finding = _found(call.store, payload)
    if not finding.is_open:
        raise refused(Sentence(mark("This finding is already closed.")), "finding")
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        audit_context.before[payload.model] = {"finding": finding.finding_id, "state": finding.state}
        audit_context.after[payload.model] = {
            "finding": finding.finding_id,
            "state": "resolved",
            "reason": payload.reason,
        }
        content = {"reason": payload.reason}
        append_statement(
            cursor,
            NewStatement(FINDING_RESOLVED, payload.model, call.actor, call.person, finding.finding_id, content),
        )
    return f"finding {finding.finding_id} of {payload.model} is resolved"
