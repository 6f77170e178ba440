"""Dates of the demo moved so that its real data reach the day of the build: by whole years, all alike.

A move is a number of months, and a multiple of twelve wherever the dates are real. The wall clock of the model's zone
is moved, so that an hour stays that hour of the day; 29 February becomes the 28th where the target year has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dashboard.profiles.periods import YEAR, months_later
from dashboard.store.engine.clock import written

if TYPE_CHECKING:
    import pandas as pd

# Fields of cards, events and acts that hold days or instants; on a card one of these names is also that of a column.
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")
DATED = frozenset({"trained_at", "from", "to", "assessed_on", "next_review", "at", "until", "known_at", "due", "start"})


@dataclass(frozen=True)
class Source:
    """What a model's data set needs of the calendar: see `months_to_move`.

    `reach` is its last instant (a prediction, or a label that becomes known), `shown_by` the day by which its story is
    to be seen; `step` is 12 months for real dates, and one month where the time line is simulated.
    """

    reach: datetime
    shown_by: date
    step: int = YEAR


def months_to_move(source: Source, until: datetime) -> int:
    """The months by which a data set is moved, so that it reaches `until` and its story can be seen by then.

    The fewest steps with which its last instant is not before `until`; one step less where that would show only its
    beginning, before the story. Then the data end less than a year before `until`.
    """
    months = 0
    while months_later(source.reach, months) < until:
        months += source.step
    return months - source.step if months_later(source.shown_by, months) > until.date() else months


def moved_text(text: str, months: int) -> str:
    """A written day or instant, so many months later; instants are moved in UTC."""
    if len(text) == len("2013-04-01"):
        return months_later(date.fromisoformat(text), months).isoformat()
    return written(months_later(datetime.fromisoformat(text).astimezone(UTC), months))


def with_moved_dates(value: Any, months: int) -> Any:
    """A card or an event with the days and instants of all its parts moved; everything else stays as it is."""
    if isinstance(value, Mapping):
        return {
            name: moved_text(_text(part), months)
            if name in DATED and isinstance(part, str | date) and WRITTEN.match(_text(part))
            else with_moved_dates(part, months)
            for name, part in value.items()
        }
    return [with_moved_dates(part, months) for part in value] if isinstance(value, list) else value


def moved_run(event: Mapping[str, Any], months: int) -> dict[str, Any]:
    """An OpenLineage event of a run, so many months later: its time, and the time for which the run stands."""
    run = event["run"]
    nominal = {
        name: part if name.startswith("_") else moved_text(part, months)
        for name, part in run["facets"]["nominalTime"].items()
    }
    facets = {**run["facets"], "nominalTime": nominal}
    return {**event, "eventTime": moved_text(event["eventTime"], months), "run": {**run, "facets": facets}}


def _text(when: str | date) -> str:
    """A day or an instant as YAML or JSON gave it, as text."""
    if isinstance(when, datetime):
        return written(when)
    return when if isinstance(when, str) else when.isoformat()


def moved_rows(log: pd.DataFrame, columns: Iterable[str], months: int, zone: ZoneInfo) -> pd.DataFrame:
    """The rows with the instants of these columns moved by the wall clock of a zone.

    An hour that the clocks leave out in the new year becomes the next one, of one that comes twice it is the first.
    """
    import numpy as np
    import pandas as pd

    found = log.copy()
    for name in columns:
        clock = found[name].dt.tz_convert(zone).dt.tz_localize(None) + pd.DateOffset(months=months)
        first = np.ones(len(clock), dtype=bool)
        local = clock.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
        found[name] = local.dt.tz_convert("UTC")
    return found
