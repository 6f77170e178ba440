"""Signatures go stale by facts: which one, since which day, and what stood there before."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.sign_offs.differences import Scale, metric_differs
from dashboard.schema.config.sign_offs import Tolerance
from dashboard.store.events import list_events
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import REGRESSION_CARD, prices, write_rows
from tests.governance.signing import VERSIONS, Ledger
from tests.governance.test_sign_offs import sign_all

SECOND = {
    "version": "2",
    "trained_at": "2024-05-20T00:00:00Z",
    "training_data": "dataset/2024",
    "environment": {"numpy": "2.1.0"},
}


@pytest.fixture
def signed(ledger: Ledger) -> Ledger:
    """Live since February 2024, registered in March, every step signed in January."""
    ledger.on("2024-03-01")
    ledger.register(business__value={"currency": "EUR", "promised_per_month": 1000})
    sign_all(ledger)
    return ledger


def differing(ledger: Ledger, step: str, on: str | None = None) -> dict[str, tuple[object, ...]]:
    frame = ledger.show("sign-off-differences", on)
    rows = frame[frame["step"] == step].to_dict("records")
    return {str(row["fact"]): (row["then"], row["now"], row["since"]) for row in rows}


def test_nothing_differs_while_nothing_changes(signed: Ledger) -> None:
    signed.on("2024-12-01")
    signed.register(summary="Sorts claims.")
    assert signed.show("sign-off-differences").empty
    assert signed.gaps("stale_sign_off", "2024-12-31") == []


def test_a_changed_card_makes_stale_what_rested_on_it(signed: Ledger) -> None:
    signed.on("2024-06-15")
    signed.register(business__purposes=["triage", "pricing"], business__automation="fully_automated")
    assert differing(signed, "design") == {
        "purposes": ("triage", "pricing, triage", "2024-06-15"),
        "automation": (
            "People decide, the model supports them",
            "The model decides alone",
            "2024-06-15",
        ),
    }
    states = {step: signed.state(step) for step in ("design", "data", "evaluation", "deployment")}
    assert states == {"design": "stale", "data": "signed", "evaluation": "signed", "deployment": "stale"}
    assert signed.state("design", "2024-06-14") == "signed"
    assert signed.state("design", as_of="2024-06-14T00:00:00+00:00") == "signed"
    assert [gap["since"] for gap in signed.gaps("stale_sign_off")] == ["2024-06-15", "2024-06-15"]
    signed.on("2024-07-01")
    signed.register(business__automation="decision_support", business__purposes=["triage"])
    assert (signed.state("design"), signed.state("design", "2024-06-30")) == ("signed", "stale")


def test_since_is_the_begin_of_the_last_time_it_differed(signed: Ledger) -> None:
    for day, purposes in (("2024-04-01", ["a"]), ("2024-05-01", ["triage"]), ("2024-06-01", ["b"])):
        signed.on(day)
        signed.register(business__purposes=purposes)
    signed.on("2024-07-01")
    signed.register(business__purposes=["c"])
    assert differing(signed, "design") == {"purposes": ("triage", "c", "2024-06-01")}
    assert differing(signed, "design", "2024-04-15") == {"purposes": ("triage", "a", "2024-04-01")}


def test_a_new_executive_has_to_sign_what_the_old_one_signed(signed: Ledger) -> None:
    signed.event("role", "2024-08-01", role="accountable_executive", person="eva", **{"to": "2024-07-31"})
    signed.event("role", "2024-08-01", role="accountable_executive", person="ron", **{"from": "2024-08-01"})
    assert differing(signed, "design", "2024-09-01") == {"accountable_executive": ("eva", "ron", "2024-08-01")}
    assert signed.state("design", "2024-07-31") == "signed"
    [gap] = [gap for gap in signed.gaps("stale_sign_off", "2024-09-01") if "Design" in str(gap["reason"])]
    assert gap["person"] == "ron"


def test_a_new_version_needs_evaluation_and_deployment_again(signed: Ledger) -> None:
    signed.register(versions=[*VERSIONS, SECOND])
    signed.event("deployment", "2024-06-01", version="2", environment_name="production", environment={"numpy": "2.2.0"})
    assert differing(signed, "evaluation", "2024-07-01") == {"version": ("1", "2", "2024-06-01")}
    found = differing(signed, "deployment", "2024-07-01")
    assert found["libraries: numpy"] == ("2.1.0", "2.2.0", "2024-06-01")
    assert differing(signed, "data", "2024-07-01")["training_data"] == ("dataset/2023", "dataset/2024", "2024-06-01")
    assert signed.state("design", "2024-07-01") == "signed"
    assert signed.state("evaluation", "2024-05-31") == "signed"
    for person in ("eva", "dan"):
        signed.signed("evaluation", person, "2024-06-10")
    assert signed.state("evaluation", "2024-07-01") == "signed"


@pytest.mark.parametrize("named", [{"version": "2"}, {}])
def test_a_candidate_signed_before_it_goes_live_holds_from_then_on(signed: Ledger, named: dict[str, str]) -> None:
    signed.register(versions=[*VERSIONS, SECOND])
    for person in ("eva", "dan"):
        signed.signed("evaluation", person, "2024-05-25", **named)
    assert signed.state("evaluation", "2024-05-28") == "signed"
    signed.event("deployment", "2024-06-01", version="2", environment_name="production")
    assert signed.state("evaluation", "2024-06-02") == "signed"


def test_only_a_higher_risk_makes_stale(signed: Ledger) -> None:
    rating = {"risk": "outage", "person": "bea"}
    signed.event("risk", "2024-01-05", **rating, likelihood=3, impact=3)
    signed.event("risk", "2024-04-01", **rating, likelihood=2, impact=2)
    assert signed.state("deployment", "2024-04-02") == "signed"
    signed.event("risk", "2024-05-01", **rating, likelihood=4, impact=3)
    assert differing(signed, "deployment", "2024-05-02") == {
        "risks: outage": ("likelihood 3, impact 3", "likelihood 4, impact 3", "2024-05-01")
    }


def test_a_promise_may_move_by_a_twentieth(signed: Ledger) -> None:
    signed.on("2024-04-01")
    signed.register(business__value={"currency": "EUR", "promised_per_month": 1049})
    assert signed.state("design") == "signed"
    signed.on("2024-05-01")
    signed.register(business__value={"currency": "EUR", "promised_per_month": 1051})
    assert differing(signed, "design") == {"promise": ("1,000 EUR", "1,051 EUR", "2024-05-01")}


def test_an_imported_basis_counts_before_what_is_worked_out(signed: Ledger) -> None:
    basis = {"purposes": ["sorting"], "automation": "decision_support"}
    signed.signed("design", "eva", "2024-02-20", basis=basis)
    assert differing(signed, "design") == {"purposes": ("sorting", "triage", "2024-02-20")}
    signed.signed("design", "eva", "2024-02-21", basis={"accountable_executive": ["eva"]})
    assert differing(signed, "design") == {}


def test_a_signature_keeps_the_facts_that_were_shown(signed: Ledger) -> None:
    signed.on("2024-04-01")
    signed.act("eva", "sign_off", step="deployment", decision="reject", reason="Not yet.")
    [kept] = [
        event.content for event in list_events(signed.store, "claims", ["sign_off"]) if event.content.get("basis")
    ]
    shown = signed.show("sign-off-facts").set_index(["step", "label"])["now"]
    basis = {name: fact for name, fact in kept["basis"].items() if fact is not None}
    assert basis == {
        "version": "1",
        "libraries": {"numpy": "2.1.0"},
        "automation": "decision_support",
        "accountable_executive": ["eva"],
        "risks": {},
    }
    assert shown[("deployment", "Version")] == "1"
    assert shown[("deployment", "Libraries")] == "numpy: 2.1.0"
    assert kept["version"] == "1"


def test_an_executive_signs_again_what_went_stale(signed: Ledger) -> None:
    signed.on("2024-06-15")
    signed.register(business__automation="fully_automated")
    signed.on("2024-06-16")
    for person in ("eva", "bea"):
        signed.act(person, "sign_off", step="design", decision="approve", reason="Now as intended.")
    assert (signed.state("design"), signed.state("design", "2024-06-15")) == ("signed", "stale")
    assert differing(signed, "design") == {}


def seen(value: float, low: float | None = None, high: float | None = None) -> dict[str, object]:
    return {"value": value, "low": low, "high": high}


@pytest.mark.parametrize(
    ("metric", "then", "now", "differs"),
    [
        ("roc_auc", seen(0.80, 0.78, 0.82), seen(0.71, 0.69, 0.73), True),
        # A tenth is within the tolerance, however sure.
        ("roc_auc", seen(0.80, 0.799, 0.801), seen(0.73, 0.729, 0.731), False),
        # Far apart, but the intervals touch.
        ("roc_auc", seen(0.80, 0.60, 1.00), seen(0.60, 0.40, 0.80), False),
        # Better is no reason to sign again.
        ("roc_auc", seen(0.70, 0.69, 0.71), seen(0.90, 0.89, 0.91), False),
        ("brier_score", seen(0.10, 0.09, 0.11), seen(0.20, 0.19, 0.21), True),
        ("brier_score", seen(0.20, 0.19, 0.21), seen(0.10, 0.09, 0.11), False),
        # A bias near zero is held against its limit of 0.05.
        ("bias", seen(0.001, 0.0, 0.002), seen(0.004, 0.0035, 0.0045), False),
        ("bias", seen(0.001, 0.0, 0.002), seen(-0.04, -0.05, -0.03), True),
        # Without intervals the values stand for themselves.
        ("roc_auc", seen(0.80), seen(0.70), True),
        ("roc_auc", seen(math.nan), seen(0.70), False),
    ],
)
def test_a_metric_must_be_worse_by_more_than_chance_and_tolerance(
    metric: str, then: dict[str, object], now: dict[str, object], differs: bool
) -> None:
    scale = Scale({"roc_auc": "higher", "brier_score": "lower", "bias": "zero"}, {"bias": 0.05})
    tolerance = Tolerance(relative=0.1, direction="worse", unknown="ignored")
    assert metric_differs(metric, then, now, tolerance, scale) is differs


def test_figures_of_the_log_make_an_evaluation_stale(ledger: Ledger, tmp_path: Path) -> None:
    card = (
        REGRESSION_CARD
        + "business: {key_metrics: [{metric: mae, limit: 500000}]}\nroles: {accountable_executive: [eva]}\n"
    )
    (tmp_path / "prices.yaml").write_text(card, encoding="utf-8")
    rows = write_rows(prices(number=3000).frame, tmp_path / "prices.parquet")
    run_action(ledger.store, "register", Files(files=(tmp_path / "prices.yaml",)), operator("test"))
    run_action(ledger.store, "ingest_predictions", Delivery(model="prices", files=(rows,)), operator("test"))
    run_action(ledger.store, "monitor", Models(models=("prices",)), operator("test"))
    ledger.event("sign_off", "2024-03-15", model="prices", step="evaluation", person="eva", decision="approve")
    frame = run_view(ledger.store, "sign-off-differences", Query(model="prices"), operator("test"))
    [row] = frame[frame["fact"] == "metrics: mae"].to_dict("records")
    performance = run_view(
        ledger.store, "performance", Query(model="prices", by="month", metric="mae"), operator("test")
    )
    value = performance.set_index("period")["value"]
    assert f"{value['2024-02']:,.0f}" in str(row["then"])
    assert f"{value['2024-12']:,.0f}" in str(row["now"])
    low = performance.set_index("period")["low"]
    high = performance.set_index("period")["high"]["2024-02"]
    worse = [month for month in value.index if value[month] > 1.1 * value["2024-02"] and low[month] > high]
    first = next(m for m in value.index if m > "2024-03" and set(value.loc[m:].index) <= set(worse))
    # The figure of a month is there when the month is over.
    assert row["since"] == f"2024-{int(first[5:]) + 1:02}-01"
