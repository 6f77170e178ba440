"""Which roles a model needs. A risk class may ask for more than the basic set."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.governance.risk import class_requirements
from dashboard.governance.situation.history import EXECUTIVE, KEEPERS
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.words import Sentence, mark


@dataclass(frozen=True)
class RequiredRole:
    """One of `roles` must be held by somebody who is there; `reason` says why."""

    roles: tuple[RoleName, ...]
    reason: Sentence


def required_roles(situation: Situation, model_id: str) -> tuple[RequiredRole, ...]:
    """The roles that a model needs: somebody who answers, a stand-in, a keeper, and those that its risk class adds."""
    stated = situation.cards[model_id].risk_class is not None
    asked = class_requirements.required_roles(situation, model_id) if stated else ()
    reason = Sentence(mark("its risk class asks for it"))
    added = (RequiredRole((role,), reason) for role in asked if role not in (EXECUTIVE, "deputy", *KEEPERS))
    return (
        RequiredRole((EXECUTIVE,), Sentence(mark("somebody must be accountable for the use of its predictions"))),
        RequiredRole(("deputy",), Sentence(mark("somebody must be able to act for the executive"))),
        RequiredRole(KEEPERS, Sentence(mark("somebody must train, repair and deploy it"))),
        *added,
    )
