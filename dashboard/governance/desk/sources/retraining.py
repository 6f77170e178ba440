"""Trainings that are overdue, and started ones of which nobody has heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from dashboard.governance.desk.tasks import Task, task_source
from dashboard.governance.retraining.plans import next_by_policy, open_plans, overdue_plans
from dashboard.governance.retraining.runs import run_under_way
from dashboard.governance.situation.history import ONE_DAY
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.schema.config.dashboard import settings_of
from dashboard.words import Sentence, mark

START = mark("Start the planned training, move it, or cancel it")
PLAN = mark("Plan the training that the calendar of this model asks for")
FIND_OUT = mark("Find out whether the training began, and say how it ended")
HEAR = mark("Say how the training ended")
PAGE = "retraining-calendar"


@task_source("retraining")
def from_retraining(situation: Situation, model_id: str) -> Iterator[Task]:
    """Overdue plans, an overdue calendar without a plan, and trainings without an answer, for who trains the model."""
    if situation.cards[model_id].status == "retired":
        return
    person = whom_to_ask(situation, model_id, "data_scientist", "ml_engineer")
    yield from _without_answer(situation, model_id, person)
    for plan in overdue_plans(situation, model_id):
        why = Sentence(mark("Planned for {day}: {reason}"), {"day": plan.day, "reason": plan.reason or "–"})
        owner = plan.person if plan.person and situation.present(plan.person, situation.day(model_id)) else person
        yield Task(
            owner, model_id, "training_overdue", START, why, "medium", plan.day + ONE_DAY, 30, PAGE, plan.day
        )  # fmt: skip
    asked = next_by_policy(situation, model_id)
    if asked is not None and asked < situation.day(model_id) and not open_plans(situation, model_id):
        why = Sentence(mark("The policy on the card asks for a training by {day}; none is planned."), {"day": asked})
        yield Task(person, model_id, "training_due", PLAN, why, "low", asked + ONE_DAY, 15, PAGE)


def _without_answer(situation: Situation, model_id: str, person: str | None) -> Iterator[Task]:
    run = run_under_way(situation, model_id)
    if run is None:
        return
    began = situation.cards[model_id].local_day(run.started_at)
    who = run.person if run.person and situation.present(run.person, situation.day(model_id)) else person
    if run.state == "unknown":
        message = mark("It was started on {day}, and nobody knows whether it began: {detail}")
        why = Sentence(message, {"day": began, "detail": run.detail or "–"})
        yield Task(who, model_id, "training_unknown", FIND_OUT, why, "medium", began, 20, PAGE)
    elif situation.day(model_id) - began > timedelta(days=settings_of(situation.store.home).retraining.answer_days):
        why = Sentence(mark("It was started on {day}; no end was recorded, and no new version."), {"day": began})
        yield Task(who, model_id, "training_without_end", HEAR, why, "low", began, 10, PAGE)
