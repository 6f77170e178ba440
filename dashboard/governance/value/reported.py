"""Figures that the business reports itself (events `kpi`), and those of them that are the value of a model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.situation.situation import Situation
from dashboard.store.events import RecordedEvent


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """A figure called `name` for the days from `first` to `last` (inclusive, in the model's time zone).

    `is_value` says that it is what the model brought, in the currency `unit`.
    """

    name: str
    first: date
    last: date
    value: float
    unit: str | None
    is_value: bool
    event: RecordedEvent

    @property
    def source(self) -> str | None:
        """Where the figure comes from, as whoever recorded it says."""
        return self.event.content.get("source")

    def within(self, begin: date, end: date) -> float:
        """What of it falls on the days from `begin` to `end`, both inclusive, each day as much as another."""
        days = max(0, (min(self.last, end) - max(self.first, begin)).days + 1)
        return self.value * days / ((self.last - self.first).days + 1)


def reported_figures(situation: Situation, model_id: str) -> list[ReportedFigure]:
    """The figures that had begun by the day asked about, by name and days; of the same days the one recorded last."""
    card = situation.cards[model_id]
    found: dict[tuple[str, date, date], ReportedFigure] = {}
    for event in sorted(situation.events(model_id, "kpi"), key=lambda one: one.recorded_at):
        (first, last), said = event.days(card), event.content
        found[said["name"], first, last] = ReportedFigure(
            said["name"], first, last, float(said["value"]), said.get("unit"), bool(said.get("is_value")), event
        )
    return [found[key] for key in sorted(found)]


def reported_values(situation: Situation, model_id: str) -> tuple[ReportedFigure, ...]:
    """The figures that are the value of a model."""
    return tuple(one for one in reported_figures(situation, model_id) if one.is_value)


def reported_sum(figures: Sequence[ReportedFigure], begin: date, end: date) -> float:
    """What is reported for the days from `begin` to `end`, both inclusive; NaN where a day of them is not covered."""
    inside = [one for one in figures if one.first <= end and one.last >= begin]
    if not _covers(inside, begin, end):
        return math.nan
    return math.fsum(one.within(begin, end) for one in inside)


def _covers(figures: Iterable[ReportedFigure], begin: date, end: date) -> bool:
    """Whether figures of each name together leave out no day."""
    by_name: dict[str, list[ReportedFigure]] = {}
    for one in figures:
        by_name.setdefault(one.name, []).append(one)
    return bool(by_name) and all(_without_gap(parts, begin, end) for parts in by_name.values())


def _without_gap(parts: Iterable[ReportedFigure], begin: date, end: date) -> bool:
    following = begin
    for one in sorted(parts, key=lambda part: part.first):
        if one.first > following:
            return False
        following = max(following, one.last + timedelta(days=1))
    return following > end
