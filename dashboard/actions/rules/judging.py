"""Who judges a model: rates its risks, accepts its status, closes its alerts, answers for its uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import named, people_with
from dashboard.actions.statements import status_of
from dashboard.errors import ForbiddenError, NotFoundError, shorten
from dashboard.governance.acceptances import ACCEPTED, WITHDRAWN, Acceptance, acceptances
from dashboard.governance.alerts import goals_moved_since, open_alert
from dashboard.governance.data_quality.incidents import incident_of, incidents
from dashboard.governance.risk.assessment import Assessed
from dashboard.governance.sign_offs.signatures import entitled
from dashboard.governance.situation.answering import answers_for
from dashboard.governance.situation.builders import builds
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.uses import Use, uses_of
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.statements import list_statements
from dashboard.words import Listed, Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.acceptance import AcceptedStatus, WithdrawnAcceptance
    from dashboard.actions.alerts import Closed
    from dashboard.actions.assess_risk import Assessment
    from dashboard.actions.faults import ResolvedFault
    from dashboard.actions.registry import Call
    from dashboard.actions.uses import AnswerToUse


def who_answers(call: Call, model_id: str) -> list[str]:
    """Who answers for a model now, or stands in; nobody who builds it."""
    get_card(call.store, model_id)
    situation = Situation(call.store, seen=frozenset({model_id}))
    found = entitled(situation, model_id, "accountable_executive", situation.moment(model_id))
    return [one for one in found if not builds(call.store, model_id, one)]


def not_lowered_by_a_builder(call: Call, payload: Assessment) -> None:
    """Four eyes: who builds a model does not rate its risks lower than they are rated."""
    get_card(call.store, payload.model)
    rating = Assessed(Situation(call.store, seen=frozenset({payload.model})), payload.model, payload.risk).rating
    if rating is None or (payload.likelihood >= rating.likelihood and payload.impact >= rating.impact):
        return
    if builds(call.store, payload.model, call.person):
        values = {"people": people_with(call.store, ("business_stakeholder", "domain_expert", "manager"), call.person)}
        message = mark("Builders of a model may not lower a rating of its risks; a colleague may: {people}.")
        raise ForbiddenError(Sentence(message, values))


def by_who_answers(call: Call, payload: AcceptedStatus) -> None:
    """Raise ForbiddenError unless a manager or who answers for the model acts, and does not build it."""
    if builds(call.store, payload.model, call.person):
        values = {"people": named(call.store, who_answers(call, payload.model))}
        message = mark("Four eyes: you build this model, so somebody else must accept its status: {people}.")
        raise ForbiddenError(Sentence(message, values))
    if not _may_decide(call, payload.model):
        values = {"people": named(call.store, who_answers(call, payload.model))}
        message = mark("Only a manager, or who is accountable for the model, may accept its status: {people}.")
        raise ForbiddenError(Sentence(message, values))


def by_oneself_or_who_answers(call: Call, payload: WithdrawnAcceptance) -> None:
    """Raise ForbiddenError unless who accepted, a manager or who answers for the model acts."""
    known = acceptance_in_force(call, payload.model, payload.area)
    if known is not None and known.person != call.person and not _may_decide(call, payload.model):
        values = {"people": named(call.store, dict.fromkeys([known.person, *who_answers(call, payload.model)]))}
        message = mark("Only who gave an acceptance, a manager, or who is accountable may withdraw it: {people}.")
        raise ForbiddenError(Sentence(message, values))


def acceptance_in_force(call: Call, model_id: str, area: str) -> Acceptance | None:
    """The acceptance of the status of an area that holds today; None when there is none."""
    day = get_card(call.store, model_id).local_day(now())
    known = acceptances(list_statements(call.store, (ACCEPTED, WITHDRAWN), model_id))
    return next((one for one in known if one.area == area and one.state(day) == "in_force"), None)


def _may_decide(call: Call, model_id: str) -> bool:
    return "manager" in call.principal.roles or answers_for(call.store, model_id, call.person)


def other_eyes(call: Call, payload: Closed) -> None:
    """Raise ForbiddenError when who builds a model closes its alert while the area is not ok again."""
    if builds(call.store, payload.model, call.person) and status_of(call, payload.model, payload.area) != "ok":
        message = mark(
            "Four eyes: you build this model; until the status is ok again, anybody may close this who does not."
        )
        raise ForbiddenError(Sentence(message))


def other_eyes_on_data(call: Call, payload: ResolvedFault) -> None:
    """Raise ForbiddenError when who builds a model resolves a fault of its data that goes on."""
    get_card(call.store, payload.model)
    known = incident_of(incidents(call.store, payload.model), payload.fault)
    if known is not None and known.fault.content["ongoing"] and builds(call.store, payload.model, call.person):
        message = mark("Four eyes: you build this model; while the fault goes on, anybody may resolve it who does not.")
        raise ForbiddenError(Sentence(message))


def moved_goals_are_accepted(call: Call, payload: Closed) -> None:
    """An alert that is over only by changed limits or settings is closed by who answers for the model, nobody else."""
    known = open_alert(call.store, payload.model, payload.area)
    situation = Situation(call.store, seen=frozenset({payload.model}))
    moved = goals_moved_since(situation, known) if known is not None else []
    allowed = who_answers(call, payload.model)
    if moved and call.person not in allowed:
        values = {"goals": Listed(tuple(goal.words for goal in moved)), "people": named(call.store, allowed)}
        message = mark(
            "Since this alert was opened, what the model is measured against has changed ({goals}). Only who is "
            "accountable for the model may accept that and close the alert: {people}."
        )
        raise ForbiddenError(Sentence(message, values))


def found_use(store: Store, payload: AnswerToUse) -> tuple[Situation, Use]:
    """The use that is meant; raises NotFoundError when none such was observed."""
    get_card(store, payload.model)
    situation = Situation(store, seen=frozenset({payload.model}))
    for use in uses_of(situation, payload.model):
        if (use.consumer, use.purpose) == (payload.consumer, payload.purpose):
            return situation, use
    raise NotFoundError(
        f"no use by {shorten(payload.consumer)} for {shorten(payload.purpose)} was observed; see show uses"
    )


def only_who_answers(call: Call, payload: AnswerToUse) -> None:
    """The accountable executive answers for what a model is used for, or a deputy."""
    situation, _ = found_use(call.store, payload)
    allowed = entitled(situation, payload.model, "accountable_executive", situation.moment(payload.model))
    if call.person not in allowed:
        message = mark("Only those who are accountable for the use of this model may decide about it: {people}.")
        raise ForbiddenError(Sentence(message, {"people": named(call.store, allowed)}))
