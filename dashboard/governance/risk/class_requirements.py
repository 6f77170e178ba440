"""What the risk class of a model asks for: roles that must be held, joint sign-offs, and how often risks are rated."""

from __future__ import annotations

from datetime import date

from dashboard.governance.risk.risk_class import risk_class
from dashboard.governance.situation.situation import Situation
from dashboard.periods import months_after
from dashboard.schema.card.roles import RoleName
from dashboard.schema.config.risk_rules import ClassRequirements
from dashboard.schema.events import Step


def requirements_of(situation: Situation, model_id: str) -> ClassRequirements:
    """Everything that a model's class asks for; a model without a class has the duties of `unclassified`."""
    return situation.rules.classes.requirements_of(risk_class(situation, model_id).name)


def required_roles(situation: Situation, model_id: str) -> tuple[RoleName, ...]:
    """The roles that somebody must hold."""
    return tuple(requirements_of(situation, model_id).roles)


def required_sign_offs(situation: Situation, model_id: str) -> dict[Step, tuple[RoleName, ...]]:
    """The steps that must be signed, each with the roles that sign it jointly."""
    return {step: tuple(roles) for step, roles in requirements_of(situation, model_id).sign_offs.items()}


def next_review(situation: Situation, model_id: str, assessed_on: date) -> date:
    """The day by which a risk that was rated on a day must be rated again."""
    return months_after(assessed_on, requirements_of(situation, model_id).review_months)
