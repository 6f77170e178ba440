"""Events of the business around a model: what it is to be worth, what the business measures, what happens outside."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dashboard.schema.card.business import Amount, Number
from dashboard.schema.event_fields import CommonFields
from dashboard.schema.texts import Currency, Label, PersonId, Text
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
    """A figure that the business measures itself, over the time from `at` to `until` (default: the day of `at`)."""

    kind: Literal["kpi"]
    name: Label
    value: Number
    unit: Label | None = None
    source: Label | None = None


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
