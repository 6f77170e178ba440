"""Days, instants and spans of time as the reader writes them, in the time zone of the reader's browser."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel.dates import format_timedelta

from dashboard.ui.session import as_of
from dashboard.ui.session.language import language
from dashboard.words import day, language_of


def present() -> datetime:
    """The instant that the page is about: now, or the end of the past day that it shows."""
    return as_of.instant() or datetime.now(UTC)


def zone() -> ZoneInfo:
    """The time zone of the reader's browser; UTC where it does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(text: str, in_language: str | None = None) -> str:
    """An instant of a view as day and time of the reader, by default in the language of the page."""
    at = datetime.fromisoformat(text).astimezone(zone())
    return f"{day(at, in_language or language())}, {at:%H:%M}"


def whole_day(text: str) -> str:
    """A day of a view in the reader's form."""
    return day(date.fromisoformat(text[:10]), language())


def lasting(text: str) -> str:
    """How long ago an instant of a view is, like `10 days`; the next longer unit begins at two of it."""
    since = present() - datetime.fromisoformat(text)
    return str(format_timedelta(since, threshold=2, locale=language_of(language()).locale))
