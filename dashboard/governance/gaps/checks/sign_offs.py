"""Gaps around sign-offs: what nobody signed, what no longer stands, what was left open, and who approved own work."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.gaps.registry import Gap, gap_check
from dashboard.governance.sign_offs.findings import Finding, findings_of
from dashboard.governance.sign_offs.labels import FACT_WORDS, STEP_WORDS
from dashboard.governance.sign_offs.signatures import Signature, signatures_of
from dashboard.governance.sign_offs.steps import StepState, due_from, step_states, still_to_sign
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import ROLE_WORDS
from dashboard.schema.severities import Severity
from dashboard.words import Listed, Sentence, mark


@gap_check("missing_sign_off")
def missing_sign_off(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A step that is due has not been signed by everybody who has to."""
    for state in step_states(situation, model_id):
        if state.due and state.state in ("missing", "partly", "rejected"):
            severity: Severity = "medium" if state.state == "partly" or state.step == "review" else "high"
            person = _to_ask(situation, state)
            yield Gap(model_id, "missing_sign_off", severity, person, state.since, _missing(situation, state, person))


@gap_check("stale_sign_off")
def stale_sign_off(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Something that a signature rested on has changed, or it has run out."""
    for state in step_states(situation, model_id):
        if state.state == "stale" and (state.due or not _retired(situation, model_id)):
            person = _to_ask(situation, state)
            yield Gap(model_id, "stale_sign_off", "medium", person, state.since, why_stale(situation, state))


@gap_check("open_condition")
def open_condition(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A condition or the reason for a rejection has not been dealt with; what is overdue goes to the executive."""
    for finding in findings_of(situation, model_id):
        if finding.is_open:
            overdue = finding.state == "overdue"
            person = whom_to_ask(situation, model_id) if overdue or not finding.owner else finding.owner
            severity: Severity = "high" if overdue else "medium"
            yield Gap(model_id, "open_condition", severity, person, finding.raised.day, _open(situation, finding))


@gap_check("self_approval")
def self_approval(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Somebody who builds the model approved it."""
    found: dict[tuple[str, str], Signature] = {}
    for one in signatures_of(situation, model_id):
        if one.own_work:
            found.setdefault((one.step, one.person), one)
    states = {state.step: state for state in step_states(situation, model_id)}
    for (_, person), first in found.items():
        if not _signed_by_others_since(states.get(first.step), first):
            values = {"person": situation.organisation.person_name(person), "step": STEP_WORDS[first.step]}
            reason = Sentence(
                mark("{person} builds this model and approved it ({step}); somebody else must approve it."), values
            )
            asked = whom_to_ask(situation, model_id)
            yield Gap(model_id, "self_approval", "high", asked if asked != person else None, first.day, reason)


def _signed_by_others_since(state: StepState | None, own: Signature) -> bool:
    """Return whether everybody who has to has signed a step after somebody approved their own work."""
    if state is None or state.to_sign:
        return False
    return all(signed is not None and signed.signature.at > own.at for signed in state.roles.values())


def _retired(situation: Situation, model_id: str) -> bool:
    return situation.cards[model_id].status == "retired"


def _to_ask(situation: Situation, state: StepState) -> str | None:
    """The first person who may sign for the first role that is to sign."""
    for role in state.to_sign:
        allowed = still_to_sign(situation, state, role)
        if allowed:
            return allowed[0]
    return whom_to_ask(situation, state.model_id, *state.to_sign)


def _missing(situation: Situation, state: StepState, person: str | None) -> Sentence:
    values: dict[str, object] = {"step": STEP_WORDS[state.step]}
    if state.state == "rejected":
        signed = next(one for one in state.roles.values() if one and one.signature.decision == "reject")
        values |= {"person": situation.organisation.person_name(signed.signature.person), "day": signed.signature.day}
        return Sentence(mark("{step}: rejected by {person} on {day}."), values)
    if person is None:
        return Sentence(mark("{step}: not signed, and nobody is known who could sign."), values)
    waiting = [one for role in state.to_sign for one in still_to_sign(situation, state, role)[:1]]
    if state.state == "partly" and not waiting:
        signers = {one.signature.person for one in state.roles.values() if one is not None}
        values |= {"signed": Listed(tuple(situation.organisation.person_name(one) for one in sorted(signers)))}
        values |= {"roles": Listed(tuple(ROLE_WORDS[role] for role in state.to_sign))}
        message = mark(
            "{step}: signed by {signed} only; a second person is needed, and nobody else is one of: {roles}."
        )
        return Sentence(message, values)
    names = [situation.organisation.person_name(one) for one in dict.fromkeys(waiting or [person])]
    values |= {"people": ", ".join(names)}
    if state.state == "partly":
        return Sentence(mark("{step}: partly signed; still to sign: {people}."), values)
    begun = due_from(situation, state.model_id, state.step)
    if begun is not None and begun[1] is not None:
        values |= {"day": begun[1].until, "why": begun[1].reason}
        return Sentence(mark("{step}: not signed by anyone required, due by {day}; {why}. To sign: {people}."), values)
    return Sentence(mark("{step}: not signed by anyone required; to sign: {people}."), values)


def why_stale(situation: Situation, state: StepState) -> Sentence:
    """Why a signature no longer stands."""
    values: dict[str, object] = {"step": STEP_WORDS[state.step]}
    if not state.differences:
        assert state.term is not None
        values |= {"day": state.term.until, "why": state.term.reason}
        return Sentence(mark("{step}: the signature was valid until {day}; {why}."), values)
    first = state.differences[0]
    values |= {"fact": FACT_WORDS[first.fact], "day": state.since, "others": len(state.differences) - 1}
    if len(state.differences) == 1:
        return Sentence(mark("{step}: changed since it was signed: {fact} (since {day})."), values)
    message = mark("{step}: changed since it was signed: {fact} (since {day}) and {others} more.")
    return Sentence(message, values)


def _open(situation: Situation, finding: Finding) -> Sentence:
    raised = finding.raised
    values: dict[str, object] = {
        "step": STEP_WORDS[raised.step],
        "what": raised.conditions or raised.reason or "–",
        "owner": situation.organisation.person_name(finding.owner) if finding.owner else "–",
        "due": finding.due,
    }
    if finding.state == "overdue":
        return Sentence(mark("{step}: overdue since {due}, with {owner}: {what}"), values)
    return Sentence(mark("{step}: open until {due}, with {owner}: {what}"), values)
