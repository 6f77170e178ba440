"""Planned trainings: which plans are open, which is overdue, and what the calendar of the policy asks for.

A plan is one line; moved or cancelled by a later line, never changed. It is carried out by a training that was started
for it, and by one without a plan, or a new version, on its day or later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.governance.retraining.new_versions import NewVersion, new_versions
from dashboard.governance.retraining.runs import runs
from dashboard.governance.situation.situation import Situation
from dashboard.store.events import RecordedEvent

PLANNED = "retraining_planned"
# How many trainings of one calendar are counted at most.
MOST_REPEATED = 600


@dataclass(frozen=True)
class Plan:
    """A training that is planned for `day`, since `stated_at` (UTC), by whom and why.

    `instead_of` is the day of the plan whose place it takes. `imported_by` is who imported it, as the ledger names
    them; None for what was planned here.
    """

    model_id: str
    day: date
    person: str | None
    reason: str | None
    stated_at: datetime
    recorded_at: datetime
    instead_of: date | None
    imported_by: str | None


def open_plans(situation: Situation, model_id: str) -> list[Plan]:
    """The plans of a model that nobody has moved, cancelled or carried out by the day asked about, next first."""
    return list(situation.cached(("open plans", model_id), lambda: tuple(_open_plans(situation, model_id))))


def overdue_plans(situation: Situation, model_id: str) -> list[Plan]:
    """The open plans whose day is over."""
    day = situation.day(model_id)
    return [plan for plan in open_plans(situation, model_id) if plan.day < day]


def next_by_policy(situation: Situation, model_id: str) -> date | None:
    """The day on which the calendar of the card's policy asks for the next training, maybe one in the past.

    It counts from the newest training that is known, or the last one that is planned. None without such a calendar,
    without a known training, and for a model that is retired.
    """
    card = situation.cards[model_id]
    interval = card.retraining.interval if card.retraining else None
    last = max([*trained(situation, model_id), *(plan.day for plan in open_plans(situation, model_id))], default=None)
    if interval is None or last is None or card.status == "retired":
        return None
    return interval.after(last)


def calendar_days(situation: Situation, model_id: str, until: date) -> Iterator[date]:
    """Every day until a day, included, on which the calendar of the policy asks for a training, the next one first.

    What follows the next one counts from the day asked about, where that is later: what is overdue is made up for once.
    """
    following = next_by_policy(situation, model_id)
    retraining = situation.cards[model_id].retraining
    for _ in range(MOST_REPEATED):
        if following is None or following > until or retraining is None or retraining.interval is None:
            return
        yield following
        following = retraining.interval.after(max(following, situation.day(model_id)))


def trained(situation: Situation, model_id: str) -> list[date]:
    """The days of trainings until the day asked about: of versions, and of those that are done or under way here."""
    card, asked = situation.cards[model_id], situation.day(model_id)
    days = [card.local_day(version.trained_at) for version in card.versions if version.trained_at is not None]
    days += [made.day for made in new_versions(situation, model_id) if _undated(situation, model_id, made)]
    known = [run for run in runs(situation, model_id) if run.state != "failed"]
    days += [card.local_day(run.ended_at or run.started_at) for run in known]
    return [day for day in days if day <= asked]


def _undated(situation: Situation, model_id: str, made: NewVersion) -> bool:
    """Return whether no card says when a version was trained."""
    versions = situation.cards[model_id].versions
    return not any(one.version == made.version and one.trained_at is not None for one in versions)


def _open_plans(situation: Situation, model_id: str) -> list[Plan]:
    planned: dict[date, Plan] = {}
    for event in situation.events(model_id, PLANNED):
        instead_of, day = _day(event, "instead_of"), _day(event, "day")
        if instead_of is not None:
            planned.pop(instead_of, None)
        if day is not None:
            planned[day] = _plan(event, day, instead_of)
    return sorted(
        (plan for plan in planned.values() if not _carried_out(situation, plan)), key=lambda plan: plan.day
    )  # fmt: skip


def _carried_out(situation: Situation, plan: Plan) -> bool:
    card = situation.cards[plan.model_id]
    for run in runs(situation, plan.model_id):
        unplanned = run.planned_for is None and card.local_day(run.started_at) >= plan.day
        if run.started_at >= plan.stated_at and run.state != "failed" and (run.planned_for == plan.day or unplanned):
            return True
    made = new_versions(situation, plan.model_id)
    return any(one.recorded_at >= plan.stated_at and one.day >= plan.day for one in made)


def _plan(event: RecordedEvent, day: date, instead_of: date | None) -> Plan:
    said = event.content
    return Plan(
        event.model_id, day, said.get("person"), said.get("reason"), event.happened_at, event.recorded_at,
        instead_of, event.imported_by,
    )  # fmt: skip


def _day(event: RecordedEvent, field: str) -> date | None:
    text = event.content.get(field)
    return date.fromisoformat(text) if text else None
