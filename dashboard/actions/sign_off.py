"""Sign a step of a model: approve, approve with conditions, or reject; the facts it rests on are kept with it."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.signing import only_who_has_to
from dashboard.actions.statements import Words
from dashboard.errors import refused
from dashboard.governance.sign_offs.facts import facts_at
from dashboard.governance.sign_offs.signatures import about_a_version
from dashboard.governance.sign_offs.steps import in_force
from dashboard.governance.situation.lifetimes import version_at
from dashboard.governance.situation.situation import Situation
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.config.sign_offs import load_sign_off_rules
from dashboard.schema.events import Decision, SignOffEvent, Step
from dashboard.schema.sign_off_evidence import Basis
from dashboard.schema.texts import ModelId, PersonId, VersionName
from dashboard.schema.times import Day
from dashboard.store.engine.clock import now
from dashboard.store.events import append_events
from dashboard.words import Sentence, mark

PAST = Sentence(mark("The day is in the past; choose today or later."))


class SignOff(Payload):
    """A decision on a step; `conditions` are to be met by `owner` (default: the executive) until `due`."""

    model: ModelId
    step: Step
    decision: Decision
    reason: Words
    conditions: Words | None = None
    due: Day | None = None
    owner: PersonId | None = None
    version: VersionName | None = None

    @model_validator(mode="after")
    def _conditions_are_named(self) -> Self:
        if self.decision == "conditions" and self.conditions is None:
            raise refused(Sentence(mark("State the conditions of your approval.")), "conditions")
        if self.decision == "approve" and self.conditions is not None:
            raise refused(Sentence(mark("Conditions can only be stated with “approve with conditions”.")), "decision")
        return self


@action(
    "sign_off",
    command="sign off MODEL STEP DECISION --reason [--conditions] [--due] [--owner] [--version]",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(only_who_has_to,)),
)
def sign_off(call: Call, payload: SignOff) -> str:
    """Sign a step of a model with a reason: approve, approve with conditions, or reject."""
    situation, moment = Situation(call.store, seen=frozenset({payload.model})), now()
    before = in_force(situation, payload.model, payload.step, call.person)
    if before is not None and before.decision == payload.decision:
        message = mark("You already made this decision on {day}, and nothing has changed since.")
        raise refused(Sentence(message, {"day": before.day}), "decision")
    if payload.due is not None and payload.due < situation.day(payload.model):
        raise refused(PAST, "due")
    event = _event(situation, payload, call.person)
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        record = {"step": payload.step, "decision": payload.decision, "reason": payload.reason, "person": call.person}
        audit_context.before[payload.model] = (
            {"decision": before.decision, "at": before.at.isoformat()} if before else None
        )
        audit_context.after[payload.model] = record | {name: str(value) for name, value in _promised(payload).items()}
        append_events(cursor, [(event, situation.cards[payload.model].time_zone)], call.actor, None)
    return f"{call.person}: {payload.decision} {payload.step} of {payload.model} at {moment:%Y-%m-%d %H:%M} UTC"


def _promised(payload: SignOff) -> dict[str, object]:
    given = {"conditions": payload.conditions, "due": payload.due, "owner": payload.owner, "version": payload.version}
    return {name: value for name, value in given.items() if value is not None}


def _event(situation: Situation, payload: SignOff, person: str) -> SignOffEvent:
    """The event, with what the decision rests on; it names its version where the step is about one."""
    moment = situation.moment(payload.model)
    version = payload.version
    if version is None and about_a_version(payload.step):
        version = version_at(situation, payload.model, moment)
    names = load_sign_off_rules().sign_off_steps[payload.step].rests_on
    facts = facts_at(situation, payload.model, moment, names, version)
    # No figure was known: said so, since labels may still come for periods that were over by then.
    if "metrics" in facts:
        facts["metrics"] = facts["metrics"] or {}
    return SignOffEvent(
        kind="sign_off",
        model=payload.model,
        at=moment,
        version=version,
        step=payload.step,
        person=person,
        decision=payload.decision,
        reason=payload.reason,
        conditions=payload.conditions,
        due=payload.due,
        owner=payload.owner,
        basis=Basis.model_validate(facts),
    )
