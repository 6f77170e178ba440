"""Tasks: what is to be done about a model, by whom, by when, and what is at stake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dashboard.governance.desk.tasks import Task, find_tasks, value_at_risk
from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.risk.ratings import highest_score
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import promise_in_force
from dashboard.words import Sentence

# Overdue tasks come before all others; no other rank is as low.
OVERDUE = -1000.0


@subject("task")
def tasks(situation: Situation, model_id: str) -> Iterator[Row]:
    """Every open point of a model; cells as the columns of the view `desk`."""
    promise = promise_in_force(situation, model_id)
    known = Stakes(
        situation.day(model_id),
        highest_score(situation, model_id),
        promise.per_month if promise else None,
        promise.currency if promise else None,
    )
    yield from (row_of(task, known) for task in find_tasks(situation, [model_id]))


@dataclass(frozen=True)
class Stakes:
    """What is at stake with a model on a day: its highest rated risk, and what was promised a month."""

    day: date
    risk: int | None
    promised: float | None
    currency: str | None


def row_of(task: Task, stakes: Stakes) -> Row:
    """A task as a row: overdue first, then most stake per minute."""
    due = task.due_on()
    overdue = due is not None and due < stakes.day
    points = value_at_risk(task, stakes.risk)
    content = {
        "person": task.person,
        "model": task.model_id,
        "kind": task.kind,
        "what": Sentence(task.what),
        "why": task.why,
        "severity": task.severity,
        "since": task.since,
        "due": due,
        "overdue": overdue,
        "stake": points,
        "promised": stakes.promised,
        "currency": stakes.currency,
        "minutes": task.minutes,
        "page": task.page,
    }
    rank = -points / task.minutes + (OVERDUE if overdue else 0.0)
    return Row(content, task.person, task.severity, rank, due)
