"""The calendar of trainings: what is planned or asked for by policies on which day, and what each week needs.

A training takes its machine from its day on, at most 24 hours a day; one without known hours takes one whole day.
People's hours count in the week of its day, for whoever would train the model.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from dashboard.governance.retraining.plans import calendar_days, open_plans
from dashboard.governance.retraining.runs import run_under_way
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.periods import week_of
from dashboard.schema.card.card import ModelCard

State = Literal["planned", "overdue", "calling", "running", "unknown"]
Source = Literal["plan", "policy", "start"]
Resource = Literal["machine", "person"]
DAY_HOURS = 24.0


@dataclass(frozen=True)
class Entry:
    """A training on a day: planned, asked for by the calendar of the policy, or under way since then.

    `who` would train the model, `planned_by` said so, for a `reason`; `hours` are of the `machine`, `people_hours` of
    persons; None where the card does not say.
    """

    model_id: str
    day: date
    state: State
    source: Source
    who: str | None
    machine: str | None
    hours: float | None
    people_hours: float | None
    planned_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Load:
    """What the trainings of one week need of a machine or a person.

    `hours` is what is known of their hours (None: nothing), `at_once` how many need a machine on one day, `clash`
    whether that is more than a machine has in a day, or a person in a week.
    """

    week: str
    kind: Resource
    resource: str
    models: tuple[str, ...]
    trainings: int
    hours: float | None
    at_once: int | None
    clash: bool


def entries_of(situation: Situation, model_id: str, until: date) -> Iterator[Entry]:
    """The trainings of a model until a day, included: the one under way, open plans, and days of its policy."""
    card, today = situation.cards[model_id], situation.day(model_id)
    if card.status == "retired":
        return
    needs = _asked_for(situation, card)
    run = run_under_way(situation, model_id)
    if run is not None:
        state: State = "running" if run.state == "running" else "calling" if run.state == "calling" else "unknown"
        started = card.local_day(run.started_at)
        yield replace(needs, day=started, state=state, source="start", planned_by=run.person, reason=run.reason)
    for plan in open_plans(situation, model_id):
        if plan.day <= until:
            state = "overdue" if plan.day < today else "planned"
            yield replace(needs, day=plan.day, state=state, source="plan", planned_by=plan.person, reason=plan.reason)
    for day in calendar_days(situation, model_id, until):
        yield replace(needs, day=day, state="overdue" if day < today else "planned")


def loads_of(entries: Iterable[Entry], today: date, until: date, hours_per_week: float) -> list[Load]:
    """What each week from that of a day on needs of machines and people, the first week first; clashes before others.

    What is overdue belongs to no week; what is under way does, until it would be over.
    """
    first, machines, people = today - timedelta(days=today.weekday()), _by_resource(), _by_resource()
    for entry in entries:
        if entry.state == "overdue":
            continue
        if entry.machine is not None:
            for day, hours in _occupied(entry):
                if first <= day <= until:
                    machines[week_of(day), entry.machine].append((entry, day, hours))
        if entry.who is not None and entry.people_hours is not None and entry.day >= first:
            people[week_of(entry.day), entry.who].append((entry, entry.day, entry.people_hours))
    found = [_of_machine(*key, taken) for key, taken in machines.items()]
    found += [_of_person(*key, taken, hours_per_week) for key, taken in people.items()]
    return sorted(found, key=lambda load: (load.week, not load.clash, load.kind, load.resource))


Taken = tuple[Entry, date, float | None]


def _by_resource() -> dict[tuple[str, str], list[Taken]]:
    return defaultdict(list)


def _occupied(entry: Entry) -> Iterator[tuple[date, float | None]]:
    """Each day on which a training has its machine, with the hours of that day."""
    if entry.hours is None:
        yield entry.day, None
        return
    for place in range(math.ceil(entry.hours / DAY_HOURS)):
        yield entry.day + timedelta(days=place), min(DAY_HOURS, entry.hours - place * DAY_HOURS)


def _of_machine(week: str, machine: str, taken: list[Taken]) -> Load:
    by_day: dict[date, list[Taken]] = defaultdict(list)
    for one in taken:
        by_day[one[1]].append(one)
    at_once = max(len(day) for day in by_day.values())
    clash = any(len(day) > 1 and _needed(day) > DAY_HOURS for day in by_day.values())
    return Load(week, "machine", machine, _models(taken), _trainings(taken), _known(taken), at_once, clash)


def _of_person(week: str, person: str, taken: list[Taken], hours_per_week: float) -> Load:
    hours = _known(taken)
    clash = hours is not None and hours > hours_per_week
    return Load(week, "person", person, _models(taken), _trainings(taken), hours, None, clash)


def _needed(taken: list[Taken]) -> float:
    """The hours of a day that are needed; a training without known hours needs all of it."""
    return math.fsum(DAY_HOURS if hours is None else hours for _, _, hours in taken)


def _known(taken: list[Taken]) -> float | None:
    known = [hours for _, _, hours in taken if hours is not None]
    return math.fsum(known) if known else None


def _models(taken: list[Taken]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.model_id for entry, _, _ in taken))


def _trainings(taken: list[Taken]) -> int:
    return len({(entry.model_id, entry.day) for entry, _, _ in taken})


def _asked_for(situation: Situation, card: ModelCard) -> Entry:
    """A training that the policy asks for on the day asked about, with what the card says that it needs."""
    needs = card.retraining
    return Entry(
        card.id, situation.day(card.id), "planned", "policy",
        whom_to_ask(situation, card.id, "data_scientist", "ml_engineer"),
        needs.machine if needs else None, needs.hours if needs else None, needs.people if needs else None,
    )  # fmt: skip
