"""What a decline costs per week: what a case of the same kind is worth now, less what it was worth in the reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from dashboard.governance.retraining.decline import Decline
from dashboard.governance.retraining.facts import LATEST, Facts
from dashboard.governance.value.promises import promises
from dashboard.governance.value.valuation import Valuation
from dashboard.governance.value.verdict import NO_PRICES
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.comparison import difference_ends
from dashboard.measures.value.moves import moved
from dashboard.measures.value.worth import each
from dashboard.profiles.windows import Window
from dashboard.words import Sentence, mark

Source = Literal["realised", "estimated"]
DAYS_OF_WEEK = 7
NOTHING_KNOWN = Sentence(mark("No outcome is known yet, and nothing can be estimated from the scores alone."))


@dataclass(frozen=True)
class Loss:
    """Money per week, in the card's currency: `lost` at the same kind of cases, with its 95 % interval.

    Below zero the model brings more than in its reference. `mix` is what other cases bring more or less, which no
    training changes. `then` and `now` are money per case, `cases` the predictions of a week.
    NaN: not known, with `why`.
    """

    lost: float = math.nan
    low: float = math.nan
    high: float = math.nan
    mix: float = math.nan
    then: float = math.nan
    now: float = math.nan
    cases: float = math.nan
    source: Source | None = None
    period: str | None = None
    why: Sentence | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is an amount."""
        return math.isfinite(self.lost)

    @property
    def is_certain(self) -> bool:
        """Whether the whole interval lies above zero."""
        return math.isfinite(self.low) and self.low > 0

    @property
    def expected(self) -> float:
        """The expected loss: a model that brings more than in its reference loses nothing; NaN where not known."""
        return max(0.0, self.lost) if self.is_known else math.nan

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the expected loss, neither of them below zero; NaN where not known."""
        return tuple(max(0.0, end) if math.isfinite(end) else math.nan for end in (self.low, self.high))  # type: ignore[return-value]


def loss_of(facts: Facts, decline: Decline) -> Loss:
    """What the decline costs per week, by known outcomes, else by what the scores let expect."""
    if facts.money is None:
        return Loss(why=NO_PRICES)
    chosen = [one.window for one in (decline.run if decline.state == "declined" else facts.compared)][-LATEST:]
    if chosen and facts.reference is not None:
        return _realised(facts, chosen)
    return _estimated(facts)


def _realised(facts: Facts, chosen: Sequence[Window]) -> Loss:
    layout, reference, money = facts.profiles.layout, facts.reference, facts.money
    assert reference is not None
    assert money is not None
    window = facts.together(chosen)
    move = moved(reference, window, layout, money)
    if move is None or not window.predictions:
        return Loss(why=NOTHING_KNOWN)
    figures = each(reference, layout, money), each(window, layout, money)
    cases = _per_week(facts, chosen)
    weekly = cases / window.predictions
    # As wide as the interval of the whole difference: groups of scores explain a part of it, so that it is too wide
    # rather than too narrow.
    change = move.mix + move.quality
    low, high = move.quality - (change - move.low), move.quality + (move.high - change)
    then, now = figures[0].value, figures[1].value
    period = _named(chosen)
    return Loss(
        -move.quality * weekly, -high * weekly, -low * weekly, move.mix * weekly, then, now, cases, "realised", period
    )


def _estimated(facts: Facts) -> Loss:
    """The loss of the latest period of which the scores alone let expect something, beside the reference."""
    assert facts.money is not None
    valuation = Valuation(
        facts.profiles, facts.card, facts.thresholds, promises(facts.situation, facts.model_id),
        facts.situation.day(facts.model_id),
    )  # fmt: skip
    chosen = facts.card.data.reference
    if facts.reference is None or chosen is None:
        return Loss(why=NOTHING_KNOWN)
    then = each(facts.reference, facts.profiles.layout, facts.money)
    for period in islice(valuation.periods(facts.grain, backwards=True), LATEST):
        figure, number = period.measured.expected.figure, period.window.predictions
        if period.days[0] <= chosen.end or not (math.isfinite(figure.value) and number):
            continue
        now = Figure(figure.value / number, figure.low / number, figure.high / number, 0)
        weekly = _per_week(facts, [period.window])
        low, high = _apart(now, then)
        return Loss(
            (then.value - now.value) * weekly, -high * weekly, -low * weekly, 0.0, then.value, now.value, weekly,
            "estimated", period.window.label,
        )  # fmt: skip
    return Loss(why=NOTHING_KNOWN)


def _apart(now: Figure, then: Figure) -> tuple[float, float]:
    """The ends of a difference of two figures of which only the 95 % intervals are known (Zou and Donner 2008)."""
    if then.spread is not None and now.spread is not None:
        return difference_ends(now, then, LEVEL)
    difference = now.value - then.value
    low = difference - math.hypot(now.value - now.low, then.high - then.value)
    return low, difference + math.hypot(now.high - now.value, then.value - then.low)


def _per_week(facts: Facts, chosen: Sequence[Window]) -> float:
    """The predictions of a week, over the days of some periods as far as they are logged."""
    days = 0
    for window in chosen:
        assert window.start is not None
        days += (facts.last_day(_as_logged(facts, window)) - window.start.date()).days + 1
    return sum(window.predictions for window in chosen) * DAYS_OF_WEEK / max(1, days)


def _as_logged(facts: Facts, window: Window) -> Window:
    return next((one for one in facts.periods if one.start == window.start), window)


def _named(chosen: Sequence[Window]) -> str:
    first, last = chosen[0].label, chosen[-1].label
    return first if first == last else f"{first} – {last}"
