"""Were we right: each past rating beside what the facts say about the time for which it held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.measured import Evidence, evidence_of
from dashboard.governance.ratings import Rating, rating_history
from dashboard.governance.shelf import Together
from dashboard.governance.situation import Situation
from dashboard.schema.roles import RISK_NAMES


@dataclass(frozen=True)
class Validity:
    """A rating, the days for which it held (both inclusive), and the evidence of these days."""

    rating: Rating
    start: date
    end: date
    evidence: Evidence


def validities(situation: Situation, models: Iterable[str]) -> Iterator[Validity]:
    """Every rating with a day, by model and risk, oldest first.

    A rating holds until the day before the next one; the last one until its next review, at most until the day that is
    asked about.
    """
    times: dict[tuple[date, date], Situation] = {}
    together, found = Together(), []
    for model_id in models:
        for rating, time in _held(situation, model_id):
            then = times.setdefault(time, situation.between(*time))
            together.add(model_id, then)
            found.append((rating, time, then))
    for rating, time, then in found:
        yield Validity(rating, *time, evidence_of(then, rating.model_id, rating.risk))


def _held(situation: Situation, model_id: str) -> Iterator[tuple[Rating, tuple[date, date]]]:
    """The ratings of a model that have a day, and from when to when each held."""
    today = situation.day(model_id)
    for risk in RISK_NAMES:
        history = [one for one in rating_history(situation, model_id, risk) if one.assessed_on is not None]
        for position, rating in enumerate(history):
            assert rating.assessed_on is not None
            following = history[position + 1].assessed_on if position + 1 < len(history) else None
            end = following - timedelta(days=1) if following else min(today, rating.next_review or today)
            yield rating, (rating.assessed_on, max(end, rating.assessed_on))
