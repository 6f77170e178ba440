"""Gaps as things to do: what to do about each kind, on which page, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.governance.desk.tasks import Task, task_source
from dashboard.governance.gaps.registry import Gap, find_gaps
from dashboard.governance.situation.situation import Situation
from dashboard.words import mark


@dataclass(frozen=True)
class Remedy:
    """What is to be done about a gap, where, and how many minutes it usually takes."""

    what: str
    page: str
    minutes: int


REMEDIES: dict[str, Remedy] = {
    "no_accountable_executive": Remedy(mark("Name an accountable executive"), "ownership", 15),
    "unknown_person": Remedy(mark("Register this person or name another"), "ownership", 10),
    "person_left": Remedy(mark("Hand the role over to a current employee"), "ownership", 15),
    "executive_not_business": Remedy(mark("Make a business executive accountable for it"), "ownership", 15),
    "no_deputy": Remedy(mark("Name a deputy"), "ownership", 5),
    "self_approval": Remedy(mark("Have the step signed by somebody who did not build it"), "model-sign-offs", 20),
    "single_keeper": Remedy(mark("Train a second person to operate it"), "ownership", 240),
    "overdue_review": Remedy(mark("Review the rating of this risk"), "risks", 20),
    "risk_not_rated": Remedy(mark("Rate this risk"), "risks", 20),
    "rating_contradicted": Remedy(mark("Rate this risk again: what happened says otherwise"), "risks", 20),
    "missing_sign_off": Remedy(mark("Sign this step, or say what is missing"), "model-sign-offs", 20),
    "stale_sign_off": Remedy(mark("Review what has changed and sign again"), "model-sign-offs", 15),
    "open_condition": Remedy(mark("Fulfil the condition and close it"), "model-sign-offs", 60),
    "not_monitored": Remedy(mark("Send its predictions and start monitoring"), "model", 60),
    "new_rating_asked": Remedy(mark("Rate this risk again: its basis has changed"), "risks", 20),
    "no_risk_class": Remedy(mark("State whom the model affects and how, so that its risk class is known"), "risks", 20),
    "role_missing": Remedy(mark("Fill this role"), "ownership", 10),
    "no_labels": Remedy(mark("Arrange that outcomes are sent back"), "performance", 120),
    "no_tests": Remedy(mark("Run the tests and record the result"), "model", 60),
    "environment_mismatch": Remedy(mark("Align the library versions of production and training"), "model", 90),
    "unapproved_use": Remedy(mark("Decide: allow this use, stop it, or extend the purpose"), "model-sign-offs", 15),
    "executive_not_looked": Remedy(mark("Look at the status of the model"), "model", 5),
    "too_many_models": Remedy(mark("Share the load: hand models over"), "ownership", 60),
    "no_promise": Remedy(mark("Write down its expected monthly value"), "model", 30),
    "no_retraining_policy": Remedy(mark("Write on the card when the model is trained again"), "model", 15),
    "no_lineage": Remedy(mark("Record where its data comes from"), "model", 60),
}
UNKNOWN = Remedy(mark("Look at this gap"), "model", 15)


@task_source("gaps")
def from_gaps(situation: Situation, model_id: str) -> Iterator[Task]:
    """Every gap of a model, for the person whom to ask."""
    yield from (task_of(gap) for gap in find_gaps(situation, [model_id]))


def task_of(gap: Gap) -> Task:
    """Name the task that closes a gap."""
    remedy = REMEDIES.get(gap.gap, UNKNOWN)
    return Task(
        gap.person, gap.model_id, gap.gap, remedy.what, gap.reason, gap.severity, gap.since, remedy.minutes, remedy.page
    )
