"""Events of the business around a model: what it is to be worth, what the business measures, what happens outside."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from dashboard.schema.card.business import Amount, Number
from dashboard.schema.event_fields import CommonFields
from dashboard.schema.reading.strict_model import refuse
from dashboard.schema.reading.suggestions import shown
from dashboard.schema.texts import FORMS, Currency, Label, PersonId, Text
from dashboard.schema.times import Day

# What kind of happening outside of the organisation may move a model's world.
Outside = Literal["holiday", "law", "market", "weather", "society", "other"]
# What money of a budget is spent on.
Spent = Literal["development", "operation", "features", "training", "other"]


class PromiseEvent(CommonFields):
    """What a model is to be worth per month in `currency`, from `start` (default: the day of `at`) on.

    `person` signed it at `at`; a promise without a person is one that nobody signed.
    """

    kind: Literal["promise"]
    per_month: Number
    start: Day | None = Field(default=None, validation_alias="from", serialization_alias="from")
    currency: Currency | None = None
    person: PersonId | None = None
    reason: Text | None = None


class KpiEvent(CommonFields):
    """A figure that the business measures itself, over the time from `at` to `until` (default: the day of `at`).

    With `is_value` it is what the model brought in that time, and `unit` is a currency.
    """

    kind: Literal["kpi"]
    name: Label
    value: Number
    unit: Label | None = None
    source: Label | None = None
    is_value: bool = False

    @model_validator(mode="after")
    def _value_in_a_currency(self) -> Self:
        if self.is_value and not re.fullmatch(FORMS["currency"], self.unit or ""):
            received = "no unit" if self.unit is None else shown(self.unit)
            message = f"received {received}; allowed for a value is a currency; write three capital letters like EUR"
            refuse([(("unit",), message, self.unit)])
        return self


class SpendingEvent(CommonFields):
    """Money spent on a model in `currency` (default: that of its budget), from `at` to `until` (default: its day)."""

    kind: Literal["spending"]
    amount: Amount
    currency: Currency | None = None
    purpose: Spent = "other"
    text: Text | None = None


class OutsideEvent(CommonFields):
    """Something outside of the organisation that may matter for a model, from `at` to `until` (default: its day)."""

    kind: Literal["outside"]
    category: Outside
    title: Label
    text: Text | None = None
    person: PersonId | None = None
