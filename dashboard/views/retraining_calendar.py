"""The calendar of trainings of all models, and what each week needs of machines and people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.governance.retraining.calendar import Entry, Load, loads_of
from dashboard.schema.config.dashboard import settings_of
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import view
from dashboard.words import mark

MACHINE = Column("machine", "text", mark("Machine"))
PEOPLE_HOURS = Column("people_hours", "number", mark("Working time"), mark("hours"))
CALENDAR = declare(
    "model",
    Column("day", "day", mark("Day")),
    Column("week", "text", mark("Week")),
    "state source",
    Column("who", "person", mark("Who would train it")),
    MACHINE,
    Column("hours", "number", mark("Machine time"), mark("hours")),
    PEOPLE_HOURS,
    Column("planned_by", "person", mark("Planned by")),
    "reason",
)
LOAD = declare(
    Column("week", "text", mark("Week")),
    Column("kind", "code", mark("Kind")),
    Column("resource", "text", mark("Machine or person")),
    Column("trainings", "count", mark("Trainings")),
    Column("hours", "number", mark("Time needed"), mark("hours")),
    Column("at_once", "count", mark("On one day")),
    Column("clash", "bool", mark("Clash")),
    Column("models", "text", mark("Models")),
)


@view("retraining-calendar", columns=CALENDAR, model="optional")
def retraining_calendar(store: Store, query: Query) -> pd.DataFrame:
    """Which model is to be trained when, by whose plan or policy, and what does it take?

    Columns: model, day, week (of the day), state (planned, overdue; calling, running, unknown: under way), source
    (plan, policy: the calendar on the card, start), who (who would train it; null = nobody is known), machine, hours
    (of the machine), people_hours (null = not on the card), planned_by, reason. By day, from `start` on (default:
    everything that is open) until `end`, at most as many weeks ahead as config/dashboard.yaml says. `on` asks about
    a day, `as_of` for what was known then.
    """
    found = _within(judged_frame(store, query, "training", CALENDAR), query)
    return found.sort_values(["day", "model"], kind="stable", ignore_index=True)


@view("retraining-load", columns=LOAD, model="none")
def retraining_load(store: Store, query: Query) -> pd.DataFrame:
    """What do the trainings of each week need of which machine and of whom, and where do they clash?

    Columns: week, kind (machine, person), resource (the machine, or the person's id), trainings, hours (as far as cards
    say; null = none does), at_once (how many need the machine on the same day), clash (trainings that need a machine on
    the same day take more than 24 hours together, one without known hours the whole day; a person needs more hours in
    the week than config/dashboard.yaml allows), models (ids). From this week on until `end`; overdue ones are in no
    week. Counts over the models that the reader sees.
    """
    settings, today = settings_of(store.home).retraining, query.on or (query.as_of or clock.now()).date()
    entries = [_entry(row) for row in records(_within(judged_frame(store, query, "training", CALENDAR), query))]
    until = query.end or today + timedelta(weeks=settings.weeks)
    found = loads_of(entries, today, until, settings.hours_per_week)
    return pd.DataFrame([_load_row(load) for load in found], columns=LOAD.names, dtype=object)


def _within(frame: pd.DataFrame, query: Query) -> pd.DataFrame:
    """The trainings from the first to the last day of a query; days as ISO texts stand in their order."""
    first = "" if query.start is None else query.start.isoformat()
    last = "9999" if query.end is None else query.end.isoformat()
    return frame[(frame["day"] >= first) & (frame["day"] <= last)].reset_index(drop=True)


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        row["model"], date.fromisoformat(row["day"]), row["state"], row["source"], row["who"], row["machine"],
        row["hours"], row["people_hours"], row["planned_by"], row["reason"],
    )  # fmt: skip


def _load_row(load: Load) -> tuple[object, ...]:
    models = ", ".join(load.models)
    return load.week, load.kind, load.resource, load.trainings, load.hours, load.at_once, load.clash, models
