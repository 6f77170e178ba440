"""Whether a period brought what was promised: yes, no, or not known yet, always with the reason.

Yes when the lower bound of the 95 % interval reaches the promise, no when its upper bound does not. What outcomes show
counts; before they are known, or while they cannot speak for the period, what is estimated does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboard.measures.figure import Figure
from dashboard.measures.value.worth import Expected
from dashboard.words import Sentence, mark, rounded_money

Answer = Literal["yes", "no", "unknown"]
Source = Literal["realised", "estimated", "reported"]

NO_PRICES = Sentence(
    mark("The card does not say what predictions are worth; name business.value.outcomes or business.value.errors.")
)
NO_PROMISE = Sentence(mark("Nothing is promised for these days, so there is nothing to compare with."))
FOR_ALL_CASES = Sentence(mark("The promise is made for all cases and versions together, not for a part of them."))
NOT_REPORTED = Sentence(mark("The figures that the business reports do not cover all days of the period."))
NO_OUTCOMES = Sentence(mark("No outcome is known yet, and nothing can be estimated from the scores alone."))
REASONS: dict[tuple[Source, str], str] = {
    ("realised", "yes"): mark(
        "Yes: the model brought {amount} {currency} (95% interval {low} to {high}), at least the {promised} "
        "{currency} promised."
    ),
    ("realised", "no"): mark(
        "No: the model brought {amount} {currency} (95% interval {low} to {high}), less than the {promised} "
        "{currency} promised."
    ),
    ("realised", "chance"): mark(
        "Not known yet: the model brought {amount} {currency}; the 95% interval of {low} to {high} holds the "
        "{promised} {currency} promised, so the difference may be chance."
    ),
    ("realised", "no interval"): mark(
        "Not known yet: the model brought {amount} {currency} where {promised} {currency} were promised, but how "
        "certain that is, is not known."
    ),
    ("estimated", "yes"): mark(
        "Yes, before outcomes are known, the model is estimated to bring {amount} {currency} (95% interval {low} to "
        "{high}), at least the {promised} {currency} promised."
    ),
    ("estimated", "no"): mark(
        "No, before outcomes are known, the model is estimated to bring {amount} {currency} (95% interval {low} to "
        "{high}), less than the {promised} {currency} promised."
    ),
    ("estimated", "chance"): mark(
        "Not known yet: before outcomes are known, the model is estimated to bring {amount} {currency}; the 95% "
        "interval of {low} to {high} holds the {promised} {currency} promised."
    ),
    ("estimated", "no interval"): mark(
        "Not known yet: before outcomes are known, the model is estimated to bring {amount} {currency} where "
        "{promised} {currency} are promised, but how certain that is, is not known."
    ),
}
REPORTED: dict[str, str] = {
    "yes": mark(
        "Yes: the business reports {amount} {currency} ({figures}), at least the {promised} {currency} promised."
    ),
    "no": mark(
        "No: the business reports {amount} {currency} ({figures}), less than the {promised} {currency} promised."
    ),
}
# So many estimates of the periods before that erred to one side are no chance.
DOUBTED = 2
DOUBTS = {
    "yes": mark(
        "Not known yet: outcomes are missing, and the estimate of {amount} {currency} cannot be relied on: outcomes "
        "brought less than estimated in {missed} of {compared} periods before."
    ),
    "no": mark(
        "Not known yet: outcomes are missing, and the estimate of {amount} {currency} cannot be relied on: outcomes "
        "brought more than estimated in {missed} of {compared} periods before."
    ),
}


@dataclass(frozen=True)
class Measured:
    """What is known of a period: money by outcomes, why these cannot speak for it, and money by the scores alone.

    `reported` names the figures of the business that `realised` is the sum of, where it does not come from outcomes.
    """

    realised: Figure
    unfair: Sentence | None
    expected: Expected
    reported: str | None = None

    @property
    def source(self) -> Source | None:
        """What a verdict rests on; None where nothing is known."""
        if self.reported is not None:
            return "reported" if math.isfinite(self.realised.value) else None
        if math.isfinite(self.realised.value) and self.unfair is None:
            return "realised"
        return "estimated" if math.isfinite(self.expected.figure.value) else None

    @property
    def figure(self) -> Figure:
        """The figure that a verdict rests on; what outcomes show where nothing else is known."""
        return self.expected.figure if self.source == "estimated" else self.realised


@dataclass(frozen=True)
class Promised:
    """What a period is to bring, in a currency; `until` is the last day that is logged where days are missing yet."""

    amount: float | None
    currency: str | None
    until: date | None = None
    why_not: Sentence = NO_PROMISE


@dataclass(frozen=True)
class ValueVerdict:
    """The answer with its reason, and what it rests on.

    It is not `settled` while days are missing, or an estimate alone speaks that outcomes have shown wrong before.
    """

    answer: Answer
    reason: Sentence
    source: Source | None = None
    settled: bool = False


@dataclass(frozen=True)
class Record:
    """How estimates of the periods before fared: how many could be compared, and how many were too high or too low.

    Too high: outcomes brought less than estimated, by more than both intervals. `latest` is what the last one was.
    """

    compared: int = 0
    too_high: int = 0
    too_low: int = 0
    latest: Literal["too_high", "too_low"] | None = None

    def contradicts(self, answer: str) -> int:
        """How many estimates erred to the side that an answer takes; 0 where too few did to doubt it."""
        side: Literal["too_high", "too_low"] = "too_high" if answer == "yes" else "too_low"
        missed = self.too_high if answer == "yes" else self.too_low
        return missed if missed >= DOUBTED or self.latest == side else 0


def judge_value(measured: Measured, promise: Promised, record: Callable[[], Record] = Record) -> ValueVerdict:
    """Compare what is known of a period with its promise; `record` is asked for where an estimate alone answers."""
    source, figure = measured.source, measured.figure
    if source is None:
        return ValueVerdict("unknown", measured.unfair or measured.expected.reason or NO_OUTCOMES)
    if promise.amount is None:
        return ValueVerdict("unknown", promise.why_not, source)
    if source == "reported":
        return _judge_reported(measured, promise.amount, promise.currency)
    return _judge_interval(source, figure, promise, record)


def _judge_interval(source: Source, figure: Figure, promise: Promised, record: Callable[[], Record]) -> ValueVerdict:
    """What outcomes or scores show: the bounds of its interval decide."""
    assert promise.amount is not None
    said = _said(figure, promise.amount)
    values = {
        "amount": rounded_money(figure.value), "low": rounded_money(figure.low), "high": rounded_money(figure.high),
        "promised": rounded_money(promise.amount), "currency": promise.currency or "",
    }  # fmt: skip
    if promise.until is not None and said != "yes":
        message = mark(
            "Not known yet: logged until {until} only: {amount} {currency} so far, of {promised} {currency} "
            "promised for the whole period."
        )
        return ValueVerdict("unknown", Sentence(message, {**values, "until": promise.until}), source)
    if said not in ("yes", "no"):
        return ValueVerdict("unknown", Sentence(REASONS[source, said], values), source, settled=source == "realised")
    known = record() if source == "estimated" else Record()
    if missed := known.contradicts(said):
        doubted = {**values, "missed": missed, "compared": known.compared}
        return ValueVerdict("unknown", Sentence(DOUBTS[said], doubted), source)
    answer: Answer = "yes" if said == "yes" else "no"
    return ValueVerdict(answer, Sentence(REASONS[source, said], values), source, settled=True)


def _judge_reported(measured: Measured, promised: float, currency: str | None) -> ValueVerdict:
    """What the business counted has no interval: it is compared as it is."""
    amount = measured.realised.value
    answer: Answer = "yes" if amount >= promised else "no"
    values = {
        "amount": rounded_money(amount), "promised": rounded_money(promised), "currency": currency or "",
        "figures": measured.reported,
    }  # fmt: skip
    return ValueVerdict(answer, Sentence(REPORTED[answer], values), "reported", settled=True)


def _said(figure: Figure, promised: float) -> str:
    if not (math.isfinite(figure.low) and math.isfinite(figure.high)):
        return "no interval"
    if figure.low >= promised:
        return "yes"
    return "no" if figure.high < promised else "chance"
