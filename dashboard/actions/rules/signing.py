"""Who signs a step of a model, and who says that a finding is dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import named
from dashboard.errors import ForbiddenError, NotFoundError, shorten
from dashboard.governance.sign_offs.findings import Finding, findings_of, may_resolve
from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.governance.sign_offs.required import required_sign_offs
from dashboard.governance.sign_offs.signatures import roles_signed
from dashboard.governance.sign_offs.steps import may_sign
from dashboard.governance.situation.builders import builds
from dashboard.governance.situation.situation import Situation
from dashboard.schema.events import Step
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.findings import Resolved
    from dashboard.actions.registry import Call
    from dashboard.actions.sign_off import SignOff


def only_who_has_to(call: Call, payload: SignOff) -> None:
    """Only who holds a required role now, or stands in for it, decides; nobody approves their own work."""
    get_card(call.store, payload.model)
    situation = Situation(call.store, seen=frozenset({payload.model}))
    others = named(call.store, (one for one in _signers(situation, payload.model, payload.step) if one != call.person))
    if payload.decision != "reject" and builds(call.store, payload.model, call.person):
        message = mark("You build this model; somebody else has to approve it: {people}.")
        raise ForbiddenError(Sentence(message, {"people": others}))
    if not roles_signed(situation, payload.model, payload.step, call.person, now()):
        values = {"step": STEP_WORDS[payload.step], "people": others}
        message = mark("With your role on this model you may not sign this step ({step}); these people may: {people}.")
        raise ForbiddenError(Sentence(message, values))


def _signers(situation: Situation, model_id: str, step: Step) -> dict[str, None]:
    required = required_sign_offs(situation, model_id).get(step, ())
    return dict.fromkeys(one for role in required for one in may_sign(situation, model_id, step, role))


def found_finding(store: Store, payload: Resolved) -> tuple[Situation, Finding]:
    """The finding that is meant; raises NotFoundError when there is none of this id."""
    get_card(store, payload.model)
    situation = Situation(store, seen=frozenset({payload.model}))
    known = {finding.finding_id: finding for finding in findings_of(situation, payload.model)}
    if payload.finding not in known:
        open_ones = ", ".join(one.finding_id for one in known.values() if one.is_open) or "none"
        raise NotFoundError(f"finding {shorten(payload.finding)} is not known; open are {open_ones}")
    return situation, known[payload.finding]


def only_who_checks(call: Call, payload: Resolved) -> None:
    """Refuse whoever neither raised the finding nor signs its step, or had to deal with it."""
    situation, finding = found_finding(call.store, payload)
    allowed = may_resolve(situation, finding)
    if call.person not in allowed:
        message = mark("The person assigned to a finding may not close it; these people may: {people}.")
        raise ForbiddenError(Sentence(message, {"people": named(call.store, allowed)}))
