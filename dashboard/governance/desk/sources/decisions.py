"""Decisions that somebody has to carry out."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.decisions import DECISION_KINDS, decisions_of
from dashboard.governance.desk.tasks import Task, task_source
from dashboard.governance.situation.situation import Situation
from dashboard.words import Sentence, mark

CARRY_OUT = mark("Carry out what was decided, and say what became of it")
DECIDED = mark("Decided on {day}: {decision}")


@task_source("decisions")
def from_decisions(situation: Situation, model_id: str) -> Iterator[Task]:
    """Every open decision, for the person who was named in it."""
    card, day = situation.cards[model_id], situation.day(model_id)
    for one in decisions_of(situation.statements(model_id, *DECISION_KINDS)):
        if one.state(day) in ("open", "overdue"):
            since = card.local_day(one.at)
            why = Sentence(DECIDED, {"day": since, "decision": one.text})
            yield Task(one.owner, model_id, "decision", CARRY_OUT, why, "medium", since, 60, "meeting", one.due)
