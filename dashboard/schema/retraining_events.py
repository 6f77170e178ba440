"""Events of retraining: planned, moved or cancelled, started, ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import model_validator

from dashboard.schema.event_fields import CommonFields
from dashboard.schema.reading.strict_model import Fault, refuse
from dashboard.schema.texts import Label, PersonId, Text
from dashboard.schema.times import Day

# By what a training is started: a signed call, a command, or people.
Way = Literal["webhook", "command", "hand"]
Outcome = Literal["done", "failed"]


class RetrainingPlannedEvent(CommonFields):
    """`person` planned a training for `day`; with `instead_of` it takes the place of the plan for that day.

    Without `day` the plan for `instead_of` is cancelled.
    """

    kind: Literal["retraining_planned"]
    day: Day | None = None
    instead_of: Day | None = None
    person: PersonId | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.day is None and self.instead_of is None:
            yield (("day",), "received neither day nor instead_of; allowed is one of them or both; add one", None)
        elif self.day == self.instead_of:
            message = f"received the same day twice ({self.day}); allowed is another day; change one of them"
            yield (("instead_of",), message, self.instead_of)


class RetrainingStartedEvent(CommonFields):
    """A training began at `at`; `retraining` is its id, `planned_for` the day of the plan that it carries out."""

    kind: Literal["retraining_started"]
    retraining: Label
    way: Way = "hand"
    planned_for: Day | None = None
    person: PersonId | None = None
    reason: Text | None = None


class RetrainingEndedEvent(CommonFields):
    """A training ended at `at`: `retraining` is its id, else it is the one under way; `version` is what it made."""

    kind: Literal["retraining_ended"]
    outcome: Outcome
    retraining: Label | None = None
    person: PersonId | None = None
    reason: Text | None = None
