"""Columns whose value the instant determines: the month, the weekday, the hour, whether it is a working day.

Between windows of unlike calendars such a column differs without anything having happened. It is recognised by its
values: they are a field of the date, or nearly always the same whenever the clock or the calendar comes round again.
A name helps only where one season of the reference leaves several readings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.profiles.bins import Floats, Ints
from dashboard.profiles.periods import Grain, following

# How often the calendar that determines a column comes round: with each day, week, month or year, or never.
Cycle = Literal["", "hour", "weekday", "day", "month", "year"]
MOST_VALUES = 400
# Of the rows that the most frequent value gets wrong, so many must be right given the place in the cycle.
EXPLAINED = 0.85
AGREEING = 0.99
FEWEST_A_PLACE = 5
LEAST_VARIATION = 0.02
NAMED = {
    "month": re.compile(r"month|mnth|monat|season|saison|jahreszeit|quarter|quartal|(^|_)(week|woche|kw)($|_)", re.I),
    "year": re.compile(r"year|jahr|(^|_)yr($|_)", re.I),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
GERMAN_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
MOST_BLOCKS = 13
# Windows cover a calendar alike where at most this share of their time lies on other places of it.
MOST_APART = 0.1


def cycle_of(name: str, values: Floats | NDArray[np.object_], local: pd.DatetimeIndex) -> Cycle:
    """The cycle that determines a column from its values at local instants; empty where none does.

    Values of a column that is not numeric are texts or None.
    """
    known = ~pd.isna(values)
    found, at = values[known], local[known]
    if not len(found):
        return ""
    numeric = found.dtype != object
    field = _field_of(name, found.astype(np.float64), at) if numeric else _named_field(found, at)
    if field:
        return field
    codes, distinct = pd.factorize(found)
    if not 2 <= len(distinct) <= MOST_VALUES:
        return ""
    return _repeating(codes, at) or _season(name, codes, at)


def day_numbers(at: pd.DatetimeIndex) -> Ints:
    """The days of local instants, counted from 1970."""
    return (at.normalize() - pd.Timestamp("1970-01-01")).days.to_numpy(dtype=np.int64)


def _field_of(name: str, values: Floats, at: pd.DatetimeIndex) -> Cycle:
    """A field of the date, as it is or with another first number."""
    years = at.year.to_numpy()
    fields: list[tuple[Cycle, NDArray[np.integer]]] = [
        ("month", at.month.to_numpy()),
        ("month", at.quarter.to_numpy()),
        ("month", at.dayofyear.to_numpy()),
        ("month", at.isocalendar().week.to_numpy(dtype=np.int64)),
        ("day", at.day.to_numpy()),
        ("year", years),
        ("year", day_numbers(at)),
    ]
    for cycle, field in fields:
        offset = np.round(np.median(values - field))
        if cycle != "year" and abs(offset) > 1:
            continue
        if np.mean(values - field == offset) < AGREEING:
            continue
        # A field that never changed may be any number; the year of a century is none by accident.
        shown = len(np.unique(field)) > 1 or (field is years and offset == 0)
        hint = NAMED.get(cycle)
        if shown or (hint is not None and hint.search(name)):
            return cycle
    return ""


def _named_field(texts: NDArray[np.object_], at: pd.DatetimeIndex) -> Cycle:
    short = np.array([text.strip().lower()[:3] for text in texts])
    for names in (MONTHS, GERMAN_MONTHS):
        if np.mean(short == np.array(names)[at.month.to_numpy() - 1]) >= AGREEING:
            return "month"
    return ""


def _repeating(codes: Ints, at: pd.DatetimeIndex) -> Cycle:
    """The shortest cycle of which each place has nearly always the same value, whenever it comes round."""
    days = day_numbers(at)
    cycles: list[tuple[Cycle, Ints, Ints]] = [
        ("hour", at.hour.to_numpy(), days),
        ("weekday", at.dayofweek.to_numpy(), (days + 3) // 7),
        ("day", at.day.to_numpy(), at.year.to_numpy() * 12 + at.month.to_numpy()),
        ("month", at.month.to_numpy(), at.year.to_numpy()),
    ]
    return next((cycle for cycle, place, turn in cycles if _determines(codes, place, turn)), "")


def _determines(codes: Ints, place: Ints, turn: Ints) -> bool:
    rows = len(codes)
    _, place = np.unique(place, return_inverse=True)
    turns = np.unique(np.stack([place, turn]), axis=1)
    often = np.bincount(turns[0])
    # A place that came once tells nothing of what it brings.
    seen = often[place] > 1
    if seen.mean() < AGREEING or rows < FEWEST_A_PLACE * len(often):
        return False
    wrong = 1 - np.bincount(codes).max() / rows
    width = int(codes.max()) + 1
    table = np.bincount(place * width + codes, minlength=len(often) * width).reshape(len(often), width)
    left = 1 - table.max(axis=1).sum() / rows
    return bool(wrong >= LEAST_VARIATION and 1 - left / wrong >= EXPLAINED)


def _season(name: str, codes: Ints, at: pd.DatetimeIndex) -> Cycle:
    """A column that is called after a season and changes with the date in few blocks, as a single year shows it."""
    if not NAMED["month"].search(name):
        return ""
    order = np.argsort(at.to_numpy(), kind="stable")
    changes = int((np.diff(codes[order]) != 0).sum())
    return "month" if changes <= MOST_BLOCKS else ""


def calendar_shares(starts: Sequence[datetime], base: Grain, cycle: Cycle) -> dict[int, float]:
    """How much of the time of some periods falls on each hour, weekday, day of the month, month or year."""
    shares: dict[int, float] = {}
    for start in starts:
        for moment in _moments(start, base, cycle):
            place = moment.weekday() if cycle == "weekday" else int(getattr(moment, cycle))
            shares[place] = shares.get(place, 0.0) + 1
    whole = sum(shares.values())
    return {place: number / whole for place, number in shares.items()}


def _moments(start: datetime, base: Grain, cycle: Cycle) -> list[datetime]:
    """The hours of a period where hours count, else its days."""
    step = timedelta(hours=1) if cycle == "hour" else timedelta(days=1)
    if base == "hour":
        return [start]
    end, found = following(start, base), [start]
    while found[-1] + step < end:
        found.append(found[-1] + step)
    return found


def covered_days(starts: Sequence[datetime], base: Grain) -> int:
    """On how many days some periods lie."""
    if base in ("hour", "day"):
        return len({start.date() for start in starts})
    return sum((following(start, base) - start).days for start in starts)


def are_alike(first: Sequence[datetime], second: Sequence[datetime], base: Grain, cycle: Cycle) -> bool:
    """Whether two sets of periods cover the places of a cycle in about the same proportions."""
    if not first or not second:
        return False
    one, other = (calendar_shares(starts, base, cycle) for starts in (first, second))
    apart = sum(abs(one.get(place, 0.0) - other.get(place, 0.0)) for place in {*one, *other}) / 2
    return apart <= MOST_APART
