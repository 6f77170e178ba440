"""When a model is trained again and what that takes, and the pipeline that trains it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from dashboard.periods import months_after
from dashboard.schema.card.business import Amount
from dashboard.schema.durations import Duration
from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.texts import Label

Policy = Literal["calendar", "on_decline", "on_drift", "never"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
Days = Annotated[int, Field(ge=1, le=36_500)]
Months = Annotated[int, Field(ge=1, le=1_200)]
Hours = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
CommandPart = Annotated[Label, Field(max_length=200)]


class Every(StrictModel):
    """The time from one training to the next, in days or in months of the calendar."""

    days: Days | None = None
    months: Months | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.days is None) == (self.months is None):
            received = "neither days nor months" if self.days is None else "both days and months"
            refuse([((), f"received {received}; allowed is one of them; write it like {{months: 3}}", None)])
        return self

    def after(self, day: date) -> date:
        """Return the day on which this time since a day is over."""
        if self.days is not None:
            return day + timedelta(days=self.days)
        assert self.months is not None
        return months_after(day, self.months)


# Words for a calendar that cards use without `every`.
SPELT_OUT: dict[str, Every] = {
    "monthly": Every(months=1),
    "quarterly": Every(months=3),
    "half_yearly": Every(months=6),
    "yearly": Every(months=12),
}


class Retraining(StrictModel):
    """When the model is trained again; `cost` of one training, `max_age_days` since training.

    One training takes `hours` on `machine`, and `people` hours of persons. `policy` is calendar (with `every`),
    on_decline, on_drift or never; another word is kept, and is no rule.
    """

    policy: Label | None = None
    cost: Amount | None = None
    max_age_days: Days | None = None
    every: Every | None = None
    hours: Hours | None = None
    machine: Label | None = None
    people: Hours | None = None

    @model_validator(mode="after")
    def _interval_of_a_calendar(self) -> Self:
        if self.every is not None and self.policy != "calendar":
            given = "no policy" if self.policy is None else f"policy '{self.policy}'"
            message = f"received every with {given}; allowed with policy calendar only; change the policy or remove it"
            refuse([(("every",), message, None)])
        return self

    @property
    def rule(self) -> Policy | None:
        """The policy as one of the known rules; None where the card names none, or a word that is no rule."""
        if self.policy in SPELT_OUT:
            return "calendar"
        return next((one for one in POLICIES if one == self.policy), None)

    @property
    def interval(self) -> Every | None:
        """The time between two trainings by the calendar; None where there is no calendar, or no interval in it."""
        return self.every or SPELT_OUT.get(self.policy or "")


class Pipeline(StrictModel):
    """The command that trains the model, as a list of words without a shell, and how long it may take."""

    command: Annotated[list[CommandPart], Field(min_length=1, max_length=100)]
    time_limit: Duration = "2h"
