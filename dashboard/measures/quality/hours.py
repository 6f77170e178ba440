"""When something that comes several times a day is late: by the hours of the week after which it usually pauses.

How long it is until the next time depends on the hour: an hourly job that rests at night and over weekends comes within
an hour at ten, within fourteen at six in the evening, and within 62 on a Friday. So what is usual after the last time
is learned from the same hour of the week, with the hours before and behind it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from dashboard.measures.quality.rhythm import USUAL, Late

HOUR = timedelta(hours=1)
HOURS_OF_DAY, DAYS_OF_WEEK = 24, 7
HOURS_OF_WEEK = HOURS_OF_DAY * DAYS_OF_WEEK
# Learned from so many of the latest days, and from no fewer: two weekends.
MOST_DAYS, FEWEST_DAYS = 91, 14
# What comes less often than this, in the median, has no rhythm of hours.
RAREST_HOURS = 12
FEWEST_TIMES = FEWEST_DAYS * HOURS_OF_DAY // RAREST_HOURS
# So many weeks show what an hour of the week is like; with fewer, the longest pause after this hour of any day counts.
FEWEST_WEEKS = 3
# Later than usual by less than so many hours is not late.
LEAST_HOURS = 2
# What is irregular has been late by its own rhythm in more than this share of its distances, and more than once.
IRREGULAR = 0.005
# A pause of at least so many hours may be one day longer where some weekday is free: a holiday.
PAUSE_HOURS = 6


def late_by_hours(moment: datetime, came: Collection[datetime], zones: Collection[tzinfo] = (UTC,)) -> Late | None:
    """What is late at an instant by the hours (aware) in which it came; None while it is not, or has no such rhythm.

    It is late where it is by the clock of each zone: nobody says by which one it runs, and clocks change twice a year.
    """
    hours = _latest(moment, came) if len(came) >= FEWEST_TIMES else []
    if not hours or (moment - hours[-1]) <= (1 + LEAST_HOURS) * HOUR:
        return None
    distances = sorted((later - one) // HOUR for one, later in pairwise(hours))
    if (hours[-1] - hours[0]).days < FEWEST_DAYS or distances[len(distances) // 2] > RAREST_HOURS:
        return None
    weeks = [_Week(hours, zone, distances[len(distances) // 2]) for zone in dict.fromkeys((UTC, *zones))]
    since, usual = max(week.late_since() for week in weeks)
    if moment < since or _is_irregular(weeks):
        return None
    last = hours[-1].astimezone(UTC)
    return Late(last.date(), since.date(), max(1, math.ceil(usual / HOURS_OF_DAY)), last, since, usual)


def _latest(moment: datetime, came: Collection[datetime]) -> list[datetime]:
    known = sorted({one.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for one in came if one <= moment})
    return known[bisect_left(known, known[-1] - timedelta(days=MOST_DAYS)) :] if known else []


class _Week:
    """The distances between hours in which something came, by hour of the week in a zone."""

    def __init__(self, hours: Sequence[datetime], zone: tzinfo, median: int) -> None:
        """Learn from `hours`, in order; `median` is their median distance."""
        self._hours, self._zone, self._median = hours, zone, median
        self._near: dict[int, list[int]] = defaultdict(list)
        self._weeks: dict[int, set[tuple[int, int]]] = defaultdict(set)
        self._any_day: dict[int, list[int]] = defaultdict(list)
        self._distances: list[tuple[int, int]] = []
        local = [one.astimezone(zone) for one in hours]
        self._has_free_day = len({one.weekday() for one in local}) < DAYS_OF_WEEK
        for place, (one, later) in enumerate(pairwise(local)):
            # Clocks that change make one of the two longer or shorter.
            by_clock = (later.replace(tzinfo=None) - one.replace(tzinfo=None)) // HOUR
            self._learn(one, min(by_clock, (hours[place + 1] - hours[place]) // HOUR))
        for found in (*self._near.values(), *self._any_day.values()):
            found.sort()

    def _learn(self, begin: datetime, distance: int) -> None:
        slot, week = begin.weekday() * HOURS_OF_DAY + begin.hour, begin.isocalendar()[:2]
        self._distances.append((slot, distance))
        for shift in (-1, 0, 1):
            self._near[(slot + shift) % HOURS_OF_WEEK].append(distance)
            self._weeks[(slot + shift) % HOURS_OF_WEEK].add(week)
            self._any_day[(slot + shift) % HOURS_OF_DAY].append(distance)

    def late_since(self) -> tuple[datetime, int]:
        """The first instant at which the next one is late, and the usual distance in hours."""
        last = self._hours[-1].astimezone(self._zone)
        usual = self._usual(last.weekday() * HOURS_OF_DAY + last.hour, None)
        wait = (self._allowed(usual) + 1) * HOUR
        by_clock = (last.replace(tzinfo=None) + wait).replace(tzinfo=self._zone).astimezone(UTC)
        return max(by_clock, self._hours[-1] + wait), usual

    def was_late(self) -> list[bool]:
        """Whether each distance was late by the others."""
        return [distance > self._allowed(self._usual(slot, distance)) for slot, distance in self._distances]

    def _usual(self, slot: int, without: int | None) -> int:
        """What is usual after an hour of the week, of all distances or without one that is among them."""
        left_out = 0 if without is None else 1
        near = self._near.get(slot, [])
        if len(self._weeks.get(slot, ())) - left_out >= FEWEST_WEEKS:
            return _quantile(near, USUAL, without)
        any_day = self._any_day.get(slot % HOURS_OF_DAY, [])
        known = any_day if len(any_day) > left_out else sorted(distance for _, distance in self._distances)
        return _quantile(known, 1.0, without)

    def _allowed(self, usual: int) -> int:
        pause = self._has_free_day and usual >= max(PAUSE_HOURS, 2 * self._median + 1)
        return usual + max(LEAST_HOURS, self._median) + (HOURS_OF_DAY if pause else 0)


def _is_irregular(weeks: Sequence[_Week]) -> bool:
    """Whether what was late by every clock was so too often to be a rhythm."""
    late = [all(found) for found in zip(*(week.was_late() for week in weeks), strict=True)]
    return sum(late) > max(1, IRREGULAR * len(late))


def _quantile(values: Sequence[int], share: float, without: int | None) -> int:
    """The smallest of sorted values that a share of them does not exceed, one value left out."""
    rest = len(values) - (0 if without is None else 1)
    rank = max(0, math.ceil(share * rest) - 1)
    return values[rank + 1 if without is not None and rank >= bisect_left(values, without) else rank]
