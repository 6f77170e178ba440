"""Which steps need whose signature on a model, and for how long a review holds."""

from __future__ import annotations

from dashboard.governance import duties
from dashboard.governance.builders import BUILDER_ROLES
from dashboard.governance.situation import Situation
from dashboard.schema.events import Step
from dashboard.schema.roles import RoleName
from dashboard.schema.sign_offs import load_sign_off_rules


def required_sign_offs(situation: Situation, model_id: str) -> dict[Step, tuple[RoleName, ...]]:
    """The roles that sign each step of a model together: those of every model, and those that its risk class adds.

    A class adds nobody who builds the model, since their approval does not count.
    """
    return situation.once(("required sign-offs", model_id), lambda: _required(situation, model_id))


def _required(situation: Situation, model_id: str) -> dict[Step, tuple[RoleName, ...]]:
    stated = situation.cards[model_id].risk_class is not None
    asked = duties.required_sign_offs(situation, model_id) if stated else {}
    found: dict[Step, tuple[RoleName, ...]] = {}
    for step, rules in load_sign_off_rules().steps():
        added = (role for role in asked.get(step, ()) if role not in BUILDER_ROLES)
        found[step] = tuple(dict.fromkeys((*rules.roles, *added)))
    return found


def valid_days(situation: Situation, model_id: str, step: Step) -> int | None:
    """For how many days a signature on a step holds; None where only facts end it."""
    rules = load_sign_off_rules().sign_off_steps.get(step)
    return rules.valid_days if rules else None
