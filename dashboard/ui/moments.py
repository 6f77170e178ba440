"""Days, instants and spans of time as the reader writes them, in the time zone of the reader's browser."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_datetime, format_timedelta

from dashboard.ui import past
from dashboard.ui.language import language
from dashboard.words import day

PATTERNS = {"de": "d. MMM y, HH:mm", "en": "d MMM y, HH:mm"}


def present() -> datetime:
    """The instant that the page is about: now, or the end of the past day that it shows."""
    return past.instant() or datetime.now(UTC)


def moment(text: str) -> str:
    """An instant of a view as day and time of the reader."""
    zone = ZoneInfo(st.context.timezone or "UTC")
    at = datetime.fromisoformat(text).astimezone(zone)
    return str(format_datetime(at, PATTERNS[language()], tzinfo=zone, locale=language()))


def whole_day(text: str) -> str:
    """A day of a view in the reader's form."""
    return day(date.fromisoformat(text[:10]), language())


def lasting(text: str) -> str:
    """How long ago an instant of a view is, like `3 days`."""
    since = present() - datetime.fromisoformat(text)
    return str(format_timedelta(since, threshold=1.2, locale=language()))
