"""Rows that arrive late: later after their day than the log shows to be usual, from the instants of recording.

What the first delivery brings, and everything older, is history. How long deliveries usually lag behind their oldest
row is learned from those before that were on time, so that one late delivery does not make the next one usual.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from dashboard.measures.quality.rhythm import longest_on_time, usual_distance_of
from dashboard.measures.quality.table import Ints, LateRows, QualityTable, table_of
from dashboard.profiles.periods import Grain, floor
from dashboard.profiles.windows import Profiles
from dashboard.schema.card.card import ModelCard
from dashboard.schema.times import instant
from dashboard.store.log.arrived import Arrived, list_arrived, rows_by_time

# Fewer deliveries do not show how long rows usually take.
FEWEST_DELIVERIES = 10


@dataclass(frozen=True)
class _Overdue:
    """A delivery with rows older than `allowed` days on the day on which it came."""

    arrived: Arrived
    came: date
    allowed: int


def quality_table(profiles: Profiles, version: str | None = None) -> QualityTable | None:
    """The counts of all base periods of a model, and which of their rows arrived late; None while there are none."""
    found = profiles.read(("features",), None, version)
    if not found:
        return None
    table = table_of(found, profiles.layout, profiles.card)
    return replace(table, late=late_rows(profiles, table.starts, version))


def late_rows(profiles: Profiles, starts: Sequence[datetime], version: str | None = None) -> LateRows | None:
    """The rows of each base period that arrived late; None where too few deliveries show what is usual.

    `starts` are the local starts of base periods.
    """
    card = profiles.card
    known = list_arrived(profiles.store, card.id, profiles.as_of, version)
    if len(known) <= FEWEST_DELIVERIES:
        return None
    begin = card.local_day(known[0].recorded_at)
    live = [one for one in known[1:] if card.local_day(one.last_at) >= begin]
    if len(live) <= FEWEST_DELIVERIES:
        return None
    places = {start: place for place, start in enumerate(starts)}
    rows: Ints = np.zeros(len(starts), dtype=np.int64)
    longest: Ints = np.zeros(len(starts), dtype=np.int64)
    usual, found = _overdue(live, begin, card)
    for overdue in found:
        if _replaces(overdue.arrived, known):
            continue
        for start, day, number in _counted(profiles, overdue, begin):
            if (place := places.get(start)) is not None:
                rows[place] += number
                longest[place] = max(longest[place], (overdue.came - day).days)
    return LateRows(rows, longest, usual)


def longest_allowed(lags: Sequence[int]) -> list[int | None]:
    """For each delivery, by the days that it lagged behind its oldest row: what was allowed if it took longer.

    None where it was on time, or too few before it show what is usual.

    >>> longest_allowed([1] * 10 + [3, 2])[-2:]
    [2, None]
    """
    on_time: list[int] = []
    found: list[int | None] = []
    for lag in lags:
        known = len(on_time) >= FEWEST_DELIVERIES
        allowed = longest_on_time(usual_distance_of(on_time)) if known else lag
        found.append(allowed if lag > allowed else None)
        if lag <= allowed:
            on_time.append(lag)
    return found


def _overdue(live: Sequence[Arrived], begin: date, card: ModelCard) -> tuple[int, list[_Overdue]]:
    """The usual days behind the oldest row, and the deliveries that took longer than those before them."""
    came = [card.local_day(one.recorded_at) for one in live]
    lags = [
        max(0, (day - max(begin, card.local_day(one.first_at))).days) for one, day in zip(live, came, strict=True)
    ]  # fmt: skip
    allowed = longest_allowed(lags)
    usual = usual_distance_of([lag for lag, most in zip(lags, allowed, strict=True) if most is None])
    late = zip(live, came, allowed, strict=True)
    return usual, [_Overdue(one, day, most) for one, day, most in late if most is not None]


def _replaces(arrived: Arrived, known: Sequence[Arrived]) -> bool:
    """Whether a delivery is about days of one that was withdrawn: its rows had been there in time."""
    return any(
        not other.files
        and other.recorded_at < arrived.recorded_at
        and other.first_at <= arrived.last_at
        and other.last_at >= arrived.first_at
        for other in known
    )


def _counted(profiles: Profiles, overdue: _Overdue, begin: date) -> Iterator[tuple[datetime, date, int]]:
    """The late rows of a delivery: local start of the base period, local day, number."""
    card, base = profiles.card, profiles.layout.base
    since, until = (
        instant(day, card.time_zone) for day in (begin, overdue.came - timedelta(days=overdue.allowed))
    )  # fmt: skip
    for at, number in rows_by_time(profiles.store, overdue.arrived.files, since, until):
        local = at.astimezone(card.zone).replace(tzinfo=None)
        yield _start_of(local, base), local.date(), number


def _start_of(local: datetime, base: Grain) -> datetime:
    return floor(datetime.combine(local.date(), time(local.hour)), base)
