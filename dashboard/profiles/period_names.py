"""Periods as text: where a period written as text begins, ends, and what its readers call it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from dashboard.words import language_of, translate

_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_YEAR = re.compile(r"^\d{4}$")


def period_start(period: str) -> datetime:
    """The first instant of a period such as 2013-04-21, 2013-W16, 2013-04, 2013-Q2 or 2013, in its own time zone.

    Raises ValueError when the text is none of these.
    """
    if week := _WEEK.match(period):
        return datetime.combine(date.fromisocalendar(int(week[1]), int(week[2]), 1), datetime.min.time())
    if quarter := _QUARTER.match(period):
        return datetime(int(quarter[1]), 3 * int(quarter[2]) - 2, 1)
    if month := _MONTH.match(period):
        return datetime(int(month[1]), int(month[2]), 1)
    if _YEAR.match(period):
        return datetime(int(period), 1, 1)
    return datetime.fromisoformat(period).replace(tzinfo=None)


def period_end(period: str) -> date:
    """The last day of a period."""
    start = period_start(period).date()
    if _WEEK.match(period):
        return start + timedelta(days=6)
    months = 3 if _QUARTER.match(period) else 1 if _MONTH.match(period) else 12 if _YEAR.match(period) else 0
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


def period_name(period: str, language: str) -> str:
    """What readers of `language` call a period, e.g. April 2013, week 16 of 2013, 2nd quarter 2013."""
    from babel.dates import format_date, format_datetime

    locale = language_of(language).locale
    if week := _WEEK.match(period):
        return translate("week {week} of {year}", language).format(week=int(week[2]), year=week[1])
    if quarter := _QUARTER.match(period):
        return translate("quarter {quarter} of {year}", language).format(quarter=quarter[2], year=quarter[1])
    if _MONTH.match(period):
        return format_date(period_start(period), format="MMMM y", locale=locale)
    if _YEAR.match(period):
        return period
    if len(period) > len("2013-04-21"):
        return format_datetime(period_start(period), format="short", locale=locale)
    return format_date(period_start(period), format="medium", locale=locale)
