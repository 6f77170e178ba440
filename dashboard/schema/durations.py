"""How long something may take, as people write it: a number with its unit, like 2h or 90s."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

from dashboard.schema.reading.strict_model import rule_broken
from dashboard.schema.reading.suggestions import shown

UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
LONGEST = timedelta(days=7)
_FORM = re.compile(r"([1-9][0-9]{0,5})([smhd])")


def read_duration(value: Any, longest: timedelta = LONGEST) -> timedelta:
    """The span of time that a text names, at most `longest`.

    >>> read_duration("2h")
    datetime.timedelta(seconds=7200)
    """
    found = _FORM.fullmatch(value) if isinstance(value, str) else None
    if found is None or duration_seconds(value) > longest.total_seconds():
        allowed = f"allowed is a whole number with s, m, h or d, at most {longest.days} days; write it like 2h"
        raise rule_broken(f"received {shown(value)}; {allowed}")
    return timedelta(seconds=duration_seconds(value))


def parse_duration(value: Any) -> str:
    """Read a duration of at most seven days; it stays as it was written.

    >>> parse_duration("2h")
    '2h'
    """
    read_duration(value)
    return str(value)


def duration_seconds(text: str) -> int:
    """Return the seconds of a duration that was read.

    >>> duration_seconds("2h")
    7200
    """
    return int(text[:-1]) * UNIT_SECONDS[text[-1]]


Duration = Annotated[str, BeforeValidator(parse_duration)]
