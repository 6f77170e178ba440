"""Which steps need whose signature on a model, and for how long a review holds."""

from __future__ import annotations

from dashboard.governance.situation import Situation
from dashboard.schema.events import Step
from dashboard.schema.roles import RoleName
from dashboard.schema.sign_offs import load_sign_off_rules


def required_sign_offs(situation: Situation, model_id: str) -> dict[Step, tuple[RoleName, ...]]:
    """The roles that sign each step of a model together."""
    return {step: tuple(rules.roles) for step, rules in load_sign_off_rules().steps()}


def valid_days(situation: Situation, model_id: str, step: Step) -> int | None:
    """For how many days a signature on a step holds; None where only facts end it."""
    rules = load_sign_off_rules().sign_off_steps.get(step)
    return rules.valid_days if rules else None
