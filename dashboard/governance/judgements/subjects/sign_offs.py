"""Sign-offs: how each step stands, what differs since it was signed, findings, and uses that nobody approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.governance.gaps.checks.sign_offs import why_stale
from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.sign_offs.findings import Finding, findings_of, may_resolve
from dashboard.governance.sign_offs.signatures import Signature, entitled
from dashboard.governance.sign_offs.steps import Signed, StepState, due_from, step_states, still_to_sign
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.uses import Use, uses_of
from dashboard.schema.card.roles import RoleName

FINDING_ORDER = ("overdue", "open", "resolved")
NOTHING_DECIDED = dict.fromkeys(
    ("person", "decision", "at", "version", "reason", "conditions", "own_work", "imported_by")
)
STANDS_FOR_NO_ROLE = dict.fromkeys(("role", "differs", "valid_until", "valid_why", "to_sign"))


@subject("sign_off")
def sign_offs(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each step and role, and for decisions that stand for no role; cells as in the view `sign-offs`."""
    for state in step_states(situation, model_id):
        for role in state.roles:
            yield Row(_of_role(situation, state, role), status=state.state)
        for signature in state.aside:
            yield Row({**_of_step(state), **_decided(signature), **STANDS_FOR_NO_ROLE}, status=state.state)


def _of_role(situation: Situation, state: StepState, role: RoleName) -> dict[str, Any]:
    signed = state.roles[role]
    differs = why_stale(situation, state) if state.state == "stale" else None
    waiting = still_to_sign(situation, state, role) if role in state.to_sign else []
    begun = due_from(situation, state.model_id, state.step)
    term = signed.term if signed else begun[1] if begun and state.due else None
    return {
        **_of_step(state),
        **_decided(signed.signature if signed else None),
        "role": role,
        "differs": differs if signed and signed.stale else None,
        "valid_until": _valid_until(signed),
        "valid_why": term.reason if term else None,
        "to_sign": ", ".join(waiting) or None,
    }


def _of_step(state: StepState) -> dict[str, Any]:
    return {
        "model": state.model_id, "step": state.step, "state": state.state, "since": state.since, "due": state.due,
    }  # fmt: skip


def _decided(signature: Signature | None) -> dict[str, Any]:
    if signature is None:
        return NOTHING_DECIDED
    return {
        "own_work": signature.own_work,
        "imported_by": signature.imported_by,
        "person": signature.person,
        "decision": signature.decision,
        "at": signature.at,
        "version": signature.version,
        "reason": signature.reason,
        "conditions": signature.conditions,
    }


def _valid_until(signed: Signed | None) -> object:
    return signed.valid_until if signed else None


@subject("finding")
def findings(situation: Situation, model_id: str) -> Iterator[Row]:
    """Conditions and rejections, and what became of them; cells as the columns of the view `findings`."""
    for one in findings_of(situation, model_id):
        rank = FINDING_ORDER.index(one.state)
        yield Row(_finding(situation, one), one.owner, one.state, rank, one.due)


def _finding(situation: Situation, finding: Finding) -> dict[str, Any]:
    raised = finding.raised
    return {
        "finding": finding.finding_id,
        "model": raised.model_id,
        "step": raised.step,
        "kind": raised.decision,
        "what": raised.conditions or raised.reason,
        "owner": finding.owner,
        "due_on": finding.due,
        "state": finding.state,
        "raised_by": raised.person,
        "raised_at": raised.at,
        "resolved_by": finding.resolved_by,
        "resolved_at": finding.resolved_at,
        "reason": finding.reason,
        "may_resolve": ", ".join(may_resolve(situation, finding)) or None if finding.is_open else None,
    }


@subject("use")
def uses(situation: Situation, model_id: str) -> Iterator[Row]:
    """Judge who uses a model for what; cells as the columns of the view `uses`."""
    allowed = entitled(situation, model_id, "accountable_executive", situation.moment(model_id))
    for use in uses_of(situation, model_id):
        yield Row(_use(use, ", ".join(allowed) or None), status=use.state)


def _use(use: Use, allowed: str | None) -> dict[str, Any]:
    answer = use.answer
    return {
        "model": use.model_id,
        "kind": use.kind,
        "consumer": use.consumer,
        "purpose": use.purpose,
        "calls": use.calls,
        "first_seen": use.first,
        "last_seen": use.last,
        "state": use.state,
        "allowed_until": answer.until if answer else None,
        "person": answer.person if answer else None,
        "reason": answer.reason if answer else None,
        "may_answer": allowed if use.is_gap else None,
    }
