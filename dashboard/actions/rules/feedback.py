"""Whose judgements, remarks and topics of feedback are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import named
from dashboard.errors import ForbiddenError, NotFoundError, shorten
from dashboard.governance.feedback.remarks import REMARK, remarks_of
from dashboard.governance.feedback.topics import MAY_ANSWER
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.governance.situation.answering import roles_held
from dashboard.governance.situation.situation import Situation
from dashboard.store.cards import get_card
from dashboard.store.statements import list_statements
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.feedback import WithdrawnFeedback
    from dashboard.actions.registry import Call
    from dashboard.actions.topics import AnsweredTopic


def by_who_gave_it(call: Call, payload: WithdrawnFeedback) -> None:
    """Raise ForbiddenError unless who gave a judgement or remark takes it back, NotFoundError when there is none."""
    get_card(call.store, payload.model)
    verdicts = {one.feedback_id: one.person for one in list_verdicts(call.store, payload.model)}
    remarks = remarks_of(list_statements(call.store, [REMARK], payload.model))
    people = verdicts | {one.remark_id: one.person for one in remarks}
    if payload.feedback not in people:
        raise NotFoundError(f"feedback {shorten(payload.feedback)} is not known; see show feedback {payload.model}")
    person = people[payload.feedback]
    if person != call.person:
        message = mark("Only who gave this judgement may take it back: {people}.")
        raise ForbiddenError(Sentence(message, {"people": named(call.store, [person])}))


def by_who_can_answer(call: Call, payload: AnsweredTopic) -> None:
    """Raise ForbiddenError unless who answers for a model, stands in, or trains it acts."""
    held = roles_held(call.store, payload.model, call.person)
    if not held & MAY_ANSWER:
        situation = Situation(call.store, seen=frozenset({payload.model}))
        people = dict.fromkeys(
            person for role in sorted(MAY_ANSWER) for person in situation.holders(payload.model, role)
        )
        message = mark("Only who answers for the model, or trains it, may answer this topic: {people}.")
        raise ForbiddenError(Sentence(message, {"people": named(call.store, people)}))
