"""Rate a risk of a model."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.judging import not_lowered_by_a_builder
from dashboard.actions.statements import Note
from dashboard.errors import refused
from dashboard.governance.risk.assessment import Assessed
from dashboard.governance.risk.class_requirements import next_review
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RiskName
from dashboard.schema.events import RiskEvent
from dashboard.schema.texts import ModelId
from dashboard.schema.times import Day
from dashboard.store.engine.clock import now
from dashboard.store.events import append_events
from dashboard.words import Sentence, mark

Step = Annotated[int, Field(ge=1, le=5)]


class Assessment(Payload):
    """A rating of a risk; without `next_review` the model's risk class says when it is rated again."""

    model: ModelId
    risk: RiskName
    likelihood: Step
    impact: Step
    mitigation: Note | None = None
    next_review: Day | None = None
    reason: Note | None = None
    owner: str | None = None


@action(
    "assess_risk",
    command="assess risk MODEL RISK --likelihood --impact [--mitigation] [--next-review] [--reason] [--owner]",
    rights=Rights(
        ("business_stakeholder", "domain_expert", "manager"),
        personal=True,
        rules=(not_lowered_by_a_builder,),
    ),
)
def assess_risk(call: Call, payload: Assessment) -> str:
    """Rate a risk of a model; below what the evidence says a reason is needed.

    Raises InputRefusedError when the reason is missing, the owner is not registered or the review lies in the past.
    """
    situation = Situation(call.store, seen=frozenset({payload.model}))
    one = Assessed(situation, payload.model, payload.risk)
    today = situation.day(payload.model)
    _check(situation, one, payload, today)
    event = RiskEvent(
        kind="risk",
        model=payload.model,
        at=now(),
        risk=payload.risk,
        likelihood=payload.likelihood,
        impact=payload.impact,
        person=call.person,
        mitigation=_written(payload.mitigation),
        next_review=payload.next_review or next_review(situation, payload.model, today),
        reason=_written(payload.reason),
        owner=_written(payload.owner),
    )
    audit_context = call.audit_context()
    before = one.rating
    audit_context.before[payload.model] = (
        {"risk": payload.risk, "likelihood": before.likelihood, "impact": before.impact} if before else None
    )
    audit_context.after[payload.model] = event.model_dump(mode="json", exclude={"kind", "model"}, exclude_none=True)
    with call.store.writing(audit_context) as cursor:
        append_events(cursor, [(event, situation.cards[payload.model].time_zone)], call.actor, None)
    return f"rated {payload.risk} of {payload.model}: likelihood {payload.likelihood}, impact {payload.impact}"


def _check(situation: Situation, one: Assessed, payload: Assessment, today: date) -> None:
    level = one.evidence.level
    if level is not None and payload.likelihood < level and not _written(payload.reason):
        message = mark(
            "The evidence says {level}, you rate {likelihood}: give a reason; it is shown beside the rating."
        )
        raise refused(Sentence(message, {"level": level, "likelihood": payload.likelihood}), "reason")
    owner = _written(payload.owner)
    if owner is not None and situation.present(owner, today) is None:
        raise refused(Sentence(mark("{person} is not registered, or has left."), {"person": owner}), "owner")
    if payload.next_review is not None and payload.next_review <= today:
        raise refused(Sentence(mark("The next review must be after today.")), "next_review")


def _written(text: str | None) -> str | None:
    """A text without spaces around it; None when nothing is left."""
    return (text or "").strip() or None
