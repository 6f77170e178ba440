"""Periods written as text, on a time axis and in words."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dashboard.periods import period_end, period_middle, period_start
from dashboard.words import period_name

PERIODS = {
    "2013-04-21": (date(2013, 4, 21), date(2013, 4, 21)),
    "2013-W01": (date(2012, 12, 31), date(2013, 1, 6)),
    "2013-04": (date(2013, 4, 1), date(2013, 4, 30)),
    "2012-02": (date(2012, 2, 1), date(2012, 2, 29)),
    "2013-Q4": (date(2013, 10, 1), date(2013, 12, 31)),
    "2013": (date(2013, 1, 1), date(2013, 12, 31)),
    "2013-04-21T07": (date(2013, 4, 21), date(2013, 4, 21)),
}


@pytest.mark.parametrize("period", PERIODS)
def test_first_and_last_day(period: str) -> None:
    assert (period_start(period).date(), period_end(period)) == PERIODS[period]


def test_points_stand_in_the_middle() -> None:
    assert period_middle("2013-04") == datetime(2013, 4, 16)
    assert period_middle("2013-04-21") == datetime(2013, 4, 21, 12)
    assert period_middle("2013-04-21T07") == datetime(2013, 4, 21, 7, 30)


@pytest.mark.parametrize(
    ("period", "english", "german"),
    [
        ("2013-W16", "week 16 of 2013", "Woche 16 2013"),
        ("2013-03", "March 2013", "März 2013"),
        ("2013-Q2", "quarter 2 of 2013", "2. Quartal 2013"),
        ("2013-04-21", "21 Apr 2013", "21.04.2013"),
        ("2013", "2013", "2013"),
    ],
)
def test_names_for_readers(period: str, english: str, german: str) -> None:
    assert (period_name(period, "en"), period_name(period, "de")) == (english, german)


def test_what_is_no_period_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        period_start("soon")
