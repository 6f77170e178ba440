"""The level of a feature that follows a season: by the same days of the year in the reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.quality.shifts import Moments, moments
from dashboard.measures.quality.table import Floats, Ints, QualityTable

# The same season are the days of the year up to so many days before and behind, as a block of so many days at most has.
SEASON_DAYS, LONGEST_BLOCK = 15, 45
# So many values of the reference show what a feature is like in a season.
ROWS_OF_SEASON = 100
DAYS_OF_YEAR = 365.2425


@dataclass(frozen=True)
class Seasons:
    """The mean and deviation of a feature (values, sums, pivot) in the reference, by the time of the year."""

    table: QualityTable
    known: Ints
    sums: Floats
    pivot: float

    def of(self, begin: datetime, end: datetime) -> Moments | None:
        """Mean and deviation of the same days of the year in the reference; None where it has too few of them.

        None also for days too far apart to be of one season.
        """
        if end - begin > timedelta(days=LONGEST_BLOCK):
            return None
        middle = begin + (end - begin) / 2
        away = np.abs((self._days - _day(middle) + DAYS_OF_YEAR / 2) % DAYS_OF_YEAR - DAYS_OF_YEAR / 2)
        marks = self.table.reference & (away <= SEASON_DAYS + (end - begin).days / 2)
        if int(self.known[marks].sum()) < ROWS_OF_SEASON:
            return None
        return moments(self.known, self.sums, marks, self.pivot)

    def of_marks(self, marks: NDArray[np.bool_]) -> Moments | None:
        """Mean and deviation of the reference in the days of the year of some periods; None where it has too few."""
        days = {round(day) for day in self._days[marks]}
        same = self.table.reference & np.array([round(day) in days for day in self._days])
        return moments(self.known, self.sums, same, self.pivot)

    @cached_property
    def _days(self) -> Floats:
        return np.array([_day(start) for start in self.table.starts])


def _day(moment: datetime) -> float:
    """The day within its year, of years of the mean length."""
    return (moment - datetime(2000, 1, 1)) / timedelta(days=1) % DAYS_OF_YEAR
