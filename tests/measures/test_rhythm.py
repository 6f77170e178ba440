"""When something is late by its own rhythm: what stopped is told, weekends, holidays and jitter are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, strategies as st

from dashboard.measures.quality.rhythm import late_on, longest_on_time, share_on_time, usual_distance_of

FIRST = date(2023, 1, 2)
# Public holidays of two years on which nobody works: New Year, Easter, Ascension, Whitsun, Christmas.
HOLIDAYS = {
    *(date(2023, month, day) for month, day in ((4, 7), (4, 10), (5, 1), (5, 18), (5, 29), (8, 1), (12, 25), (12, 26))),
    *(date(2024, month, day) for month, day in ((1, 1), (1, 2), (3, 29), (4, 1), (5, 1), (5, 9), (5, 20), (8, 1))),
}


def every(days: int, rng: np.random.Generator, jitter: int = 0) -> set[date]:
    """Once in so many days, some days early or late."""
    return {
        FIRST + timedelta(days=day + int(rng.integers(-jitter, jitter + 1))) for day in range(jitter, 730, days)
    }  # fmt: skip


def working_days() -> set[date]:
    days = (FIRST + timedelta(days=day) for day in range(730))
    return {day for day in days if day.weekday() < 5 and day not in HOLIDAYS}


def first_of_months(rng: np.random.Generator) -> set[date]:
    return {date(year, month, int(rng.integers(1, 5))) for year in (2023, 2024) for month in range(1, 13)}


def rhythms() -> Iterator[tuple[str, set[date]]]:
    rng = np.random.default_rng(11)
    yield "daily", every(1, rng)
    yield "working days", working_days()
    yield "every other day", every(2, rng)
    yield "weekly", every(7, rng, 1)
    yield "fortnightly", every(14, rng, 2)
    yield "monthly", first_of_months(rng)
    yield "quarterly", every(91, rng, 7)


RHYTHMS = dict(rhythms())


@pytest.mark.parametrize("name", RHYTHMS)
def test_weekends_holidays_and_jitter_make_nothing_late(name: str) -> None:
    came = sorted(RHYTHMS[name])
    # Learned from the first half of the days, it has to hold on each day of the rest.
    begin = came[len(came) // 2]
    days = (begin + timedelta(days=shift) for shift in range((came[-1] - begin).days + 1))
    assert [day for day in days if late_on(day, [one for one in came if one <= day])] == []
    assert share_on_time(came) == 1.0


@pytest.mark.parametrize("name", RHYTHMS)
def test_what_stops_is_late_before_it_was_missed_three_times(name: str) -> None:
    came = sorted(RHYTHMS[name])
    usual = usual_distance_of([(later - one).days for one, later in zip(came, came[1:], strict=False)])
    found = next(
        late for shift in range(400) if (late := late_on(came[-1] + timedelta(days=shift), came)) is not None
    )  # fmt: skip
    assert (found.last, found.usual_days) == (came[-1], usual)
    assert usual < (found.since - came[-1]).days <= 3 * usual


def test_too_few_renewals_show_no_rhythm() -> None:
    came = [FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=2)]
    assert late_on(date(2030, 1, 1), came) is None
    assert share_on_time(came) is None


@given(st.integers(1, 400))
def test_the_longest_distance_that_is_on_time_is_above_the_usual_one(usual: int) -> None:
    assert usual < longest_on_time(usual) <= 2 * usual + 1


@given(st.lists(st.integers(0, 2_000), min_size=4, unique=True), st.integers(0, 2_500))
def test_what_is_late_stays_late_until_it_comes(shifts: list[int], day: int) -> None:
    came = [FIRST + timedelta(days=shift) for shift in shifts]
    asked = max(came) + timedelta(days=day)
    late = late_on(asked, came)
    assert (late is not None) == (late_on(asked + timedelta(days=1), came) is not None) or late is None
    if late is not None:
        assert late.since <= asked
        assert late_on(late.since - timedelta(days=1), came) is None
