"""The registry of lanes: what happened in one of them, by one decorated function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from dashboard.governance.causes.happenings import LANES, Happening, Lane, periods_of
from dashboard.measures.judging.alarms import Run, runs
from dashboard.periods import period_end, period_start
from dashboard.profiles.periods import Grain, is_finer
from dashboard.registry import Registry
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store
from dashboard.views.query import Query
from dashboard.words import Sentence

Finder = Callable[[Store, Query], Iterable[Happening]]
FINDERS: Registry[Finder] = Registry("lane of causes", "dashboard.views.cause_lanes")
ALARMS = ("warn", "alert")
# How much of a run of alarms was an alert: nothing, all of it, its end, or parts of it that are over.
Extent = Literal["warned", "alerted", "alerted later", "alerted at times"]
# Words a run of alarms by its extent and, where that is its end, the period in which that began.
Wording = Callable[[Run, Extent, str | None], Sentence]


def lane(name: Lane) -> Callable[[Finder], Finder]:
    """Register what happened in a lane; the function gets the store and a query that names the model."""

    def decorate(find: Finder) -> Finder:
        FINDERS.add(name, find)
        return find

    return decorate


def happenings(store: Store, query: Query) -> list[Happening]:
    """Everything that happened to a model and around it, first things first."""
    finders = FINDERS.all()
    found = [one for name in LANES if name in finders for one in finders[name](store, query)]
    return sorted(found, key=lambda one: (one.begins, LANES.index(one.lane), one.begun_by, one.subject or ""))


def grain_of(card: ModelCard, query: Query) -> Grain:
    """The periods in which alarms are looked for: as asked, else months or the longer ones of the card."""
    return query.by or ("month" if is_finer(card.period, "month") else card.period)


def alarms(
    lane_name: Lane, periods: Sequence[str], statuses: Sequence[str], subject: str | None, what: Wording
) -> Iterable[Happening]:
    """The runs of alarms in periods in order; one after which nothing was judged any more goes on."""
    alarming = ["alarm" if status in ALARMS else "" for status in statuses]
    for run in runs(alarming, "alarm"):
        worst = "alert" if "alert" in statuses[run.first : run.last + 1] else "warn"
        goes_on = all(status == "unknown" for status in statuses[run.last + 1 :])
        first, last = periods[run.first], periods[run.last]
        yield Happening(
            lane_name,
            period_start(first).date(),
            period_end(first),
            None if goes_on else period_end(last),
            worst,
            what(run, *extent_of(run, periods, statuses)),
            subject,
            periods_of(first, None if goes_on else last),
        )


def extent_of(run: Run, periods: Sequence[str], statuses: Sequence[str]) -> tuple[Extent, str | None]:
    """How much of a run of alarms was an alert, and since which period where that is its end."""
    found = [one for one in runs(statuses, "alert") if run.first <= one.first <= run.last]
    if not found:
        return "warned", None
    if found[-1].last != run.last:
        return "alerted at times", None
    return ("alerted", None) if found[-1].first == run.first else ("alerted later", periods[found[-1].first])
