"""When a model is to be trained again, as it is planned, and what its card says about that."""

from __future__ import annotations

from datetime import date

from dashboard.governance.retraining.plans import next_by_policy, open_plans
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard

NEVER = "never"


def planned_on(situation: Situation, model_id: str) -> date | None:
    """The day of the next open plan, maybe an overdue one, else that of the policy's calendar; None without both."""
    plans = open_plans(situation, model_id)
    return plans[0].day if plans else next_by_policy(situation, model_id)


def never_again(card: ModelCard) -> bool:
    """Whether the card says that the model is never trained again."""
    stated = card.retraining
    return stated is not None and (stated.policy or "").strip().casefold() == NEVER


def cost_of(card: ModelCard) -> float | None:
    """What one training costs, in the currency of the card's value; None where the card does not say."""
    return card.retraining.cost if card.retraining is not None else None
