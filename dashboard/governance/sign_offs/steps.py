"""How each step of a model stands: signed, partly, conditional, rejected, stale, missing, or not due yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from dashboard.governance.sign_offs.differences import Difference, differences
from dashboard.governance.sign_offs.findings import findings_of
from dashboard.governance.sign_offs.required import REVIEW, Term, required_sign_offs, term_from
from dashboard.governance.sign_offs.signatures import (
    Signature,
    about_a_version,
    facts_behind,
    signatures_of,
    signing_for,
)
from dashboard.governance.sign_offs.standing import standing
from dashboard.governance.situation.builders import builders_at
from dashboard.governance.situation.lifetimes import STAGES, lives, local_day, stage_at, stage_since, version_at
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.schema.config.sign_offs import STEPS, load_sign_off_rules
from dashboard.schema.events import Step

StepStatus = Literal["missing", "partly", "signed", "conditional", "rejected", "stale", "not_due"]
STEP_STATES: tuple[StepStatus, ...] = get_args(StepStatus)


@dataclass(frozen=True)
class Signed:
    """The signature in force for a role, what differs since, and for how long it holds (None: without end)."""

    signature: Signature
    differences: tuple[Difference, ...]
    term: Term | None
    expired: bool

    @property
    def valid_until(self) -> date | None:
        """The last day on which it holds; None where only facts end it."""
        return self.term.until if self.term else None

    @property
    def stale(self) -> bool:
        """Return whether the facts of the signature have changed."""
        return self.expired or bool(self.differences)


@dataclass(frozen=True)
class StepState:
    """How one step of one model stands; `since` is the first day of the state, None when it is not known.

    `roles` gives the signature in force of each required role; `aside` are the other persons' last decisions, which
    stand for no role.
    """

    model_id: str
    step: Step
    state: StepStatus
    due: bool
    since: date | None
    roles: dict[RoleName, Signed | None]
    aside: tuple[Signature, ...]

    @property
    def to_sign(self) -> list[RoleName]:
        """The roles that are still, or again, to sign."""
        return [
            role
            for role, signed in self.roles.items()
            if signed is None or signed.stale or signed.signature.decision == "reject"
        ]

    @property
    def term(self) -> Term | None:
        """Return the first of the terms for which the signatures are valid."""
        terms = [signed.term for signed in self.roles.values() if signed and signed.term]
        return min(terms, key=lambda term: term.until, default=None)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """List the facts that differ from those of any signature, each once, the earliest change first."""
        found: dict[tuple[str, str | None], Difference] = {}
        for signed in self.roles.values():
            for one in signed.differences if signed else ():
                found.setdefault((one.fact, one.part), one)
        return tuple(sorted(found.values(), key=lambda one: one.since))


def step_states(situation: Situation, model_id: str) -> list[StepState]:
    """Every step of a model that needs signatures, in the order of its life."""
    return situation.cached(("steps", model_id), lambda: _step_states(situation, model_id))


def _step_states(situation: Situation, model_id: str) -> list[StepState]:
    required = required_sign_offs(situation, model_id)
    return [_state(situation, model_id, step, required[step]) for step in STEPS if step in required]


def _state(situation: Situation, model_id: str, step: Step, required: Sequence[RoleName]) -> StepState:
    made = [one for one in signatures_of(situation, model_id) if one.step == step]
    chosen = _in_force(situation, model_id, made, required)
    roles = {role: _signed(situation, model_id, signature) for role, signature in chosen.items()}
    aside = {one.person: one for one in made if not one.counts}
    begun = due_from(situation, model_id, step)
    due_since = begun[0] if begun else None
    due = due_since is not None and due_since <= situation.day(model_id) and _in_stage(situation, model_id, step)
    state = _status(situation, model_id, roles, due)
    since = due_since if state in ("missing", "partly") else _since(situation, model_id, state, roles)
    return StepState(model_id, step, state, due, since, roles, tuple(aside.values()))


def _in_force(
    situation: Situation, model_id: str, made: Sequence[Signature], required: Sequence[RoleName]
) -> Mapping[RoleName, Signature | None]:
    """The decisions that stand for the required roles; of a step about a version, on the one in use if there are any.

    A role for which nobody decided on the version in use keeps its decision on an earlier one.
    """
    counting = [one for one in made if one.counts]
    if not counting:
        return dict.fromkeys(required)
    step = counting[0].step
    if about_a_version(step):
        current = version_at(situation, model_id, situation.moment(model_id))
        renewed = {role for one in counting if one.version == current for role in one.roles}
        counting = [one for one in counting if one.version == current or not renewed.issuperset(one.roles)]

    def free(role: RoleName, signed: frozenset[str]) -> bool:
        return not signed.issuperset(may_sign(situation, model_id, step, role))

    return standing(counting, required, free)


def _signed(situation: Situation, model_id: str, signature: Signature | None) -> Signed | None:
    if signature is None:
        return None
    term = term_from(situation, model_id, signature.step, signature.day)
    found: list[Difference] = []
    if signature.decision != "reject":
        then = facts_behind(situation, signature)
        found = differences(situation, model_id, signature.at, then, load_sign_off_rules())
    return Signed(signature, tuple(found), term, term is not None and term.until < situation.day(model_id))


def _status(situation: Situation, model_id: str, roles: dict[RoleName, Signed | None], due: bool) -> StepStatus:
    present = [signed for signed in roles.values() if signed is not None]
    if not present:
        return "missing" if due else "not_due"
    if any(signed.signature.decision == "reject" for signed in present):
        return "rejected"
    if any(signed.stale for signed in present):
        return "stale"
    if len(present) < len(roles):
        return "partly"
    ids = {signed.signature.sign_off_id for signed in present}
    conditions = any(one.is_open and one.finding_id in ids for one in findings_of(situation, model_id))
    return "conditional" if conditions else "signed"


def _since(situation: Situation, model_id: str, state: StepStatus, roles: dict[RoleName, Signed | None]) -> date | None:
    present = [signed for signed in roles.values() if signed is not None]
    if state == "rejected":
        return min(one.signature.day for one in present if one.signature.decision == "reject")
    if state == "stale":
        changed = [local_day(situation, model_id, one.since) for signed in present for one in signed.differences]
        ended = [one.valid_until + timedelta(days=1) for one in present if one.expired and one.valid_until]
        return min([*changed, *ended])
    return max((one.signature.day for one in present), default=None)


def _in_stage(situation: Situation, model_id: str, step: Step) -> bool:
    stage = stage_at(situation, model_id, situation.moment(model_id))
    if stage is None:
        return False
    if stage == "retired":
        return step == "retirement"
    return STAGES.index(stage) >= STAGES.index(load_sign_off_rules().sign_off_steps[step].due_from)


def due_from(situation: Situation, model_id: str, step: Step) -> tuple[date, Term | None] | None:
    """The first day on which a signature was due: with the stage; of a review the day after its time since going live.

    The term is what asked for a review then. None where it is not known.
    """
    stages = STAGES[STAGES.index(load_sign_off_rules().sign_off_steps[step].due_from) :]
    begun = stage_since(situation, model_id, stages)
    if step != REVIEW or begun is None:
        return (begun, None) if begun is not None else None
    first = next(iter(lives(situation, model_id)), None)
    term = term_from(situation, model_id, step, local_day(situation, model_id, first.start) if first else begun)
    return (term.until + timedelta(days=1), term) if term else (begun, None)


def may_sign(situation: Situation, model_id: str, step: Step, role: RoleName) -> list[str]:
    """List who may sign for a role on the day: holders and stand-ins who neither build the model nor have left."""
    moment, day = situation.moment(model_id), situation.day(model_id)
    builders = builders_at(situation, model_id, moment)
    allowed = [person for person in signing_for(situation, model_id, step, role, moment) if person not in builders]
    known = situation.organisation.people
    return [person for person in allowed if person not in known or situation.present(person, day) is not None]


def still_to_sign(situation: Situation, state: StepState, role: RoleName) -> list[str]:
    """List who may sign for a role that is to sign: nobody who already stands for another role of the step."""
    stand = {
        signed.signature.person
        for other, signed in state.roles.items()
        if signed is not None and other != role and not signed.stale and signed.signature.decision != "reject"
    }
    return [person for person in may_sign(situation, state.model_id, state.step, role) if person not in stand]


def in_force(situation: Situation, model_id: str, step: Step, person: str) -> Signature | None:
    """A person's own signature on a step that still stands and needs no other one.

    One that holds for a time may be given anew on a later day.
    """
    renewable = term_from(situation, model_id, step, situation.day(model_id)) is not None
    for state in step_states(situation, model_id):
        for signed in state.roles.values() if state.step == step else ():
            if signed is None or signed.signature.person != person or signed.stale:
                continue
            if not renewable or signed.signature.day == situation.day(model_id):
                return signed.signature
    return None
