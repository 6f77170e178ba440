"""What was decided on the steps of a model, by whom and in which role: one history of imported and own sign-offs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.governance.sign_offs.facts import OF_A_VERSION, Facts, facts_at
from dashboard.governance.sign_offs.required import required_sign_offs
from dashboard.governance.situation.builders import builders_at
from dashboard.governance.situation.lifetimes import local_day, trained_by, version_at
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.schema.config.sign_offs import load_sign_off_rules
from dashboard.schema.events import Decision, Step
from dashboard.schema.sign_off_evidence import FactName


@dataclass(frozen=True)
class Signature:
    """One decision of a person.

    `roles` are those required for the step that the person held or stood in for at the time. `own_work` says that they
    built the model and let it pass. `version` is what it was about. `imported_by` names who imported the decision; it
    is None where the person made it here.
    """

    sign_off_id: str
    model_id: str
    step: Step
    person: str
    decision: Decision
    at: datetime
    day: date
    version: str
    reason: str | None
    conditions: str | None
    due: date | None
    owner: str | None
    roles: tuple[RoleName, ...]
    own_work: bool
    stated: Facts
    imported_by: str | None = None

    @property
    def counts(self) -> bool:
        """Return whether the decision was made by somebody entitled to it."""
        return bool(self.roles) and not self.own_work


def signatures_of(situation: Situation, model_id: str) -> list[Signature]:
    """Every decision on a model until the asked moment, oldest first."""
    return situation.cached(("signatures", model_id), lambda: _signatures(situation, model_id))


def _signatures(situation: Situation, model_id: str) -> list[Signature]:
    found = []
    for event in situation.events(model_id, "sign_off"):
        content, at = event.content, event.happened_at
        if at > situation.moment(model_id):
            continue
        person, step, decision = str(content["person"]), content["step"], content["decision"]
        found.append(
            Signature(
                sign_off_id=event.fact_id[:12],
                model_id=model_id,
                step=step,
                person=person,
                decision=decision,
                at=at,
                day=local_day(situation, model_id, at),
                version=str(content.get("version") or _version_meant(situation, model_id, at)),
                reason=content.get("reason"),
                conditions=content.get("conditions"),
                due=date.fromisoformat(content["due"]) if content.get("due") else None,
                owner=content.get("owner"),
                roles=roles_signed(situation, model_id, step, person, at),
                own_work=decision != "reject" and person in builders_at(situation, model_id, at),
                stated={name: fact for name, fact in (content.get("basis") or {}).items() if fact is not None},
                imported_by=event.imported_by,
            )
        )
    return found


def _version_meant(situation: Situation, model_id: str, at: datetime) -> str:
    """The version that a signature without one was about: the one in use then, or one that was trained to follow.

    A candidate is signed before it goes live; so what was trained by then and is in use now is what was meant.
    """
    used, trained = version_at(situation, model_id, at), trained_by(situation, model_id, at)
    current = version_at(situation, model_id, situation.moment(model_id))
    following = trained[trained.index(used) + 1 :] if used in trained else []
    return current if current in following else used


def roles_signed(situation: Situation, model_id: str, step: Step, person: str, at: datetime) -> tuple[RoleName, ...]:
    """The roles required for a step for which a person signs at an instant."""
    required = required_sign_offs(situation, model_id).get(step, ())
    return tuple(role for role in required if person in signing_for(situation, model_id, step, role, at))


def signing_for(situation: Situation, model_id: str, step: Step, role: RoleName, at: datetime) -> list[str]:
    """List who signs a step for a role at an instant; a deputy with a role of their own does not also stand in.

    A deputy who also holds the other role of a step shall not take the place of an executive who is there.
    """
    found = entitled(situation, model_id, role, at)
    executives = situation.entitled_at(model_id, "accountable_executive", at)
    if not executives:
        return found
    required = required_sign_offs(situation, model_id).get(step, ())
    own = {
        one
        for other in required
        if other != "accountable_executive"
        for one in situation.entitled_at(model_id, other, at)
    }
    holders = set(situation.entitled_at(model_id, role, at))
    return [one for one in found if one in holders or one in executives or one not in own]


def entitled(situation: Situation, model_id: str, role: RoleName, at: datetime) -> list[str]:
    """List who signs for a role at an instant.

    Its holders; executive or deputy for theirs, and for roles that nobody holds.
    """
    holders = situation.entitled_at(model_id, role, at)
    if holders and role != "accountable_executive":
        return holders
    executives = situation.entitled_at(model_id, "accountable_executive", at)
    return list(dict.fromkeys([*executives, *situation.entitled_at(model_id, "deputy", at)]))


def facts_behind(situation: Situation, signature: Signature) -> Facts:
    """The facts that a signature rested on: those it states, and for the rest what held at its instant."""
    rests_on = load_sign_off_rules().sign_off_steps[signature.step].rests_on
    held = facts_at(situation, signature.model_id, signature.at, rests_on, signature.version)
    return {name: signature.stated.get(name, fact) for name, fact in held.items()}


def about_a_version(step: Step) -> bool:
    """Return whether a step rests on anything that belongs to a version of the model."""
    names: list[FactName] = load_sign_off_rules().sign_off_steps[step].rests_on
    return any(name in OF_A_VERSION for name in names)
