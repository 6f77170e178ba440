"""What the season explains: a window beside the same days of an earlier year.

A reference shorter than a year knows one season only. The same days of the year that begins with the reference explain
a difference if they lie within the reference, or if the season is known to come back: the reference's own days, a year
or more later, looked like the reference again. So a column that moved for good is not taken for a seasonal one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dashboard.measures.judging.drift.comparison import ColumnDrift, Comparison, Rule, concluded, judge_column
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.profiles.periods import YEAR, following, months_later
from dashboard.profiles.windows import Profiles, Window, merged
from dashboard.words import mark

Days = tuple[date, date]
# An earlier window needs so many of the window's rows, and a returned reference so many of its periods.
ENOUGH_ROWS, ENOUGH_PERIODS = 0.5, 0.9
DAYS_A_YEAR = 366


class Seasons:
    """Earlier windows of one model, each read once."""

    def __init__(self, profiles: Profiles, segment: tuple[str, str | None] | None = None) -> None:
        """Read nothing yet."""
        self._profiles, self._segment = profiles, segment
        self._read: dict[Days, Window] = {}

    def explained(self, comparison: Comparison, found: ColumnDrift, rule: Rule) -> ColumnDrift:
        """The verdict on a column that moved, may have, or follows the calendar, in the light of an earlier year."""
        days = _same_days(comparison)
        if days is None or not (found.moved or found.unequal or found.blunt):
            return found
        earlier = self._window(days)
        if earlier.predictions < max(rule.thresholds.min_rows, ENOUGH_ROWS * comparison.current.predictions):
            return found
        if not found.unequal and not self._comes_back(comparison, days, found.column, rule):
            return found
        beside = Comparison(comparison.layout, comparison.current, earlier, False, days)
        again = judge_column(beside, found.column, rule)
        if again.unequal or (not found.unequal and SEVERITY[again.verdict.status] >= SEVERITY[found.verdict.status]):
            return found
        season = f"{days[0].isoformat()} – {days[1].isoformat()}"
        message = {
            "ok": mark("As in the same season before, from {season} ({again}, by chance up to {again_floor})."),
            "unknown": mark("Too few rows from {season}, in the same season before, to tell drift from chance."),
        }.get(again.verdict.status, mark("Different also from the same season before, from {season} ({again})."))
        judged = concluded(
            replace(found, moved=again.moved, strong=again.strong, unequal=False, blunt=False, season=season),
            again.verdict.status,
            message,
            season=season,
            again=again.value,
            again_floor=again.floor,
        )
        return judged if again.verdict.status != "unknown" or found.unequal else found

    def _comes_back(self, comparison: Comparison, days: Days, column: str, rule: Rule) -> bool:
        """Whether the earlier days are part of the reference, or the reference was seen again a year later."""
        assert comparison.days is not None
        first, last = comparison.days
        if first <= days[0] and days[1] <= last:
            return True
        later = _shifted(comparison.days, 1)
        window_start = comparison.current.start
        if window_start is None or later[1] >= window_start.date() or (last - first).days >= DAYS_A_YEAR:
            return False
        returned = self._window(later)
        if len(returned.starts) < ENOUGH_PERIODS * len(comparison.reference.starts):
            return False
        beside = replace(comparison, current=returned)
        return judge_column(beside, column, rule).verdict.status == "ok"

    def _window(self, days: Days) -> Window:
        if days not in self._read:
            found = self._profiles.read(("features",), days, None, self._segment)
            self._read[days] = merged(found, self._profiles.layout)
        return self._read[days]


def _same_days(comparison: Comparison) -> Days | None:
    """The days of the window in the year that begins with the reference; None where that is no earlier year."""
    start, starts = comparison.current.start, comparison.current.starts
    if start is None or comparison.days is None or not starts:
        return None
    first = comparison.days[0]
    years = start.year - first.year
    day = months_later(start.date(), -years * YEAR)
    if day < first:
        years, day = years - 1, months_later(start.date(), (1 - years) * YEAR)
    if years < 1:
        return None
    return _shifted((start.date(), _last_day(comparison)), -years)


def _last_day(comparison: Comparison) -> date:
    """The last day of the base periods of the window that hold predictions."""
    end = following(comparison.current.starts[-1], comparison.layout.base) - timedelta(microseconds=1)
    return end.date()


def _shifted(days: Days, years: int) -> Days:
    return months_later(days[0], years * YEAR), months_later(days[1], years * YEAR)
