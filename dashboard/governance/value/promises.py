"""The promise: what a model is to be worth per month, line by line; a later line leaves the earlier ones as they are.

Three kinds of facts state a line: the first registered card (from the beginning), a later card that names another
amount (from the day of its registration), and an event `promise` (from the day that it names). A card that no longer
names an amount takes nothing back. On any day that line is in force which was stated last, of those that have begun.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dashboard.governance.situation.answering import ANSWERING_ROLES
from dashboard.governance.situation.history import ONE_DAY, card_days
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import RecordedCard
from dashboard.store.events import RecordedEvent

Source = Literal["card", "event"]
APPROVING = ("approve", "conditions")


@dataclass(frozen=True, slots=True)
class Promise:
    """A line of the promise: `per_month` in `currency` from `start` on (None: from the beginning).

    `stated_at` is when it was stated, `recorded_at` when it came into the ledger; both UTC. `signed_by` answered for
    the model and signed it at `signed_at`; None: nobody signed. `imported_by` is who imported it, as the ledger names
    them; None for what stands on a card or was promised here.
    """

    model_id: str
    start: date | None
    per_month: float
    currency: str | None
    source: Source
    stated_at: datetime
    recorded_at: datetime
    signed_by: str | None = None
    signed_at: datetime | None = None
    reason: str | None = None
    imported_by: str | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the line has begun by a day."""
        return self.start is None or self.start <= day


def promises(situation: Situation, model_id: str) -> list[Promise]:
    """Every line of a model's promise that was stated by the day asked about, oldest first; the last one counts."""
    return list(situation.cached(("promises", model_id), lambda: tuple(_promises(situation, model_id))))


def promise_on(lines: Iterable[Promise], day: date) -> Promise | None:
    """The line in force on a day; None while nothing is promised."""
    return next((line for line in reversed(list(lines)) if line.holds_on(day)), None)


def promise_in_force(situation: Situation, model_id: str) -> Promise | None:
    """The line in force on the day asked about; None when nothing is promised then."""
    return promise_on(promises(situation, model_id), situation.day(model_id))


def promised(lines: Sequence[Promise], begin: date, end: date) -> float | None:
    """What is promised for the days from `begin` to `end`, both inclusive, in the currency of the lines in force.

    Each day counts for its part of its calendar month, so that a whole month is exactly what the line says. None where
    no line is in force on any of the days, or lines of two currencies are.
    """
    counted: Counter[tuple[date, Promise]] = Counter()
    for number in range((end - begin).days + 1):
        day = begin + timedelta(days=number)
        line = promise_on(lines, day)
        if line is not None:
            counted[day.replace(day=1), line] += 1
    if len({line.currency for _, line in counted}) != 1:
        return None
    return math.fsum(
        line.per_month * (days / monthrange(month.year, month.month)[1]) for (month, line), days in counted.items()
    )


def spans_in_force(lines: Sequence[Promise]) -> dict[Promise, date | None]:
    """The last day on which each line counts (None: open); a line that counts on no day is left out.

    A line counts from its first day on until another one begins that was stated later.
    """
    found: dict[Promise, date | None] = {}
    for place, line in enumerate(lines):
        later = [one.start for one in lines[place + 1 :] if one.start is not None]
        first = min(later, default=None)
        if first is None or line.start is None or line.start < first:
            found[line] = first - ONE_DAY if first is not None else None
    return found


def _promises(situation: Situation, model_id: str) -> list[Promise]:
    found = [_of_event(situation, one) for one in situation.events(model_id, "promise")]
    before: tuple[float, str | None] | None = None
    history, asked = situation.histories[model_id], situation.day(model_id)
    for place, (day, recorded) in enumerate(zip(card_days(situation, model_id), history, strict=True)):
        stated = amount_on(recorded.card)
        if (place and day > asked) or stated in (None, before):
            continue
        before = stated
        earlier = _in_order(one for one in found if one.stated_at <= recorded.recorded_at)
        valid = promise_on(earlier, day) if place else None
        # A card that is registered again with what is promised anyhow says nothing new.
        if valid is None or (valid.per_month, valid.currency) != stated:
            found.append(_of_card(situation, recorded, day if place else None))
    return _in_order(found)


def _in_order(lines: Iterable[Promise]) -> list[Promise]:
    """Lines as they were stated; the first card stands before everything, whenever it was registered."""
    return sorted(lines, key=lambda line: (line.start is not None, line.stated_at))


def amount_on(card: ModelCard) -> tuple[float, str | None] | None:
    """The amount per month that a card names, and its currency; None when it names none."""
    value = card.business.value
    if value is None or value.promised_per_month is None:
        return None
    return value.promised_per_month, value.currency


def _of_event(situation: Situation, event: RecordedEvent) -> Promise:
    content = event.content
    start = content.get("from")
    return Promise(
        model_id=event.model_id,
        start=date.fromisoformat(start) if start else situation.cards[event.model_id].local_day(event.happened_at),
        per_month=float(content["per_month"]),
        currency=content.get("currency"),
        source="event",
        stated_at=event.happened_at,
        recorded_at=event.recorded_at,
        signed_by=content.get("person"),
        signed_at=event.happened_at if content.get("person") else None,
        reason=content.get("reason"),
        imported_by=event.imported_by,
    )


def _of_card(situation: Situation, recorded: RecordedCard, start: date | None) -> Promise:
    stated = amount_on(recorded.card)
    assert stated is not None
    signature = _signature(situation, recorded, start)
    return Promise(
        model_id=recorded.card.id,
        start=start,
        per_month=stated[0],
        currency=stated[1],
        source="card",
        stated_at=recorded.recorded_at,
        recorded_at=recorded.recorded_at,
        signed_by=str(signature.content["person"]) if signature else None,
        signed_at=signature.happened_at if signature else None,
    )


def _signature(situation: Situation, recorded: RecordedCard, start: date | None) -> RecordedEvent | None:
    """The first approval of the design that rests on exactly this promise, by who answered for the model then."""
    model_id, wanted = recorded.card.id, amount_on(recorded.card)
    for event in situation.events(model_id, "sign_off"):
        content, at = event.content, event.happened_at
        basis = (content.get("basis") or {}).get("promise") or {}
        if content["step"] != "design" or content["decision"] not in APPROVING:
            continue
        if (basis.get("amount"), basis.get("currency")) != wanted or (start is not None and at < recorded.recorded_at):
            continue
        if any(content["person"] in situation.entitled_at(model_id, role, at) for role in ANSWERING_ROLES):
            return event
    return None
