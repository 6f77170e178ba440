"""How the four risks of a model were rated, by whom and why: one history from cards, imported events and pages.

A rating on the first card without a day has always held. One that appears on a later card without a day holds from the
day that card was recorded. A risk event holds from its day on. On a day the latest rating until then counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from dashboard.governance.risk.class_requirements import next_review
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RISK_NAMES, Risk, RiskName
from dashboard.schema.texts import LocalText
from dashboard.schema.times import end_instant

RatingSource = Literal["card", "event"]


@dataclass(frozen=True)
class Rating:
    """One rating of a risk. `moment` is the instant from which on it holds; facts of later instants are after it.

    `next_review` is the stated day or, without one, the day that the model's risk class asks for; None where the rating
    has no day. `recorded_at` is when the ledger learned of it, `imported_by` who imported it (None: rated here, or on
    the card).
    """

    model_id: str
    risk: RiskName
    likelihood: int
    impact: int
    source: RatingSource
    recorded_at: datetime
    moment: datetime | None = None
    owner: str | None = None
    mitigation: LocalText | None = None
    assessed_by: str | None = None
    assessed_on: date | None = None
    next_review: date | None = None
    reason: str | None = None
    imported_by: str | None = None

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact

    def overdue(self, day: date) -> bool:
        """Return whether the review was due before a day."""
        return self.next_review is not None and self.next_review < day


def rating_history(situation: Situation, model_id: str, risk: RiskName) -> list[Rating]:
    """Every rating of a risk until the day that is asked about, oldest first."""
    return situation.cached(("ratings", model_id, risk), lambda: _history(situation, model_id, risk))


def _history(situation: Situation, model_id: str, risk: RiskName) -> list[Rating]:
    day = situation.day(model_id)
    found = [*_of_cards(situation, model_id, risk), *_of_events(situation, model_id, risk)]
    valid = [rating for rating in found if rating.assessed_on is None or rating.assessed_on <= day]
    return _with_mitigation(
        sorted(valid, key=lambda rating: (rating.assessed_on or date.min, rating.source, _at(rating)))
    )


def _with_mitigation(history: list[Rating]) -> list[Rating]:
    """Carry a mitigation forward until a later rating states another one."""
    found: list[Rating] = []
    for rating in history:
        before = found[-1].mitigation if found else None
        found.append(rating if rating.mitigation is not None else replace(rating, mitigation=before))
    return found


def _at(rating: Rating) -> datetime:
    return rating.moment or rating.recorded_at


def rating_of(situation: Situation, model_id: str, risk: RiskName) -> Rating | None:
    """The rating that holds on the day; None when the risk is not rated."""
    history = rating_history(situation, model_id, risk)
    return history[-1] if history else None


def ratings_of(situation: Situation, model_id: str) -> dict[RiskName, Rating | None]:
    """The rating of each of the four risks that holds on the day."""
    return {risk: rating_of(situation, model_id, risk) for risk in RISK_NAMES}


def highest_score(situation: Situation, model_id: str) -> int | None:
    """The highest rating in force, likelihood times impact; None where no risk is rated."""
    return max(
        (rating.score for rating in ratings_of(situation, model_id).values() if rating is not None), default=None
    )


def risk_owner(situation: Situation, model_id: str, risk: RiskName) -> str | None:
    """Return the owner of a risk: as last rated, else as on the card, else nobody."""
    rating = rating_of(situation, model_id, risk)
    stated: Risk | None = getattr(situation.cards[model_id].risks, risk)
    return (rating.owner if rating else None) or (stated.owner if stated else None)


def _of_cards(situation: Situation, model_id: str, risk: RiskName) -> Iterator[Rating]:
    """The ratings that the states of the card say, each once."""
    before: Risk | None = None
    for position, recorded in enumerate(situation.histories[model_id]):
        stated: Risk | None = getattr(recorded.card.risks, risk)
        if stated is None or stated == before:
            continue
        before = stated
        if stated.likelihood is None or stated.impact is None:
            continue
        registered = recorded.card.local_day(recorded.recorded_at)
        day = stated.assessed_on or (registered if position else None)
        rating = Rating(
            model_id, risk, stated.likelihood, stated.impact, "card", recorded.recorded_at,
            None if day is None else end_instant(day, recorded.card.time_zone) - timedelta(microseconds=1),
            stated.owner, stated.mitigation, None, day, stated.next_review,
        )  # fmt: skip
        yield _with_review(situation, rating)


def _of_events(situation: Situation, model_id: str, risk: RiskName) -> Iterator[Rating]:
    card = situation.cards[model_id]
    stated: Risk | None = getattr(card.risks, risk)
    owner = stated.owner if stated else None
    for event in situation.events(model_id, "risk"):
        content, happened, known = event.content, event.happened_at, event.known_at
        if content["risk"] != risk:
            continue
        mitigation, review = content.get("mitigation"), content.get("next_review")
        owner = content.get("owner") or owner
        rating = Rating(
            model_id, risk, content["likelihood"], content["impact"], "event", known, happened,
            owner or content.get("person"),
            LocalText(mitigation) if mitigation else None,
            content.get("person"),
            card.local_day(happened),
            date.fromisoformat(review) if review else None,
            content.get("reason"),
            event.imported_by,
        )  # fmt: skip
        yield _with_review(situation, rating)


def _with_review(situation: Situation, rating: Rating) -> Rating:
    """The rating with the day that the risk class asks for, where it does not say one itself."""
    if rating.next_review is not None or rating.assessed_on is None:
        return rating
    return replace(rating, next_review=next_review(situation, rating.model_id, rating.assessed_on))
