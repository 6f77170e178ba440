"""Who plans and starts the training of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import named
from dashboard.actions.rules.judging import who_answers
from dashboard.errors import ForbiddenError
from dashboard.governance.situation.answering import ANSWERING_ROLES, roles_held
from dashboard.governance.situation.builders import BUILDER_ROLES
from dashboard.governance.situation.roles import roles_of
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.registry import Call
    from dashboard.actions.retraining_plans import CancelledPlan, PlannedRetraining
    from dashboard.actions.retraining_runs import EndedRetraining, StartedRetraining


def by_who_trains_or_answers(
    call: Call, payload: PlannedRetraining | CancelledPlan | StartedRetraining | EndedRetraining
) -> None:
    """Raise ForbiddenError unless a manager acts, or who builds the model, answers for it or stands in.

    A program, where the action is open to one, tells how the training ended that it does.
    """
    card = get_card(call.store, payload.model)
    if "manager" in call.principal.roles or call.principal.person is None:
        return
    held = roles_held(call.store, card.id, call.person)
    if held & {*BUILDER_ROLES, *ANSWERING_ROLES}:
        return
    today = card.local_day(now())
    build = [one.person for one in roles_of(call.store, card.id) if one.role in BUILDER_ROLES and one.on(today)]
    message = mark("Only a manager, and those who build the model or are accountable for it, may do this: {people}.")
    people = named(call.store, dict.fromkeys([*build, *who_answers(call, card.id)]))
    raise ForbiddenError(Sentence(message, {"people": people}))
