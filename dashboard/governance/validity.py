"""Were we right: each past rating beside what the facts say about the time for which it held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.measured import Evidence, evidence_of
from dashboard.governance.ratings import Rating, rating_history
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
    for model_id in models:
        today = situation.day(model_id)
        for risk in RISK_NAMES:
            history = [one for one in rating_history(situation, model_id, risk) if one.assessed_on is not None]
            for position, rating in enumerate(history):
                assert rating.assessed_on is not None
                following = history[position + 1].assessed_on if position + 1 < len(history) else None
                end = following - timedelta(days=1) if following else min(today, rating.next_review or today)
                end = max(end, rating.assessed_on)
                time = (rating.assessed_on, end)
                if time not in times:
                    times[time] = situation.between(*time)
                yield Validity(rating, *time, evidence_of(times[time], model_id, risk))
