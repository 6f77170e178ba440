"""Were we right: each past rating beside what the facts say about the time for which it held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.risk.evidence.registry import Evidence, evidence_of
from dashboard.governance.risk.ratings import Rating, rating_history
from dashboard.governance.situation.history import ONE_DAY
from dashboard.governance.situation.preload import Preload
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RISK_NAMES, RiskName


@dataclass(frozen=True)
class Validity:
    """A rating, the days for which it held (both inclusive), and the evidence of these days."""

    rating: Rating
    start: date
    end: date
    evidence: Evidence


def validities(situation: Situation, models: Iterable[str]) -> Iterator[Validity]:
    """Every rating with a day, by model and risk, oldest first.

    A rating holds until the day before the next one, the last one until its next review, at most until the day that is
    asked about; one that was replaced on its own day never held. Evidence looks back for a window, so that a rating
    that held for longer is held against the worst of the windows that its days make.
    """
    times: dict[tuple[date, date], Situation] = {}
    together, found = Preload(), []
    for model_id in models:
        for risk in RISK_NAMES:
            for rating, start, end in _held(situation, model_id, risk):
                last_days = list(_ends(start, end, situation.rules.evidence.window_days))
                thens = [times.setdefault((start, last), situation.between(start, last)) for last in last_days]
                for then in thens:
                    together.add(model_id, then)
                found.append((rating, start, end, thens))
    for rating, start, end, thens in found:
        evidence = (evidence_of(then, rating.model_id, rating.risk) for then in thens)
        yield Validity(rating, start, end, max(evidence, key=lambda one: one.level or 0))


def _held(situation: Situation, model_id: str, risk: RiskName) -> Iterator[tuple[Rating, date, date]]:
    """Each rating with a day that ever held, with the first and the last day on which it did."""
    today = situation.day(model_id)
    history = rating_history(situation, model_id, risk)
    for position, rating in enumerate(history):
        start = rating.assessed_on
        if start is None:
            continue
        following = history[position + 1].assessed_on if position + 1 < len(history) else None
        if following is None:
            yield rating, start, max(start, min(today, rating.next_review or today))
        elif following > start:
            yield rating, start, following - ONE_DAY


def _ends(start: date, end: date, days: int) -> Iterator[date]:
    """The last days of the windows of so many days that cover a time, the latest first."""
    while end >= start:
        yield end
        end -= timedelta(days=days)
