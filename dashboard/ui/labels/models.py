"""Stages, areas, roles, automation and tasks of models in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.schema.card.roles import ROLE_WORDS
from dashboard.words import mark

STAGES: dict[str, str] = {
    "idea": mark("Idea"),
    "design": mark("Design"),
    "development": mark("Development"),
    "validation": mark("Validation"),
    "production": mark("Production"),
    "retired": mark("Retired"),
}

AREAS: dict[str, str] = {
    "performance": mark("Performance"),
    "drift": mark("Drift"),
    "fairness": mark("Fairness"),
    "quality": mark("Data quality"),
    "value": mark("Business value"),
    "risk": mark("Risk"),
    "ownership": mark("Ownership"),
    "sign_off": mark("Sign-offs"),
    "availability": mark("Availability"),
    "parity": mark("Same result everywhere"),
    "retraining": mark("Retraining"),
}

ENVIRONMENTS: dict[str, str] = {
    "production": mark("Production"),
    "staging": mark("Staging"),
    "trial": mark("Trial run"),
    "test": mark("Test environment"),
    "development": mark("Development"),
}

ROLES: dict[str, str] = {str(role): word for role, word in ROLE_WORDS.items()}

AUTOMATION: dict[str, str] = {
    "decision_support": mark("People decide, the model supports them"),
    "human_in_the_loop": mark("The model decides, people can step in"),
    "fully_automated": mark("The model decides alone"),
}

TASKS: dict[str, str] = {
    "binary_classification": mark("yes or no"),
    "multiclass_classification": mark("one of several classes"),
    "regression": mark("a number"),
}
