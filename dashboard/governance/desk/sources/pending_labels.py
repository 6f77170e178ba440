"""Outcomes that meet no prediction as a thing to do: who looks after the data finds out why."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.desk.tasks import Task, task_source
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.words import Sentence, mark

# Who looks after the data of a model, in this order; the first one who is there.
LOOKS: tuple[RoleName, ...] = ("data_engineer", "data_scientist", "ml_engineer")
WHAT = mark("Find out why these outcomes meet no prediction")
WHY = mark("{n} outcomes meet no prediction, like {example} from {file}.")


@task_source("pending_labels")
def from_pending_labels(situation: Situation, model_id: str) -> Iterator[Task]:
    """The outcomes of each file that meet no prediction."""
    card, day = situation.cards[model_id], situation.day(model_id)
    held = (person for role in LOOKS for person in situation.holders(model_id, role))
    person = next((one for one in held if situation.present(one, day) is not None), None)
    for waiting in situation.pending_labels.get(model_id, []):
        since = None if waiting.sent_at is None else card.local_day(waiting.sent_at)
        if since is not None and since > day:
            continue
        example = waiting.examples[0] if waiting.examples else ""
        why = Sentence(WHY, {"n": waiting.labels, "example": example, "file": waiting.source_name or ""})
        yield Task(person, model_id, "pending_labels", WHAT, why, "low", since, 30, "model")
