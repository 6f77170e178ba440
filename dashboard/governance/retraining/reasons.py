"""The reason of a recommendation as managers read it: what to do, why, and what it is about in money."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from dashboard.governance.retraining.loss import Loss
from dashboard.words import Sentence, mark, rounded_money

Answer = Literal["now", "later", "fix_data", "no", "unknown"]
CAUSES: dict[str, str] = {
    "broken_feature": mark("a feature is broken"),
    "growth": mark("what is predicted has grown beyond what the model learned"),
    "label_shift": mark("outcomes have another level than the model learned, at the same ranking"),
    "season": mark("the same season was difficult a year before"),
    "event": mark("one event is over, and performance is back"),
    "real_change": mark("what the model learned is no longer how things are"),
    "fairness": mark("groups are treated differently, but performance holds"),
    "harmless_drift": mark("cases have changed, but the model fits them as before"),
    "none": mark("performance is as in the reference"),
    "unknown": mark("the cause is not known"),
}
# By why the answer is what it is; `cause` is one of CAUSES.
TEXTS: dict[str, str] = {
    "pays": mark("Train it again now: {cause}. {money}"),
    "limit_missed": mark("Train it again now: {cause}, and a limit of the card is missed. {money}"),
    "no_money now": mark("Train it again now: {cause}. {money}"),
    "no_money later": mark("Train it again at the next occasion: {cause}. {money}"),
    "first_alarm": mark("Wait for one more period: this is the first one that is worse than the reference. {money}"),
    "too_dear": mark("Not now: {cause}, but a training takes too long to pay back. {money}"),
    "may_be_chance": mark("Watch it: {cause}, but what that costs may be chance. {money}"),
    "season": mark("Wait until the season is over, or train with cases of it: {cause}. {money}"),
    "target_missed": mark(
        "Look at the model before training it again: a limit is missed, but {cause}, so that more of the same will "
        "hardly help."
    ),
    "fault": mark("Fix the data first: {cause}, and a training now would learn the fault. {money}"),
    "costs_nothing": mark("No training is needed: performance is a little worse, but that costs nothing measurable."),
    "held": mark("No training is needed: {cause}."),
    "never": mark("The card says that this model is never trained again, although {cause}. {money}"),
    "retired": mark("No training is needed: the model is retired."),
    "unknown": mark("Whether to train again is not known. {why}"),
}
LOSES = mark("The decline costs about {loss} {currency} a week.")
PAYS_BACK = mark(
    "The decline costs about {loss} {currency} a week; a training for {cost} {currency} pays back after {n} weeks."
)
ONE_WEEK = mark(
    "The decline costs about {loss} {currency} a week; a training for {cost} {currency} pays back within a week."
)
NO_COST = mark("The decline costs about {loss} {currency} a week; what a training costs is not on the card.")
NO_LOSS = mark("No loss of money is measurable.")
NOT_IN_MONEY = mark("What that costs in money is not known.")


@dataclass(frozen=True)
class Advice:
    """An answer, the cause that it rests on, and the sentence that says it.

    `why` says why nothing is known.
    """

    answer: Answer
    cause: str
    said: str = "unknown"
    why: Sentence | None = None


@dataclass(frozen=True)
class Stated:
    """What the card says of money, and after how many weeks a training pays back (NaN: not known)."""

    currency: str | None = None
    cost: float | None = None
    weeks: float = math.nan


def reason_of(advice: Advice, loss: Loss | None = None, stated: Stated | None = None) -> Sentence:
    """The sentence that gives the reason of an answer."""
    key = advice.said if advice.said != "no_money" else f"no_money {advice.answer}"
    values: dict[str, object] = {
        "cause": Sentence(CAUSES[advice.cause]),
        "money": _money(loss or Loss(), stated or Stated(), trains=advice.answer in ("now", "later")),
        "why": advice.why or Sentence(""),
    }
    named = {name: value for name, value in values.items() if f"{{{name}}}" in TEXTS[key]}
    return Sentence(TEXTS[key], named)


def _money(loss: Loss, stated: Stated, *, trains: bool) -> Sentence:
    if not loss.is_known:
        return Sentence(NOT_IN_MONEY)
    if loss.expected <= 0:
        return Sentence(NO_LOSS)
    values: dict[str, object] = {"loss": rounded_money(loss.expected), "currency": stated.currency or ""}
    if not trains:
        return Sentence(LOSES, values)
    if stated.cost is None:
        return Sentence(NO_COST, values)
    if not math.isfinite(stated.weeks):
        return Sentence(LOSES, values)
    values |= {"cost": rounded_money(stated.cost)}
    return Sentence(ONE_WEEK if stated.weeks <= 1 else PAYS_BACK, {**values, "n": math.ceil(stated.weeks)})
