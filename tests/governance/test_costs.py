"""What a model costs as its card in force states it, and figures that the business reports."""

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
