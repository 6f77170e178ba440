"""How instants are read: ISO 8601 and what warehouses make of it, days, days with dots, whole numbers since 1970.

An instant before the card's first day, or later than now by more than a tolerance, is at fault: one stray row in 2200
would be "the last prediction" for ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.store.log.quoting import literal

FIRST_DAY = date(1970, 1, 1)
# Clocks differ, and a day of another time zone may have begun.
TOLERANCE = timedelta(days=1)
ZONED = "TIMESTAMP WITH TIME ZONE"
DAY_FORM = r"\d{4}-\d\d-\d\d"
TIME_FORM = r"\d\d:\d\d(:\d\d([.,]\d{1,9})?)?"
INSTANT_FORM = DAY_FORM + "[T ]" + TIME_FORM + r" ?(Z|UTC|GMT|[+-](0\d|1[0-4])(:?[0-5]\d)?)?"
DOTTED_FORM = r"\d\d\.\d\d\.\d{4}( " + TIME_FORM + ")?"
WHOLE_FORM = r"-?\d{1,19}(\.0+)?"
# So many of each unit make 10**9 seconds.
UNITS = {"seconds": 10**9, "milliseconds": 10**12, "microseconds": 10**15, "nanoseconds": 10**18}
EPOCH = "EPOCH "
MICROSECONDS = {"seconds": "* 1000000", "milliseconds": "* 1000", "microseconds": "", "nanoseconds": "// 1000"}


@dataclass(frozen=True)
class Allowed:
    """Between which instants (UTC without zone, both allowed) a row may lie."""

    first: datetime
    last: datetime

    def clause(self, instant: str) -> str:
        """SQL that is true within."""
        return f"{instant} >= TIMESTAMP '{self.first}' AND {instant} <= TIMESTAMP '{self.last}'"

    def needed(self, repair: str, received: str | None) -> tuple[str, str]:
        """What is allowed and how to repair it, for the message about a value."""
        first = f"{self.first:%Y-%m-%d}"
        if received is not None and re.match(r"\d{4}-\d\d-\d\d", received):
            if received[:19].replace("T", " ") > f"{self.last:%Y-%m-%d %H:%M:%S}":
                return "it lies in the future; an instant until now is needed", repair
            if received[:10] < first:
                return f"an instant from {first} on is needed", f"{repair}, or give data.first_day on the card"
        return f"an instant in ISO 8601 from {first} until now is needed", f"{repair}, like 2013-04-01T09:30:00Z"


def allowed_until(now: datetime, first_day: date | None) -> Allowed:
    """What a call at `now` (UTC without zone) allows: from the card's first day, else 1970, to a day from now."""
    first = first_day or FIRST_DAY
    return Allowed(datetime(first.year, first.month, first.day), now + TOLERANCE)


def unit_of(first: int, last: int) -> str | None:
    """The unit in which whole numbers count since 1970, when all lie between 1980 and 2100; None when none fits.

    The ranges of the units lie apart, so at most one fits.

    >>> unit_of(1_704_067_200, 1_706_745_600), unit_of(20_240_101, 20_240_131)
    ('seconds', None)
    """
    for name, one in UNITS.items():
        if one * 315_532_800 <= first * 10**9 and last * 10**9 <= one * 4_102_444_800:
            return name
    return None


def instant_parsed(raw: str, kind: str, zone: str) -> str:
    """SQL for the instant (TIMESTAMP in UTC) in a column of a DuckDB type, of text, or `EPOCH unit`; null at fault.

    No zone means UTC; a day begins at midnight in the model's time zone `zone`.
    """
    if kind.startswith(EPOCH):
        whole = f"TRY_CAST({raw} AS HUGEINT) {MICROSECONDS[kind.removeprefix(EPOCH)]}"
        return f"make_timestamp(TRY_CAST({whole} AS BIGINT))"
    if kind == "DATE":
        return _day_begin(f"TRY_CAST({raw} AS TIMESTAMP)", zone)
    if kind == ZONED:
        return f"{raw} AT TIME ZONE 'UTC'"
    if kind.startswith("TIMESTAMP"):
        return f"TRY_CAST({raw} AS TIMESTAMP)"
    return _from_text(raw, zone)


def _from_text(raw: str, zone: str) -> str:
    text = f"upper(trim({raw}))"
    iso = f"{text}[7:10] || '-' || {text}[4:5] || '-' || {text}[1:2]"
    return f"""CASE
        WHEN length(trim({raw})) = 10 AND regexp_full_match({text}, '{DAY_FORM}')
            THEN {_day_begin(f"TRY_CAST({text} AS TIMESTAMP)", zone)}
        WHEN regexp_full_match({text}, '{INSTANT_FORM}') THEN {_moment(text)}
        WHEN length(trim({raw})) = 10 AND regexp_full_match({text}, '{DOTTED_FORM}')
            THEN {_day_begin(f"TRY_CAST({iso} AS TIMESTAMP)", zone)}
        WHEN regexp_full_match({text}, '{DOTTED_FORM}') THEN {_moment(f"({iso} || {text}[11:])")}
    END"""


def _moment(text: str) -> str:
    """Text like 2013-04-01 09:30[:00[.0]][ zone] in the one form that DuckDB takes."""
    zone = f"replace(replace(replace({text}[17:], ' ', ''), 'UTC', 'Z'), 'GMT', 'Z')"
    rest = f"CASE WHEN {text}[17] = ':' THEN '' ELSE ':00' END || replace({zone}, ',', '.')"
    return f"TRY_CAST({text}[:16] || {rest} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"


def _day_begin(local: str, zone: str) -> str:
    return f"timezone({literal(zone)}, {local}) AT TIME ZONE 'UTC'"
