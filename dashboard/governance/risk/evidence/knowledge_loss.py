"""Knowledge loss: how few people know the model, and how old its training and its documents are."""

from __future__ import annotations

from datetime import timedelta

from dashboard.governance.ownership.knowledge import knowledge_level, weak_since
from dashboard.governance.risk.evidence.registry import Evidence, evidence
from dashboard.governance.situation.situation import Situation
from dashboard.words import mark


@evidence(
    "knowledge_loss",
    mark("Recorded work and sign-offs, age of training, review and card, and the deputy, as on the page Ownership."),
)
def knowledge_loss(situation: Situation, model_id: str) -> Evidence:
    """The level of the model's knowledge on the day, with its reasons.

    It is a state, which takes in the work before `since`: whoever worked on a model knows it later too.
    """
    knowledge = knowledge_level(situation, model_id)
    first, *others = knowledge.reasons
    recent = timedelta(days=situation.accountability.knowledge.recent_days - 1)
    return Evidence(
        knowledge.level, first, tuple(others), knowledge.figures, (knowledge.facts.day - recent, knowledge.facts.day),
        sum(knowledge.facts.worked.values()), mark("work entries and sign-offs"), weak_since(situation, model_id),
    )  # fmt: skip
