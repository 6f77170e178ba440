"""Calendar periods in a model's time zone: where they start, what they are called, which larger one they belong to."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from dashboard.periods import week_of

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
When = TypeVar("When", date, datetime)
YEAR = 12
# Months of the periods that are made of months.
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": YEAR}
# Weeks do not add up to months, so a weekly model is summarised by day.
BASE: dict[str, Grain] = {"hour": "hour", "day": "day", "week": "day", "month": "month", "year": "year"}
ORDER: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter", "year")


def floor(local: datetime, grain: Grain) -> datetime:
    """Start of the period that holds a local wall-clock time."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if grain == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    if grain == "day":
        return midnight
    if grain == "week":
        return midnight - timedelta(days=midnight.weekday())
    if grain == "month":
        return midnight.replace(day=1)
    if grain == "quarter":
        return midnight.replace(month=(midnight.month - 1) // 3 * 3 + 1, day=1)
    return midnight.replace(month=1, day=1)


def following(start: datetime, grain: Grain) -> datetime:
    """Start of the next period."""
    if grain == "hour":
        return start + timedelta(hours=1)
    if grain in ("day", "week"):
        return start + timedelta(days=1 if grain == "day" else 7)
    return months_later(start, MONTHS[grain])


def months_later(when: When, months: int) -> When:
    """A day or an instant (in the zone that it has) so many months later; the month's last day where it has no such.

    >>> months_later(date(2024, 2, 29), -YEAR)
    datetime.date(2023, 2, 28)
    """
    year, month = divmod(when.year * YEAR + when.month - 1 + months, YEAR)
    return when.replace(year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1]))


def number_of(start: datetime, grain: Grain) -> int:
    """The number of a period by its start, one more for each that follows."""
    if grain in MONTHS:
        return (start.year * YEAR + start.month - 1) // MONTHS[grain]
    hours = start.toordinal() * 24 + start.hour
    return hours // {"hour": 1, "day": 24, "week": 168}[grain]


def label(start: datetime, grain: Grain) -> str:
    """Write a period: 2013-04-21T07, 2013-04-21, 2013-W16, 2013-04, 2013-Q2, 2013."""
    if grain == "week":
        return week_of(start)
    if grain == "quarter":
        return f"{start.year:04d}-Q{(start.month - 1) // 3 + 1}"
    forms = {"hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
    return start.strftime(forms[grain])


def starts(first: datetime, last: datetime, grain: Grain) -> list[datetime]:
    """Starts of all periods from the one holding `first` to the one holding `last`."""
    found, current = [], floor(first, grain)
    while current <= last:
        found.append(current)
        current = following(current, grain)
    return found


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A local wall-clock time as UTC without zone, as the log keeps it."""
    return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    """A UTC instant of the log (without zone) as local wall-clock time without zone."""
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def day_span(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the span from the start of the first day to the end of the last, in UTC; the end is excluded."""
    return (
        to_utc(datetime.combine(first, time()), zone),
        to_utc(datetime.combine(last, time()) + timedelta(days=1), zone),
    )


def is_finer(grain: Grain, other: Grain) -> bool:
    """Return whether `grain` is finer than `other`."""
    return ORDER.index(grain) < ORDER.index(other)
