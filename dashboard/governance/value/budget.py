"""The budget of a model and what of it is spent, from its card and from events `spending`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.governance.situation.history import card_on
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.business import Budget


@dataclass(frozen=True, slots=True)
class Spending:
    """Money that was spent for the days from `first` to `last`, both inclusive, on a purpose."""

    first: date
    last: date
    amount: float
    currency: str | None
    purpose: str
    text: str | None
    imported_by: str | None
    recorded_at: datetime

    def within(self, begin: date | None, end: date | None) -> float:
        """What of the amount falls on the days from `begin` to `end` (None: open), each day as much as another."""
        first, last = max(self.first, begin or self.first), min(self.last, end or self.last)
        days = max(0, (last - first).days + 1)
        return self.amount * days / ((self.last - self.first).days + 1)


@dataclass(frozen=True)
class Budgeted:
    """What is set aside for some days (None: open) and what of it is spent, in one currency.

    `budget` is None where none is stated in it, `spent` where nothing is recorded as spent.
    """

    start: date | None
    end: date | None
    budget: float | None
    spent: float | None
    currency: str | None
    entries: int

    @property
    def left(self) -> float | None:
        """What is not spent yet, negative beyond the budget; None where one of both is not known."""
        return None if self.budget is None or self.spent is None else self.budget - self.spent


def spendings(situation: Situation, model_id: str) -> list[Spending]:
    """What was spent on a model by the day asked about, oldest first."""
    card = situation.cards[model_id]
    usual = _currency(situation, model_id)
    found = [
        Spending(
            *event.days(card), float(event.content["amount"]), event.content.get("currency") or usual,
            event.content.get("purpose", "other"), event.content.get("text"), event.imported_by,
            event.recorded_at,
        )
        for event in situation.events(model_id, "spending")
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.first, one.last, one.recorded_at))


def budgeted(situation: Situation, model_id: str) -> list[Budgeted]:
    """The budget of the card in force on the day asked about against what is spent; other currencies apart.

    The budget's currency comes first; the others, of which no budget is stated, by name.
    """
    budget, usual = _budget(situation, model_id), _currency(situation, model_id)
    days = (budget.start, budget.end) if budget else (None, None)
    by_currency: dict[str | None, list[float]] = {usual: []} if budget else {}
    for one in spendings(situation, model_id):
        by_currency.setdefault(one.currency, []).append(one.within(*days))
    found = []
    for currency in sorted(by_currency, key=lambda one: (one != usual, one or "")):
        parts = [part for part in by_currency[currency] if part > 0]
        amount = budget.amount if budget is not None and currency == usual else None
        found.append(Budgeted(*days, amount, math.fsum(parts) if parts else None, currency, len(parts)))
    return found


def _budget(situation: Situation, model_id: str) -> Budget | None:
    requirements = card_on(situation, model_id, situation.day(model_id)).business.requirements
    return requirements.budget if requirements else None


def _currency(situation: Situation, model_id: str) -> str | None:
    """The currency of the budget, else of the value."""
    budget, value = _budget(situation, model_id), situation.cards[model_id].business.value
    return (budget.currency if budget else None) or (value.currency if value else None)
