"""Words for the lengths of periods. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

GRAIN_WORDS = {
    "hour": mark("hours"),
    "day": mark("days"),
    "week": mark("weeks"),
    "month": mark("months"),
    "quarter": mark("quarters"),
    "year": mark("years"),
}
