"""Features that the calendar shows to be wrong: seasons under other names, ages that the records' begin bounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np

from dashboard.measures.quality.check import Check
from dashboard.measures.quality.table import HIGHER, MISSING, TOTAL, Ints, QualityTable
from dashboard.profiles.bins import CategoryBins, NumericBins
from dashboard.profiles.periods import following
from dashboard.schema.card.row_rules import ColumnValue, Comparison, Constant
from dashboard.words import mark

SEASONS = {
    **dict.fromkeys(("spring", "frühling", "frühjahr"), 0),
    **dict.fromkeys(("summer", "sommer"), 1),
    **dict.fromkeys(("fall", "autumn", "herbst"), 2),
    "winter": 3,
}
# First and last day (month, day) of a season in the north, by weather or by the sun, whichever is wider.
BOUNDS = (((3, 1), (6, 22)), ((6, 1), (9, 24)), ((9, 1), (12, 22)), ((12, 1), (3, 22)))
NAMED_WRONGLY = 0.2
# The largest value has moved by the time that has passed, within this part of it, in nearly all of the periods.
STEADY, IN_STEP = 0.12, 0.9
FEWEST_STEPS = 2
# So many of the rows lie beyond the largest value of the period before: more than chance, less than of a clock.
FEWEST_AT_END, MOST_AT_END = 0.02, 0.9
DAY = 86_400
# Days, weeks, months and years, in days.
UNITS = (1.0, 7.0, 365.25 / 12, 365.25)


def season_checks(table: QualityTable) -> Iterator[Check]:
    """Features that the calendar determines and that name seasons: whether those are the ones of the date."""
    for feature in table.features:
        bins = table.layout.column(feature)
        if not isinstance(bins, CategoryBins) or not table.layout.trait(feature).cycle or feature not in table.slots:
            continue
        seasons = [SEASONS.get(name.strip().casefold()) for name in bins.categories]
        if len(seasons) < 2 or None in seasons:
            continue
        rows = table.slots[feature][:, : len(seasons)]
        sides = (_misnamed(table, rows, seasons, south) for south in (False, True))
        wrong, known = min(sides, key=lambda side: int(side[0].sum()))
        if wrong.sum() <= NAMED_WRONGLY * known.sum():
            continue
        yield Check(
            "season names",
            "consistency",
            feature,
            wrong,
            known,
            mark("In {affected} of {rows} rows the season that {feature} names is not the one of the date."),
            limit=NAMED_WRONGLY,
            standing=True,
        )


def _misnamed(table: QualityTable, rows: Ints, seasons: list[int | None], south: bool) -> tuple[Ints, Ints]:
    """Rows by period that name another season than the one of the period; and all rows, where it has only one."""
    wrong, known = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for place, start in enumerate(table.starts):
        allowed = _seasons_of(start, following(start, table.layout.base), south)
        if len(allowed) == 1:
            out = [column for column, season in enumerate(seasons) if season not in allowed]
            wrong[place], known[place] = int(rows[place, out].sum()), int(rows[place].sum())
    return wrong, known


def _seasons_of(start: datetime, end: datetime, south: bool) -> set[int]:
    found: set[int] = set()
    day, last = start.date(), (end - timedelta(microseconds=1)).date()
    while day <= last and len(found) < len(BOUNDS):
        found |= {(season + 2 * south) % 4 for season, bounds in enumerate(BOUNDS) if _within(day, bounds)}
        day += timedelta(days=1)
    return found


def _within(day: date, bounds: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    first, last = bounds
    at = (day.month, day.day)
    return first <= at <= last if first <= last else at >= first or at <= last


def growth_checks(table: QualityTable) -> Iterator[Check]:
    """Features whose largest value grows by the time that passes: they are cut off by the begin of the records."""
    if not table.reference.any():
        return
    for feature in table.features:
        bins = table.layout.column(feature)
        if not isinstance(bins, NumericBins) or not bins.bounds or table.layout.trait(feature).cycle:
            continue
        known = np.where(table.judged, table.of(feature, TOTAL) - table.of(feature, MISSING), 0)
        above = np.where(table.judged, table.of(feature, HIGHER), 0)
        first = next(iter(np.flatnonzero(known)), None)
        if first is None or not FEWEST_AT_END <= above[first] / known[first] <= MOST_AT_END:
            continue
        if any(_grows(table, feature, bins, unit) for unit in UNITS):
            yield Check(
                "grows with the records",
                "reality",
                feature,
                above,
                known,
                mark(
                    "{affected} of {rows} values of {feature} lie above {high}, the largest of the reference; the "
                    "largest value grows by the time that passes, as if the begin of the records cut it off."
                ),
                condition=Comparison(ColumnValue(feature), ">", Constant(bins.high)),
                values={"high": bins.high},
                standing=True,
            )


def _grows(table: QualityTable, feature: str, bins: NumericBins, unit: float) -> bool:
    """Whether the upper end of the values moves by a day each day (in units), in the reference and behind it."""
    tops = table.tops[:, table.place(feature)]
    places = [int(place) for place in np.flatnonzero(table.reference & (tops >= 0))]
    if not places:
        return False
    lows, highs = np.append(-np.inf, bins.edges), np.append(bins.edges, np.inf)
    begin, end = table.starts[places[0]], float(highs[tops[places[0]]])
    then: list[bool] = []
    behind: list[bool] = []
    for place in map(int, np.flatnonzero(tops >= 0)):
        passed = (table.starts[place] - begin).total_seconds() / DAY / unit
        low, high = float(lows[tops[place]]), float(highs[tops[place]])
        if passed <= 0 or (table.reference[place] and high - low > STEADY * 2 * passed):
            continue
        room, wanted = STEADY * passed, end + passed
        (then if table.reference[place] else behind).append(low - room <= wanted <= high + room)
    return all(len(steps) >= FEWEST_STEPS and sum(steps) >= IN_STEP * len(steps) for steps in (then, behind or then))
