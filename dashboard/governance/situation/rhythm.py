"""How often a model usually predicts, as its own log shows, and since when it is silent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from dashboard.governance.situation.profiles import DAYS_OF, observed, thresholds_of, whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.measures.quality.rhythm import usual_distance_of
from dashboard.profiles.periods import Grain, floor, following, number_of
from dashboard.words import Sentence, mark

# Fewer days of delivery say nothing about how often files come.
FEWEST_DELIVERIES = 3
EVERY = {
    "week": mark("Nothing has been logged since {last}; until then predictions came every week."),
    "month": mark("Nothing has been logged since {last}; until then predictions came every month."),
    "quarter": mark("Nothing has been logged since {last}; until then predictions came every quarter."),
    "year": mark("Nothing has been logged since {last}; until then predictions came every year."),
}


@dataclass(frozen=True)
class Silence:
    """The last day with a prediction, the day from which on the silence was longer than usual, and why in words."""

    last: date
    since: date
    reason: Sentence


def silence_of(situation: Situation, model_id: str) -> Silence | None:
    """The silence of a model on the day that is asked about; None while the next prediction is not overdue."""
    return situation.cached(("silence", model_id), lambda: _silence_of(situation, model_id))


def _silence_of(situation: Situation, model_id: str) -> Silence | None:
    whole, last = whole_profiles(situation, model_id), _last_day(situation, model_id)
    if whole is None or last is None:
        return None
    base, day, settings = whole.layout.base, situation.day(model_id), thresholds_of(situation.cards[model_id]).silence
    busy = sorted({profile.start for profile in whole.read((), (date(1900, 1, 1), last)) if profile.predictions})
    usual = usual_distance(busy, base)
    overdue = _later(floor(datetime.combine(last, time()), base), math.ceil(settings.distances * usual), base).date()
    since = max(overdue, last + timedelta(days=settings.least_days + 1), _next_delivery(situation, model_id, last))
    return Silence(last, since, _reason(last, usual, base)) if day >= since else None


def usual_distance(busy: Sequence[datetime], base: Grain) -> int:
    """The distance between periods with predictions, in periods, that 95 of 100 do not exceed; 1 where there is none.

    `busy` holds the starts of base periods with predictions, in order.
    """
    distances = [number_of(end, base) - number_of(start, base) for start, end in pairwise(busy)]
    return usual_distance_of(distances) if distances else 1


def _last_day(situation: Situation, model_id: str) -> date | None:
    """The day of the last prediction until the day that is asked about, monitored already or only logged."""
    day, seen = situation.day(model_id), observed(situation, model_id)
    logged = situation.logged.get(model_id, {}).get("last_at")
    newest = situation.cards[model_id].local_day(logged) if isinstance(logged, datetime) else None
    if newest is not None and newest <= day:
        return newest
    return seen


def _later(start: datetime, periods: int, base: Grain) -> datetime:
    """The start of the period that comes `periods` after the one that begins at `start`."""
    for _ in range(periods):
        start = following(start, base)
    return start


def _next_delivery(situation: Situation, model_id: str, last: date) -> date:
    """The day until which a file may be waited for, by how often files come; `last` where that is not known."""
    logged = situation.logged.get(model_id, {}).get("delivered_on")
    days = [one for one in logged if isinstance(one, date)] if isinstance(logged, list) else []
    if len(days) < FEWEST_DELIVERIES:
        return last
    usual = usual_distance_of([(end - start).days for start, end in pairwise(days)])
    times = thresholds_of(situation.cards[model_id]).silence.distances
    return days[-1] + timedelta(days=math.ceil(times * usual))


def _reason(last: date, usual: int, base: Grain) -> Sentence:
    if usual == 1 and base in EVERY:
        return Sentence(EVERY[base], {"last": last})
    days = max(1, usual * DAYS_OF[base]) if base != "hour" else max(1, math.ceil(usual / 24))
    message = mark("Nothing has been logged since {last}; until then a prediction came at the latest every {n} days.")
    return Sentence(message, {"last": last, "n": days})
