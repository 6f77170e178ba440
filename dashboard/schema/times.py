"""Days and instants as people write them: ISO text in, dates and UTC instants out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer

from dashboard.schema.reading.strict_model import Fault, rule_broken
from dashboard.schema.reading.suggestions import shown

FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT_FORM = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"([.,][0-9]{1,9})? ?(Z|z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?"
)


def parse_day(value: Any) -> date:
    """A day from a date or from text like 2013-04-01; the years 1900 to 2199 are allowed."""
    if isinstance(value, str) and DAY_FORM.fullmatch(value.strip()):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise rule_broken(
                f"received {shown(value)}, which is no day of the calendar; allowed is a day; correct it"
            ) from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise rule_broken(f"received {shown(value)}; allowed is a day; write it like 2013-04-01")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise rule_broken(f"received {value}; allowed are days from {FIRST_YEAR} to {LAST_YEAR}; correct the year")
    return value


def parse_instant(value: Any) -> datetime:
    """An aware UTC instant from a datetime or ISO text; without an offset it is taken as UTC."""
    if isinstance(value, str) and (found := INSTANT_FORM.fullmatch(value.strip())):
        value = _read_instant(value, found)
    if isinstance(value, str) and DAY_FORM.fullmatch(value.strip()):
        parse_day(value)
    if not isinstance(value, datetime):
        raise rule_broken(f"received {shown(value)}; allowed is an instant; write it like 2013-04-01T08:30:00Z")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        allowed = f"allowed are the years {FIRST_YEAR} to {LAST_YEAR}; correct the year"
        raise rule_broken(f"received {shown(value.isoformat())}; {allowed}")
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def parse_moment(value: Any) -> date | datetime:
    """A day as a date, or an instant as an aware UTC datetime, whichever was written."""
    if isinstance(value, datetime) or (isinstance(value, str) and INSTANT_FORM.fullmatch(value.strip())):
        return parse_instant(value)
    if isinstance(value, date) or (isinstance(value, str) and DAY_FORM.fullmatch(value.strip())):
        return parse_day(value)
    allowed = "allowed is a day or an instant; write it like 2013-04-01 or 2013-04-01T08:30:00Z"
    raise rule_broken(f"received {shown(value)}; {allowed}")


def instant(value: date | datetime, time_zone: str) -> datetime:
    """The UTC instant at which `value` begins; a date begins at midnight in `time_zone` (an IANA name)."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    return datetime.combine(value, time(), tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def end_instant(value: date | datetime, time_zone: str) -> datetime:
    """The UTC instant at which `value` is over: the midnight after a date, the instant itself otherwise."""
    if isinstance(value, datetime):
        return instant(value, time_zone)
    return instant(value + timedelta(days=1), time_zone)


def ends_before(end: date | datetime, start: date | datetime) -> bool:
    """Return whether `end` lies before `start` in every time zone; a day lasts until its end."""
    if isinstance(end, datetime) == isinstance(start, datetime):
        return end < start
    slack = timedelta(days=1)
    return end_instant(end, "UTC") + slack < instant(start, "UTC")


def order_faults(start: date | None, end: date | None) -> list[Fault]:
    """The fault of a span whose `to` lies before its `from`."""
    if start is None or end is None or start <= end:
        return []
    message = f"received {end}, before from ({start}); allowed is the same day or later; swap them"
    return [(("to",), message, end)]


def _read_instant(value: str, found: re.Match[str]) -> datetime:
    day, clock, fraction, offset = found.groups()
    written = f"{day}T{clock}" + (f".{fraction[1:7]:0<6}" if fraction and clock.count(":") == 2 else "")
    try:
        read = datetime.fromisoformat(written + (offset or "").upper())
    except ValueError:
        raise rule_broken(
            f"received {shown(value)}, which is no instant of the calendar; allowed is an instant; correct it"
        ) from None
    return read


Day = Annotated[date, BeforeValidator(parse_day)]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]
Moment = Annotated[
    date | datetime, BeforeValidator(parse_moment), PlainSerializer(lambda moment: moment.isoformat(), when_used="json")
]
