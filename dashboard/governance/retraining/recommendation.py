"""Train again now, later, fix the data first, or not: one answer for a model on a day, with its arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from dashboard.governance.retraining.causes.registry import Cause, Finding, findings, suspected
from dashboard.governance.retraining.decline import Decline, decline_of
from dashboard.governance.retraining.facts import Facts, facts_of
from dashboard.governance.retraining.loss import Loss, loss_of
from dashboard.governance.retraining.planned import cost_of, never_again, planned_on
from dashboard.governance.retraining.reasons import Advice, Answer, Stated, reason_of
from dashboard.governance.situation.lifetimes import stage_at
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.areas import NO_LOG, NOT_MONITORED
from dashboard.words import Sentence


@dataclass(frozen=True)
class Recommendation:
    """The answer for a model, and all that it rests on; money is in the currency of the card.

    `cost` is that of one training (None: not stated on the card), `weeks` after how many it pays back if it brings all
    of the loss back (NaN: not known), `period` the latest period that was judged.
    """

    answer: Answer
    cause: Cause
    reason: Sentence
    loss: Loss = Loss()
    cost: float | None = None
    weeks: float = math.nan
    planned: date | None = None
    period: str | None = None
    findings: tuple[Finding, ...] = ()


def recommendation_of(situation: Situation, model_id: str) -> Recommendation:
    """Whether a model should be trained again, on the day that is asked about; worked out once for a situation."""
    return situation.cached(("retraining", model_id), lambda: _recommended(situation, model_id))


def _recommended(situation: Situation, model_id: str) -> Recommendation:
    facts = facts_of(situation, model_id)
    cost, planned = cost_of(situation.cards[model_id]), planned_on(situation, model_id)
    if facts is None:
        why = NOT_MONITORED if model_id in situation.logged else NO_LOG
        return Recommendation("unknown", "unknown", reason_of(Advice("unknown", "unknown", why=why)), cost=cost)
    decline = decline_of(facts)
    loss, found = loss_of(facts, decline), findings(facts, decline)
    found_on = _Grounds(facts, decline, loss, suspected(found), weeks_to_pay_back(loss, cost))
    advice, value = _advice(found_on), facts.card.business.value
    stated = Stated(value.currency if value is not None else None, cost, found_on.weeks)
    latest = decline.latest.label if decline.latest is not None else None
    return Recommendation(
        advice.answer, found_on.cause, reason_of(advice, loss, stated), loss, cost, found_on.weeks,
        planned, latest, tuple(found),
    )  # fmt: skip


def weeks_to_pay_back(loss: Loss, cost: float | None) -> float:
    """After how many weeks a training pays back that brings back all of a certain loss; NaN where that is not known."""
    if cost is None or not loss.is_certain:
        return math.nan
    return cost / loss.expected


@dataclass(frozen=True)
class _Grounds:
    """What the answer follows from."""

    facts: Facts
    decline: Decline
    loss: Loss
    cause: Cause
    weeks: float


def _advice(found: _Grounds) -> Advice:
    """The answer, and which sentence gives its reason."""
    facts, cause = found.facts, found.cause
    if stage_at(facts.situation, facts.model_id, facts.situation.moment(facts.model_id)) == "retired":
        return Advice("no", cause, "retired")
    advice = _by_facts(found)
    if never_again(facts.card) and advice.answer in ("now", "later"):
        return Advice("no", cause, "never")
    return advice


def _by_facts(found: _Grounds) -> Advice:
    """What the state of the model and the suspected cause say."""
    decline, loss, cause = found.decline, found.loss, found.cause
    if cause == "broken_feature":
        return Advice("fix_data", cause, "fault")
    if decline.state == "unknown":
        return Advice("unknown", cause, "unknown", decline.beside.reason)
    if decline.state != "declined":
        return Advice("later", cause, "target_missed") if decline.limit_missed else Advice("no", cause, "held")
    if cause == "season":
        return Advice("later", cause, "season")
    if not decline.confirmed:
        harmless = loss.is_known and not loss.is_certain and not decline.limit_missed
        return Advice("no", cause, "costs_nothing") if harmless else Advice("later", cause, "first_alarm")
    return _by_money(found)


def _by_money(found: _Grounds) -> Advice:
    """What a confirmed decline is answered by: money, the limits of the card, and how much worse the model is."""
    decline, loss, cause = found.decline, found.loss, found.cause
    strong = decline.beside.status == "alert"
    too_dear = math.isfinite(found.weeks) and found.weeks > found.facts.thresholds.retraining.pays_within_weeks
    if loss.is_certain and not too_dear:
        return Advice("now", cause, "pays")
    if decline.limit_missed:
        return Advice("now", cause, "limit_missed")
    if not loss.is_known:
        return Advice("now" if strong else "later", cause, "no_money")
    if loss.is_certain:
        return Advice("later", cause, "too_dear")
    return Advice("later", cause, "may_be_chance") if strong else Advice("no", cause, "costs_nothing")
