"""Approved uses, and what the accountable person answered about uses that were not approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from dashboard.governance.situation.situation import Situation
from dashboard.store.statements import Statement

USE_ANSWER = "use_answer"
UseAnswer = Literal["allow", "stop", "extend"]
USE_ANSWERS: tuple[UseAnswer, ...] = get_args(UseAnswer)


@dataclass(frozen=True)
class Answered:
    """What a person answered about the use of a model by a consumer for a purpose; `until` of `allow` is inclusive."""

    consumer: str
    purpose: str
    answer: UseAnswer
    until: date | None
    reason: str
    person: str | None
    at: datetime


def answers_about_uses(situation: Situation, model_id: str) -> list[Answered]:
    """Every answer until the moment that is asked about, oldest first."""
    said = situation.cached((USE_ANSWER,), lambda: _by_model(situation))
    until = situation.moment(model_id)
    return [answer for answer in said.get(model_id, []) if answer.at <= until]


def _by_model(situation: Situation) -> dict[str, list[Answered]]:
    found: dict[str, list[Answered]] = {}
    for model_id in situation.cards:
        for statement in situation.stated(model_id, USE_ANSWER):
            found.setdefault(model_id, []).append(_answered(statement))
    return found


def _answered(statement: Statement) -> Answered:
    content = statement.content
    answer: UseAnswer = next(known for known in USE_ANSWERS if known == content["answer"])
    until = date.fromisoformat(str(content["until"])) if content.get("until") else None
    consumer, purpose, reason = (str(content[name]) for name in ("consumer", "purpose", "reason"))
    return Answered(consumer, purpose, answer, until, reason, statement.person_id, statement.recorded_at)


def extended_purposes(situation: Situation, model_id: str, moment: datetime) -> list[str]:
    """The purposes by which the approved uses were extended until an instant."""
    said = answers_about_uses(situation, model_id)
    return [answer.purpose for answer in said if answer.answer == "extend" and answer.at <= moment]
