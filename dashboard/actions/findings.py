"""Say that a condition is met, or that what led to a rejection is dealt with."""

from __future__ import annotations

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.signing import found_finding, only_who_checks
from dashboard.actions.statements import Words
from dashboard.errors import refused
from dashboard.governance.sign_offs.findings import FINDING_RESOLVED
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import Label, ModelId
from dashboard.store.statements import NewStatement, append_statement
from dashboard.words import Sentence, mark


class Resolved(Payload):
    """A finding of a model that is dealt with, and how."""

    model: ModelId
    finding: Label
    reason: Words


@action(
    "resolve_finding",
    command="finding resolve MODEL FINDING --reason",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(only_who_checks,)),
)
def resolve_finding(call: Call, payload: Resolved) -> str:
    """Close a finding of a sign-off, with what was done about it."""
    _, finding = found_finding(call.store, payload)
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
