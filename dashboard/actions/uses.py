"""Answer the question that an unapproved use raises: allow it for a time, stop it, or extend the approved uses."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.judging import found_use, only_who_answers
from dashboard.actions.statements import Words
from dashboard.errors import refused
from dashboard.governance.uses.purposes import USE_ANSWER, UseAnswer
from dashboard.governance.uses.uses import Use
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import Label, ModelId
from dashboard.schema.times import Day
from dashboard.store.statements import NewStatement, append_statement
from dashboard.words import Sentence, mark


class AnswerToUse(Payload):
    """What shall become of a use that is not approved; `until` is the last day on which it is allowed."""

    model: ModelId
    consumer: Label
    purpose: Label
    answer: UseAnswer
    reason: Words
    until: Day | None = None

    @model_validator(mode="after")
    def _allowed_for_a_time(self) -> Self:
        if self.answer == "allow" and self.until is None:
            raise refused(Sentence(mark("State until when it is allowed.")), "until")
        if self.answer != "allow" and self.until is not None:
            raise refused(Sentence(mark("An end date is only for “allow for a limited time”.")), "until")
        return self


@action(
    "answer_use",
    command="use answer MODEL CONSUMER PURPOSE ANSWER --reason [--until]",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(only_who_answers,)),
)
def answer_use(call: Call, payload: AnswerToUse) -> str:
    """Decide about a use that is not approved: allow it for a time, stop it, or extend the approved uses."""
    situation, use = found_use(call.store, payload)
    if use.state == "approved":
        raise refused(Sentence(mark("This use is approved; there is nothing to answer.")), "purpose")
    if payload.until is not None and payload.until < situation.day(payload.model):
        raise refused(Sentence(mark("The day is in the past; choose today or later.")), "until")
    content = payload.model_dump(mode="json", exclude={"model"})
    if use.answer is not None and _same(use, payload):
        raise refused(Sentence(mark("This answer has already been given.")), "answer")
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        about = {"consumer": use.consumer, "purpose": use.purpose}
        audit_context.before[payload.model] = about | {"state": use.state}
        audit_context.after[payload.model] = content
        said = NewStatement(USE_ANSWER, payload.model, call.actor, call.person, payload.purpose, content)
        append_statement(cursor, said)
    return f"{payload.answer}: {payload.consumer} uses {payload.model} for {payload.purpose}"


def _same(use: Use, payload: AnswerToUse) -> bool:
    before = use.answer
    return before is not None and (before.answer, before.until) == (payload.answer, payload.until)
