"""Periods as text: which kind a period is, and where it begins and ends."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

WEEK = re.compile(r"^(\d{4})-W(\d{2})$")
QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
MONTH = re.compile(r"^(\d{4})-(\d{2})$")
YEAR = re.compile(r"^\d{4}$")
_DAY_OR_HOUR = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2})?")


def period_start(period: str) -> datetime:
    """The first instant of a period such as 2013-04-21, 2013-W16, 2013-04, 2013-Q2 or 2013, in its own time zone.

    Raises ValueError when the text is none of these.
    """
    if week := WEEK.match(period):
        return datetime.combine(date.fromisocalendar(int(week[1]), int(week[2]), 1), datetime.min.time())
    if quarter := QUARTER.match(period):
        return datetime(int(quarter[1]), 3 * int(quarter[2]) - 2, 1)
    if month := MONTH.match(period):
        return datetime(int(month[1]), int(month[2]), 1)
    if YEAR.match(period):
        return datetime(int(period), 1, 1)
    return datetime.fromisoformat(period).replace(tzinfo=None)


def period_end(period: str) -> date:
    """The last day of a period."""
    start = period_start(period).date()
    if WEEK.match(period):
        return start + timedelta(days=6)
    months = 3 if QUARTER.match(period) else 1 if MONTH.match(period) else 12 if YEAR.match(period) else 0
    if not months:
        return start
    carried, month = divmod(start.month - 1 + months, 12)
    return date(start.year + carried, month + 1, 1) - timedelta(days=1)


def period_middle(period: str) -> datetime:
    """The middle of a period: where its point stands on a time axis."""
    start = period_start(period)
    if len(period) > len("2013-04-21"):
        return start + timedelta(minutes=30)
    return start + (datetime.combine(period_end(period), datetime.min.time()) + timedelta(days=1) - start) / 2


def is_period(text: str) -> bool:
    """Whether a text has the form of a period.

    >>> is_period("2013-W16"), is_period("2013-04-21T07"), is_period("soon")
    (True, True, False)
    """
    return any(kind.match(text) for kind in (WEEK, QUARTER, MONTH, YEAR, _DAY_OR_HOUR))


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month.

    >>> months_after(date(2024, 8, 31), 6)
    datetime.date(2025, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def week_of(day: date) -> str:
    """The ISO week of a day.

    >>> week_of(date(2025, 12, 29))
    '2026-W01'
    """
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"
