"""What needs whom: each open point as something one person can do, with why, by when, what is at stake and how long.

The order is stake per minute: what protects most for the least time comes first; what is overdue comes before that.
Stake is the highest rated risk of the model (likelihood x impact, 1 to 25; where nothing is rated, the middle of the
scale) times the severity (low 1, medium 2, high 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.situation.situation import Situation
from dashboard.registry import Registry
from dashboard.schema.severities import Severity
from dashboard.words import Sentence

WEIGHT: dict[Severity, int] = {"low": 1, "medium": 2, "high": 3}
# Days to act on a point of each severity, from the day it is there.
DAYS_TO_ACT: dict[Severity, int] = {"low": 90, "medium": 30, "high": 7}
UNRATED = 9


@dataclass(frozen=True)
class Task:
    """One thing to do. `person` is who should (None: nobody is known), `page` where it is done."""

    person: str | None
    model_id: str
    kind: str
    what: str
    why: Sentence
    severity: Severity
    since: date | None
    minutes: int
    page: str
    due: date | None = None

    def due_on(self) -> date | None:
        """Compute the day a task is due: the agreed day, else the day it began plus the days of its severity."""
        if self.due is not None or self.since is None:
            return self.due
        return self.since + timedelta(days=DAYS_TO_ACT[self.severity])


Source = Callable[[Situation, str], Iterable[Task]]
TASK_SOURCES: Registry[Source] = Registry("task source", "dashboard.governance.desk.sources")


def task_source(name: str) -> Callable[[Source], Source]:
    """Register a source of tasks; it gets a situation and a model id."""

    def decorate(find: Source) -> Source:
        TASK_SOURCES.add(name, find)
        return find

    return decorate


def find_tasks(situation: Situation, models: Iterable[str]) -> Iterator[Task]:
    """All open points of some models."""
    sources = TASK_SOURCES.all().values()
    for model_id in models:
        for source in sources:
            yield from source(situation, model_id)


def value_at_risk(task: Task, risk: int | None) -> int:
    """Points at stake, 1 to 75; `risk` is the model's highest rated risk, None where nothing is rated."""
    return WEIGHT[task.severity] * (UNRATED if risk is None else risk)
