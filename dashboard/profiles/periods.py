"""Calendar periods in a model's time zone: where they start, what they are called, which larger one they belong to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
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
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    index = start.year * 12 + start.month - 1 + months
    return start.replace(year=index // 12, month=index % 12 + 1)


def label(start: datetime, grain: Grain) -> str:
    """Write a period: 2013-04-21T07, 2013-04-21, 2013-W16, 2013-04, 2013-Q2, 2013."""
    if grain == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04d}-W{week:02d}"
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
