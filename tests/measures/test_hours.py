"""What comes several times a day is late within hours; nights, weekends, holidays and changed clocks are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from dashboard.measures.quality.hours import FEWEST_DAYS, late_by_hours

ZURICH, NEW_YORK = ZoneInfo("Europe/Zurich"), ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
# Single days on which nobody works, in weeks that have other working days.
HOLIDAYS = {date(2023, month, day) for month, day in ((1, 2), (5, 1), (5, 18), (5, 29), (8, 1), (12, 25))}
BEGIN, DAYS = date(2023, 1, 1), 365


def at(day: date, hour: float, zone: ZoneInfo) -> datetime:
    """An hour of a day by the clock of a zone."""
    clock = datetime(day.year, day.month, day.day) + timedelta(hours=hour)
    return clock.replace(tzinfo=zone).astimezone(UTC)


def by_clock(hours: Callable[[date], list[float]], zone: ZoneInfo, jitter: float = 0.0) -> list[datetime]:
    """Every run of a year, up to `jitter` hours late."""
    rng = np.random.default_rng(3)
    days = (BEGIN + timedelta(days=number) for number in range(DAYS))
    return sorted(
        {at(day, hour + float(rng.uniform(0, jitter)) if jitter else hour, zone) for day in days for hour in hours(day)}
    )


def working(hours: list[float]) -> Callable[[date], list[float]]:
    return lambda day: hours if day.weekday() < 5 and day not in HOLIDAYS else []


def span(begin: int, end: int, step: float = 1.0) -> list[float]:
    return [float(hour) for hour in np.arange(begin, end, step)]


UTC_ZONE = ZoneInfo("UTC")
# Each schedule with the longest time from the run that is missing until it is late, in hours.
SCHEDULES: dict[str, tuple[list[datetime], int]] = {
    "every hour": (by_clock(lambda day: span(0, 24), ZURICH, 0.9), 4),
    "every quarter of an hour": (by_clock(lambda day: span(0, 24, 0.25), NEW_YORK), 5),
    "every three hours": (by_clock(lambda day: span(0, 24, 3), ZURICH, 0.9), 6),
    "twice a day": (by_clock(lambda day: [6.0, 18.0], ZURICH, 0.9), 15),
    "days, not nights": (by_clock(lambda day: span(6, 23), NEW_YORK, 0.5), 13),
    "working hours": (by_clock(working(span(8, 19)), ZURICH, 0.5), 90),
    "working hours of a clock that does not change": (by_clock(working(span(7, 18)), UTC_ZONE, 0.5), 90),
    "quarters of working hours": (by_clock(working(span(8, 19, 0.25)), NEW_YORK), 90),
}
ZONES = (ZURICH, NEW_YORK)


def learned(came: list[datetime]) -> Iterator[int]:
    """The places of runs from which on a rhythm can be known."""
    begin = came[0] + timedelta(days=FEWEST_DAYS + 7)
    yield from (place for place, one in enumerate(came[:-1]) if one > begin)


@pytest.mark.parametrize("name", SCHEDULES)
def test_nights_weekends_holidays_and_clocks_make_nothing_late(name: str) -> None:
    came, _ = SCHEDULES[name]
    places = list(learned(came))
    # Every distance that is longer than the one before, and some of the others, just before the next run came.
    chosen = [place for place in places if came[place + 1] - came[place] > 1.2 * (came[place] - came[place - 1])]
    chosen += [int(place) for place in np.random.default_rng(1).choice(places, 20, replace=False)]
    late = [came[place] for place in chosen if late_by_hours(came[place + 1], came[: place + 1], ZONES) is not None]
    assert late == []


@pytest.mark.parametrize("name", SCHEDULES)
def test_what_stops_is_late_within_the_promised_time(name: str) -> None:
    came, promised = SCHEDULES[name]
    waits = []
    for place in np.random.default_rng(2).choice(list(learned(came)), 20, replace=False):
        known, missing = came[: place + 1], came[place + 1]
        asked = missing + promised * HOUR
        found = late_by_hours(asked, known, ZONES)
        assert found is not None, f"{missing} is missing"
        assert found.last_at is not None
        assert found.since_at is not None
        assert found.last_at <= known[-1] < found.last_at + HOUR
        assert missing < found.since_at <= asked
        assert late_by_hours(found.since_at - timedelta(minutes=1), known, ZONES) is None
        assert late_by_hours(found.since_at, known, ZONES) == found
        waits.append((found.since_at - missing) / HOUR)
    # A run that is missing between others of its day is found much sooner than one before a night or a weekend.
    assert np.median(waits) <= min(promised, 14)


def test_an_hourly_job_is_late_after_three_missed_runs_and_no_longer_after_three_days() -> None:
    came, _ = SCHEDULES["every hour"]
    place = 5_000
    found = late_by_hours(came[place] + 5 * HOUR, came[: place + 1])
    assert found is not None
    assert found.last_at is not None
    assert found.since_at == found.last_at + 4 * HOUR
    assert found.usual_hours == 1


def test_what_comes_at_random_has_no_rhythm_of_hours() -> None:
    rng = np.random.default_rng(7)
    for mean in (2.0, 6.0):
        waits = rng.exponential(mean, int(100 * 24 / mean))
        came = [datetime(2023, 1, 1, tzinfo=UTC) + timedelta(hours=float(one)) for one in np.cumsum(waits)]
        false = [
            one for one, later in pairwise(came[len(came) // 2 :])
            if late_by_hours(later, [known for known in came if known <= one], ZONES) is not None
        ]  # fmt: skip
        assert len(false) <= 0.004 * len(came)


def test_too_short_a_history_shows_no_rhythm_of_hours() -> None:
    came = [datetime(2023, 1, 1, tzinfo=UTC) + hour * HOUR for hour in range(24 * FEWEST_DAYS)]
    assert late_by_hours(came[-1] + 9 * HOUR, came) is None
    assert late_by_hours(came[-1] + 9 * HOUR, [came[0] - HOUR, *came]) is not None
    assert late_by_hours(came[-1], []) is None


def test_what_comes_once_a_day_has_none_either() -> None:
    came = [datetime(2023, 1, 1, 5, tzinfo=UTC) + timedelta(days=day) for day in range(60)]
    assert late_by_hours(came[-1] + timedelta(days=9), came) is None


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 24 * 40), min_size=200, max_size=400, unique=True), st.integers(0, 200), st.randoms())
def test_what_is_late_stays_late_until_it_comes_in_any_order(hours: list[int], wait: int, order: object) -> None:
    came = [datetime(2023, 3, 1, tzinfo=UTC) + hour * HOUR for hour in hours]
    asked = max(came) + wait * HOUR
    found = late_by_hours(asked, came, ZONES)
    order.shuffle(came)  # type: ignore[attr-defined]
    assert late_by_hours(asked, [*came, *came[:50]], ZONES) == found
    if found is not None:
        assert late_by_hours(asked + 7 * HOUR, came, ZONES) == found
