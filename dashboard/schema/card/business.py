"""The business side of a card: process, key metrics and what a prediction is worth."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from dashboard.schema.canonical import canonical
from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.texts import ColumnName, Currency, Label, LocalText, number_as_text
from dashboard.schema.times import Day, order_faults

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Amount = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e15)]
Description = Annotated[LocalText, BeforeValidator(number_as_text, json_schema_input_type=LocalText | float)]
GroupValue = Annotated[Label, BeforeValidator(number_as_text, json_schema_input_type=Label | float)]
Automation = Literal["decision_support", "human_in_the_loop", "fully_automated"]


class Budget(StrictModel):
    """Money set aside; `amount` in `currency` (ISO 4217), for the days from `start` to `end`, both open where None."""

    amount: Amount
    currency: Currency | None = None
    start: Day | None = Field(default=None, validation_alias="from", serialization_alias="from")
    end: Day | None = Field(default=None, validation_alias="to", serialization_alias="to")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        refuse(order_faults(self.start, self.end))
        return self


class Requirements(StrictModel):
    """What the business needs around the model."""

    users: Description | None = None
    regulations: Annotated[list[Label], Field(max_length=100)] = []
    budget: Budget | None = None
    resources: Description | None = None


class KeyMetric(StrictModel):
    """A metric that matters: the target, and the worst acceptable value, whichever direction is worse."""

    metric: Label
    target: Number | None = None
    limit: Number | None = None


class Outcomes(StrictModel):
    """What each outcome of a binary classification is worth, in the value's currency per prediction."""

    true_positive: Number = 0.0
    false_positive: Number = 0.0
    false_negative: Number = 0.0
    true_negative: Number = 0.0


class ErrorCosts(StrictModel):
    """What errors of a regression are worth, in the value's currency per unit of error and per prediction."""

    over_per_unit: Number = 0.0
    under_per_unit: Number = 0.0
    per_prediction: Number = 0.0


class Value(StrictModel):
    """The promise and the prices by which the realised value is counted, per month in `currency`."""

    currency: Currency | None = None
    promised_per_month: Number | None = None
    running_cost_per_month: Amount | None = None
    outcomes: Outcomes | None = None
    errors: ErrorCosts | None = None


class Approved(StrictModel):
    """The approved cases of one column: certain `values`, or numbers between `start` and `end`, both included."""

    values: Annotated[list[GroupValue], Field(min_length=1, max_length=1_000)] | None = None
    start: Number | None = Field(default=None, validation_alias="from", serialization_alias="from")
    end: Number | None = Field(default=None, validation_alias="to", serialization_alias="to")

    @model_validator(mode="after")
    def _values_or_a_range(self) -> Self:
        ranged = self.start is not None or self.end is not None
        if ranged == (self.values is not None):
            message = "received {}; allowed are either values, or from and to; choose one"
            refuse([((), message.format("both values and a range" if ranged else "neither values nor a range"), None)])
        if self.start is not None and self.end is not None and self.start > self.end:
            message = f"received {self.end:g}, below from ({self.start:g}); allowed is from or more; swap them"
            refuse([(("to",), message, self.end)])
        return self

    @property
    def forms(self) -> frozenset[str]:
        """The approved values in the form in which values are compared."""
        return frozenset(form for value in self.values or () if (form := canonical(value)) is not None)

    def render(self) -> str:
        """The approved cases as signs that need no language."""
        if self.values is not None:
            return f"= {', '.join(self.values)}"
        bounds = (
            f">= {self.start:g}" if self.start is not None else "",
            f"<= {self.end:g}" if self.end is not None else "",
        )
        return ", ".join(bound for bound in bounds if bound)


class Business(StrictModel):
    """Why the model exists and how it is used.

    `vision` is what it is to lead to in the end, `roadmap` the step of the plan that it belongs to.
    """

    process: Label | None = None
    vision: LocalText | None = None
    roadmap: Description | None = None
    question: LocalText | None = None
    purposes: Annotated[list[Label], Field(max_length=100)] = []
    automation: Automation | None = None
    requirements: Requirements | None = None
    key_metrics: Annotated[list[KeyMetric], Field(max_length=50)] = []
    value: Value | None = None
    population: Annotated[dict[ColumnName, Approved], Field(max_length=100)] = {}
