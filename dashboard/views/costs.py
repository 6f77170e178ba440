"""What a model costs as its card states it, budget and spending, and figures that the business measures itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from dashboard.governance.situation.current import situation_of
from dashboard.governance.situation.history import card_on
from dashboard.governance.value.budget import budgeted, spendings
from dashboard.governance.value.reported import reported_figures
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COSTS = declare(
    "model",
    Column("part", "code", mark("What costs")),
    "feature",
    Column("amount", "money", mark("Amount")),
    Column("each", "code", mark("For each")),
    "currency",
)
BUDGET = declare(
    "model from to",
    Column("budget", "money", mark("Budget")),
    Column("spent", "money", mark("Spent")),
    Column("left", "money", mark("Left")),
    "currency",
    Column("entries", "count", mark("Expenses")),
)
SPENDING = declare(
    "model from to",
    Column("purpose", "code", mark("Spent on")),
    Column("amount", "money", mark("Amount")),
    "currency text imported_by recorded_at",
)
FIGURES = declare(
    "model",
    Column("name", "text", mark("Figure")),
    "from to",
    Column("value", "number", mark("Value")),
    Column("unit", "text", mark("Unit")),
    Column("is_value", "bool", mark("Is the value")),
    Column("origin", "text", mark("Source")),
    "imported_by recorded_at",
)


@view("costs", columns=COSTS)
def costs(store: Store, query: Query) -> pd.DataFrame:
    """What does a model cost: running it, getting each of its features, training it once?

    Columns: model, part (running, feature, training), feature (null: not of one), amount (null: the card does not state
    it), each (month, training), currency. As the card in force on the day that is asked about states it.
    """
    assert query.model is not None
    models_of(store, query)
    situation = situation_of(store, [query.model], query.on, query.as_of)
    card = card_on(situation, query.model, situation.day(query.model))
    return pd.DataFrame(_costs(card), columns=COSTS.names, dtype=object)


def _costs(card: ModelCard) -> Iterator[dict[str, object]]:
    value, training = card.business.value, card.retraining
    parts: list[tuple[str, str | None, float | None, str]] = [
        ("running", None, value.running_cost_per_month if value else None, "month"),
        *(
            ("feature", name, feature.cost_per_month, "month")
            for name, feature in card.data.features.items()
            if feature.cost_per_month is not None
        ),
        ("training", None, training.cost if training else None, "training"),
    ]
    for part, feature, amount, each in parts:
        yield {
            "model": card.id,
            "part": part,
            "feature": feature,
            "amount": amount,
            "each": each,
            "currency": value.currency if value else None,
        }


@view("budget", columns=BUDGET)
def budget(store: Store, query: Query) -> pd.DataFrame:
    """How much of the budget of a model is spent?

    Columns: model, from and to (days of the budget, both inclusive; null = open), budget (null = none is stated in this
    currency), spent (of these days; null = nothing is recorded), left (budget - spent; negative beyond it), currency,
    entries (events `spending` that count). The card in force on the day that is asked about, and what began by then.
    """
    assert query.model is not None
    models_of(store, query)
    situation = situation_of(store, [query.model], query.on, query.as_of)
    rows = [
        (
            query.model, _written(one.start), _written(one.end), one.budget, one.spent, one.left, one.currency,
            one.entries,
        )
        for one in budgeted(situation, query.model)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=BUDGET.names, dtype=object)


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@view("spending", columns=SPENDING)
def spending(store: Store, query: Query) -> pd.DataFrame:
    """What was money spent on for a model, and when?

    Columns: model, from and to (days that the amount is for, in the model's time zone), purpose (development,
    operation, features, training, other), amount, currency, text, imported_by (who imported it, as the ledger names
    them), recorded_at (UTC). Newest first; `on` asks for what had begun by a day.
    """
    assert query.model is not None
    models_of(store, query)
    situation = situation_of(store, [query.model], query.on, query.as_of)
    rows = [
        (
            query.model, one.first.isoformat(), one.last.isoformat(), one.purpose, one.amount, one.currency, one.text,
            one.imported_by, written(one.recorded_at),
        )
        for one in reversed(spendings(situation, query.model))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=SPENDING.names, dtype=object)


@view("business-figures", columns=FIGURES)
def business_figures(store: Store, query: Query) -> pd.DataFrame:
    """Which figures does the business itself measure of a model's work, and how did they go?

    Columns: model, name, from and to (first and last day, in the model's time zone), value, unit, is_value (whether it
    is what the model brought), origin (where the figure comes from, as whoever recorded it says), imported_by (who
    imported it, as the ledger names them), recorded_at (UTC). By name and time; of one figure for the same days the one
    that was recorded last. `on` asks for what had begun by a day.
    """
    assert query.model is not None
    models_of(store, query)
    situation = situation_of(store, [query.model], query.on, query.as_of)
    rows = [
        (
            query.model, one.name, one.first.isoformat(), one.last.isoformat(), one.value, one.unit, one.is_value,
            one.source, one.event.imported_by, written(one.event.recorded_at),
        )
        for one in reported_figures(situation, query.model)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=FIGURES.names, dtype=object)
