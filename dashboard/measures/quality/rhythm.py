"""How often something usually comes, by the days on which it came, and when it is late."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

# Rare long pauses do not make the usual distance longer: the one that 95 of 100 distances do not exceed.
USUAL = 0.95
# Fewer distances show no rhythm.
FEWEST_DISTANCES = 3
# What comes on working days pauses over weekends and holidays: up to so many days the usual distance may pass twice;
# longer ones by a third. Nothing is late by less than so many days.
SHORT, LONGER, LEAST_DAYS = 4, 1 / 3, 2


@dataclass(frozen=True)
class Late:
    """What should have come: the day on which it came last, the first day on which it was late, the usual distance.

    Of what comes several times a day also the hours (UTC): `last_at`, `since_at`, and the usual distance after that
    hour of the week.
    """

    last: date
    since: date
    usual_days: int
    last_at: datetime | None = None
    since_at: datetime | None = None
    usual_hours: int | None = None


def usual_distance_of(distances: Sequence[int]) -> int:
    """The smallest of some distances that 95 of 100 of them do not exceed (`inverted_cdf`).

    >>> usual_distance_of([1, 1, 1, 1, 3]), usual_distance_of([1] * 40 + [9])
    (3, 1)
    """
    return sorted(distances)[math.ceil(USUAL * len(distances)) - 1]


def longest_on_time(usual: int) -> int:
    """The longest distance in days that is not late yet, by the usual one.

    >>> [longest_on_time(usual) for usual in (1, 3, 7, 31)]
    [2, 6, 9, 41]
    """
    return max(LEAST_DAYS, 2 * usual if usual <= SHORT else usual + max(LEAST_DAYS, math.floor(usual * LONGER)))


def longest_wait_of(came: Collection[date]) -> int | None:
    """The longest distance in days that is not late yet, by the days on which something came; None without rhythm."""
    known = sorted(set(came))
    distances = [(later - earlier).days for earlier, later in pairwise(known)]
    return longest_on_time(usual_distance_of(distances)) if len(distances) >= FEWEST_DISTANCES else None


def late_on(day: date, came: Collection[date]) -> Late | None:
    """What is late on a day by the days until then on which it came; None while it is not, or has no rhythm."""
    known = sorted(one for one in set(came) if one <= day)
    distances = [(later - earlier).days for earlier, later in pairwise(known)]
    if len(distances) < FEWEST_DISTANCES:
        return None
    usual = usual_distance_of(distances)
    since = known[-1] + timedelta(days=longest_on_time(usual) + 1)
    return Late(known[-1], since, usual) if day >= since else None


def share_on_time(came: Collection[date]) -> float | None:
    """The share of the distances between days that were not late by the usual one of the others; None without rhythm.

    >>> days = [date(2024, 1, 1) + timedelta(days=shift) for shift in (0, 7, 14, 21, 35)]
    >>> share_on_time(days), share_on_time(days[:3])
    (0.75, None)
    """
    known = sorted(set(came))
    distances = [(later - earlier).days for earlier, later in pairwise(known)]
    if len(distances) < FEWEST_DISTANCES:
        return None
    others = (distances[:place] + distances[place + 1 :] for place in range(len(distances)))
    in_time = [one <= longest_on_time(usual_distance_of(rest)) for one, rest in zip(distances, others, strict=True)]
    return sum(in_time) / len(in_time)
