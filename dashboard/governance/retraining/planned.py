"""The next day for which a training of a model is planned."""

from __future__ import annotations

from datetime import date

from dashboard.governance.retraining.plans import next_by_policy, open_plans
from dashboard.governance.situation.situation import Situation


def planned_on(situation: Situation, model_id: str) -> date | None:
    """The day of the next open plan, maybe an overdue one, else that of the policy's calendar; None without both."""
    plans = open_plans(situation, model_id)
    return plans[0].day if plans else next_by_policy(situation, model_id)
