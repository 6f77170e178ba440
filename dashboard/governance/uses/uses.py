"""For what and for which cases a model is used, held against what is approved and what was answered about the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dashboard.governance.situation.lifetimes import card_at, local_day
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.population import Cases, cases_of
from dashboard.governance.uses.purposes import Answered, answers_about_uses, extended_purposes
from dashboard.schema.config.sign_offs import load_sign_off_rules
from dashboard.store.events import RecordedEvent

UseState = Literal["approved", "unapproved", "allowed", "stopping", "ended"]
UseKind = Literal["use", "population"]
# Stands for the consumer where the question is for which cases predictions are asked.
POPULATION = "population"


@dataclass(frozen=True)
class Use:
    """What one consumer uses a model for, or for which cases: calls, first and last day seen, and how that stands.

    Of the kind `population` the consumer is POPULATION, the purpose tells the cases, and calls are predictions.

    `approved` a stated purpose; `unapproved` a question that nobody answered, or use after a permission ran out;
    `allowed` until a day; `stopping` ordered to stop, not yet known to have ended; `ended` since.
    """

    model_id: str
    consumer: str
    purpose: str
    calls: int
    first: date
    last: date
    state: UseState
    answer: Answered | None
    kind: UseKind = "use"

    @property
    def is_gap(self) -> bool:
        """Return whether the use is unapproved."""
        return self.state in ("unapproved", "stopping")


def uses_of(situation: Situation, model_id: str) -> list[Use]:
    """Every observed use of a model until the asked moment, by the day on which it was first seen."""
    return situation.cached(("uses", model_id), lambda: _uses(situation, model_id))


def _uses(situation: Situation, model_id: str) -> list[Use]:
    seen: dict[tuple[str, str], list[RecordedEvent]] = {}
    for event in situation.events(model_id, "usage"):
        content, happened = event.content, event.happened_at
        if happened <= situation.moment(model_id):
            seen.setdefault((str(content["consumer"]), str(content["purpose"])), []).append(event)
    found = [_use(situation, model_id, pair, events) for pair, events in seen.items()]
    found += [_of_population(situation, model_id, cases) for cases in cases_of(situation, model_id)]
    return sorted(found, key=lambda use: (use.first, use.consumer, use.purpose))


def _use(situation: Situation, model_id: str, pair: tuple[str, str], events: list[RecordedEvent]) -> Use:
    days = [_days(situation, model_id, event) for event in events]
    calls = sum(_calls(event) for event in events)
    first, last = min(day for day, _ in days), max(day for _, day in days)
    answer = _answer(situation, model_id, pair)
    state = "approved" if _approved(situation, model_id, pair[1]) else _state(situation, model_id, answer, last)
    return Use(model_id, *pair, calls, first, last, state, answer)


def _of_population(situation: Situation, model_id: str, cases: Cases) -> Use:
    pair, span = (POPULATION, cases.condition), (cases.first, cases.last)
    answer = None if cases.approved else _answer(situation, model_id, pair)
    approved = cases.approved or _approved(situation, model_id, cases.condition)
    state = "approved" if approved else _state(situation, model_id, answer, cases.last)
    return Use(model_id, *pair, cases.number, *span, state, answer, "population")


def _answer(situation: Situation, model_id: str, pair: tuple[str, str]) -> Answered | None:
    """The last answer about a use."""
    said = [answer for answer in answers_about_uses(situation, model_id) if (answer.consumer, answer.purpose) == pair]
    return said[-1] if said else None


def _calls(event: RecordedEvent) -> int:
    content = event.content
    return int(content["calls"])


def _days(situation: Situation, model_id: str, event: RecordedEvent) -> tuple[date, date]:
    """The first and the last day of a report of use, the last one not after the day that is asked about."""
    first, last = event.days(situation.cards[model_id])
    return first, max(first, min(last, situation.day(model_id)))


def _approved(situation: Situation, model_id: str, purpose: str) -> bool:
    moment = situation.moment(model_id)
    stated = card_at(situation, model_id, moment).business.purposes
    known = [*stated, *extended_purposes(situation, model_id, moment)]
    return purpose.strip().casefold() in {name.strip().casefold() for name in known}


def _state(situation: Situation, model_id: str, answer: Answered | None, last: date) -> UseState:
    today = situation.day(model_id)
    if answer is None or answer.answer == "extend":
        return "unapproved"
    if answer.answer == "allow":
        until = answer.until or today
        if today <= until:
            return "allowed"
        return "unapproved" if last > until else "ended"
    answered_on = local_day(situation, model_id, answer.at)
    quiet_since = max(last, answered_on)
    over = today > last + timedelta(days=load_sign_off_rules().use_ends_after_days) and today >= quiet_since
    return "ended" if over else "stopping"


def still_used(use: Use) -> bool:
    """Return whether a use went on after the day on which it was ordered to stop."""
    return use.state == "stopping" and use.answer is not None and use.last > use.answer.at.date()
