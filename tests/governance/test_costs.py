"""What a model costs as its card in force states it, its budget and what is spent, and figures that are reported."""

from __future__ import annotations

import yaml

from dashboard.views.records import records
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.conftest import History

DATA = yaml.safe_load(BINARY_CARD)["data"]
X = {"kind": "numeric", "cost_per_month": 120.0}


def test_costs_are_those_of_the_card_on_the_day(history: History) -> None:
    history.on("2024-05-01")
    history.card()
    assert [(row["part"], row["amount"]) for row in records(history.show("costs"))] == [
        ("running", None),
        ("training", None),
    ]
    history.on("2024-06-01")
    value = {"currency": "CHF", "running_cost_per_month": 900.0}
    history.card(business={"value": value}, retraining={"cost": 4_000.0}, data={**DATA, "features": {"x": X}})
    found = [
        (row["part"], row["feature"], row["amount"], row["each"], row["currency"])
        for row in records(history.show("costs"))
    ]
    assert found == [
        ("running", None, 900.0, "month", "CHF"),
        ("feature", "x", 120.0, "month", "CHF"),
        ("training", None, 4_000.0, "training", "CHF"),
    ]
    assert len(history.show("costs", on="2024-05-15")) == 2


def test_figures_of_the_business_by_name_and_time_the_last_word_counts(history: History) -> None:
    history.on("2024-05-01")
    history.card(time_zone="America/New_York")
    history.event("kpi", "2024-03-01", until="2024-03-31", name="Complaints", value=12, source="Call centre")
    history.event("kpi", "2024-04-01", until="2024-04-30", name="Complaints", value=9)
    history.event("kpi", "2024-03-15", name="Crews on standby", value=7.5, unit="crews")
    history.on("2024-05-02")
    history.event("kpi", "2024-04-01", until="2024-04-30", name="Complaints", value=10)
    found = [
        (row["name"], row["from"], row["to"], row["value"], row["unit"], row["origin"])
        for row in records(history.show("business-figures"))
    ]
    assert found == [
        ("Complaints", "2024-03-01", "2024-03-31", 12.0, None, "Call centre"),
        ("Complaints", "2024-04-01", "2024-04-30", 10.0, None, None),
        ("Crews on standby", "2024-03-15", "2024-03-15", 7.5, "crews", None),
    ]
    assert [row["value"] for row in records(history.show("business-figures", as_of="2024-05-01T23:00:00+00:00"))] == [
        12.0,
        9.0,
        7.5,
    ]
    assert len(history.show("business-figures", on="2024-03-20")) == 2


BUDGET = {"requirements": {"budget": {"amount": 80_000, "currency": "CHF", "from": "2024-01-01", "to": "2024-06-30"}}}


def budgets(history: History, **asked: str) -> list[tuple[object, ...]]:
    names = ("currency", "budget", "spent", "left", "entries")
    return [tuple(row[name] for name in names) for row in records(history.show("budget", **asked))]


def test_what_is_spent_counts_for_the_days_of_the_budget_and_other_currencies_apart(history: History) -> None:
    history.on("2024-07-20")
    history.card(business=BUDGET)
    assert budgets(history) == [("CHF", 80_000.0, None, None, 0)]
    history.event("spending", "2024-03-01", until="2024-03-31", amount=30_000, purpose="development")
    # Half of its 60 days lie after the budget.
    history.event("spending", "2024-06-01", until="2024-07-30", amount=24_000, currency="CHF", purpose="operation")
    history.event("spending", "2023-12-31", amount=999)
    history.event("spending", "2024-04-01", amount=70.5, currency="USD", text="One licence")
    assert budgets(history) == [("CHF", 80_000.0, 42_000.0, 38_000.0, 2), ("USD", None, 70.5, None, 1)]
    assert budgets(history, on="2024-04-15") == [
        ("CHF", 80_000.0, 30_000.0, 50_000.0, 1), ("USD", None, 70.5, None, 1),
    ]  # fmt: skip
    listed = [(row["from"], row["to"], row["purpose"], row["amount"]) for row in records(history.show("spending"))]
    assert listed[0] == ("2024-06-01", "2024-07-30", "operation", 24_000.0)
    assert listed[-1] == ("2023-12-31", "2023-12-31", "other", 999.0)


def test_more_than_the_budget_is_spent(history: History) -> None:
    history.on("2024-07-20")
    history.card(business={"requirements": {"budget": {"amount": 100, "currency": "EUR"}}})
    history.event("spending", "2020-01-01", amount=140.25)
    assert budgets(history) == [("EUR", 100.0, 140.25, -40.25, 1)]


def test_no_budget_and_nothing_spent_is_nothing_to_show(history: History) -> None:
    history.on("2024-07-20")
    history.card()
    assert budgets(history) == []
