"""Gaps around the risks of a model: not rated, not reviewed, rated against the facts, or overtaken by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dashboard.governance.gaps.registry import Gap, gap_check, portfolio_check
from dashboard.governance.risk.assessment import Assessed, assessed
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.portfolio import Portfolio
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RISK_WORDS
from dashboard.schema.severities import Severity
from dashboard.words import Sentence, mark

# A rating so many steps below the evidence is severe.
STEPS_APART = 2


@gap_check("risk_not_rated")
def risk_not_rated(situation: Situation, model_id: str) -> Iterator[Gap]:
    """One of the four risks has no rating."""
    stage = situation.cards[model_id].status
    if stage in ("retired", "idea"):
        return
    severity: Severity = "high" if stage == "production" else "medium"
    for one in assessed(situation, model_id):
        if one.rating is None:
            reason = Sentence(mark("{risk} is not rated."), {"risk": RISK_WORDS[one.risk]})
            person = one.owner or whom_to_ask(situation, model_id)
            yield Gap(model_id, "risk_not_rated", severity, person, _begun(situation, model_id), reason)


@gap_check("overdue_review")
def overdue_review(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A risk should have been rated again."""
    if situation.cards[model_id].status == "retired":
        return
    day, patience = situation.day(model_id), situation.rules.reviews.escalate_after_days
    for one in assessed(situation, model_id):
        due = one.rating.next_review if one.rating is not None and one.overdue else None
        if due is None:
            continue
        late = (day - due).days
        values = {"risk": RISK_WORDS[one.risk], "day": due, "n": late}
        if late > patience:
            message = mark(
                "{risk}: the next rating was due by {day}, {n} days ago; this is escalated to the executive."
            )
            person = whom_to_ask(situation, model_id) or one.owner
        else:
            message = mark("{risk}: the next rating was due by {day}, {n} days ago.")
            person = one.owner or whom_to_ask(situation, model_id)
        severity: Severity = "high" if late > patience else "medium"
        since = due + timedelta(days=1)
        yield Gap(model_id, "overdue_review", severity, person, since, Sentence(message, values))


@gap_check("rating_contradicted")
def rating_contradicted(situation: Situation, model_id: str) -> Iterator[Gap]:
    """The facts say that a risk is likelier than it was rated."""
    if situation.cards[model_id].status == "retired":
        return
    for one in assessed(situation, model_id):
        if not one.contradicted or one.rating is None or one.evidence.level is None:
            continue
        values: dict[str, object] = {
            "risk": RISK_WORDS[one.risk],
            "likelihood": one.rating.likelihood,
            "level": one.evidence.level,
        }
        message = mark("{risk} is rated {likelihood}, the evidence says {level}.")
        if one.rating.reason:
            values["reason"] = one.rating.reason
            message = mark("{risk} is rated {likelihood}, the evidence says {level}. Reason given: “{reason}”")
        person = one.owner or whom_to_ask(situation, model_id)
        yield Gap(model_id, "rating_contradicted", _severity(one), person, _since(one), Sentence(message, values))


@gap_check("new_rating_asked")
def new_rating_asked(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Something has happened since a risk was rated that asks for a new rating."""
    if situation.cards[model_id].status == "retired":
        return
    for one in assessed(situation, model_id):
        if not one.triggers:
            continue
        first, last = one.triggers[0], one.triggers[-1]
        severity: Severity = (
            "medium" if any(trigger.kind in ("alert", "request") for trigger in one.triggers) else "low"
        )
        person = one.owner or whom_to_ask(situation, model_id)
        yield Gap(model_id, "new_rating_asked", severity, person, first.day, last.sentence)


@portfolio_check("no_risk_class")
def no_risk_class(situation: Situation, portfolio: Portfolio) -> Iterator[Gap]:
    """The risk class of a model is not stated, although this portfolio states them."""
    if not portfolio.states_classes:
        return
    for member in portfolio.members.values():
        if member.factors_missing and member.stages[-1][1] != "retired":
            values = {"n": member.factors_missing, "factor": f"factor {member.first_missing}"}
            message = mark("Factors of the risk class that are not stated: {n}, starting with {factor}.")
            yield Gap(member.model_id, "no_risk_class", "low", member.answerable, None, Sentence(message, values))


def _begun(situation: Situation, model_id: str) -> date | None:
    """Find the day from which a model should be rated: first deployment, else first card; None when both came later."""
    card, day = situation.cards[model_id], situation.day(model_id)
    deployed = [one.start for version in card.versions for one in version.deployments]
    recorded = card.local_day(situation.histories[model_id][0].recorded_at)
    return next((begin for begin in (*sorted(deployed)[:1], recorded) if begin <= day), None)


def _severity(one: Assessed) -> Severity:
    assert one.rating is not None
    assert one.evidence.level is not None
    if one.explained:
        return "low"
    return "high" if one.evidence.level - one.rating.likelihood >= STEPS_APART else "medium"


def _since(one: Assessed) -> date | None:
    """The first day on which both the rating and the facts were there."""
    assert one.rating is not None
    days = [day for day in (one.rating.assessed_on, one.evidence.until) if day is not None]
    return max(days, default=None)
