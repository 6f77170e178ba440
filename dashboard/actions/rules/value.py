"""Who promises what a model is to be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import named
from dashboard.actions.rules.judging import who_answers
from dashboard.errors import ForbiddenError
from dashboard.store.cards import get_card
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.promises import NewPromise
    from dashboard.actions.registry import Call


def by_who_answers_for_the_value(call: Call, payload: NewPromise) -> None:
    """Raise ForbiddenError unless who answers for a model, or stands in, promises; nobody who builds it.

    The operator brings what was promised elsewhere: such a promise has no signature, and says so.
    """
    get_card(call.store, payload.model)
    if call.principal.person is None and call.principal.operates:
        return
    allowed = who_answers(call, payload.model)
    if call.principal.person not in allowed:
        message = mark("Only who is accountable for the model, and does not build it, may promise its value: {people}.")
        raise ForbiddenError(Sentence(message, {"people": named(call.store, allowed)}))
