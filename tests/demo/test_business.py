"""What the business of the demo promises, decides and notes: changed lines, decisions that are due, what is outside."""

from __future__ import annotations

from dashboard.access.principal import operator
from dashboard.demo.material import ACTS, BUSINESS, read_lines
from dashboard.demo.moves import with_moved_dates
from dashboard.demo.people import Act, acts_of
from dashboard.demo.plan import Plan, plan_model
from dashboard.store.engine.clock import now
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view

DEMO = operator("demo")


def shown(store, view: str, model: str | None = None) -> list[dict]:
    return records(run_view(store, view, Query(model=model), DEMO))


def test_days_within_an_act_move_with_it(cards):
    plan = Plan(now(), now(), {"flight-delay": plan_model(cards["flight-delay"], 156, None, now())})
    line = {"model": "flight-delay", "by": "sandra.hofmann", "action": "promise"}
    dated = {**line, "at": "2013-10-01T09:00:00Z", "values": {"per_month": 1, "start": "2013-11-01"}}
    relative = {**line, "days_ago": 3, "due_in": 5, "action": "record_decision", "values": {"owner": "ruth.amsler"}}
    moved, counted = acts_of([dated, relative], plan)
    assert moved.values == {"model": "flight-delay", **with_moved_dates(dated["values"], 156)}
    assert moved.values["start"] == "2026-11-01"
    assert isinstance(counted, Act)
    assert (counted.at.date() - now().date()).days == -3
    assert counted.values["due"] > now().date().isoformat()


def test_every_model_has_something_outside_and_all_kinds_of_the_business_are_there():
    found = read_lines(BUSINESS)
    outside = {event["model"] for event in found if event["kind"] == "outside"}
    assert outside == {act["model"] for act in read_lines(ACTS)}
    assert {event["kind"] for event in found} == {"outside", "promise", "spending", "kpi"}


def test_one_budget_is_overspent_and_one_is_not(store):
    left = {model: shown(store, "budget", model)[0]["left"] for model in ("bike-demand", "flight-delay")}
    assert left == {"bike-demand": 35_000 - 37_500, "flight-delay": 80_000 - 64_000}
    assert shown(store, "budget", "injury-triage")[0]["spent"] is None


def test_promises_are_signed_and_two_changed_with_a_reason(store):
    lines = {model: shown(store, "promises", model) for model in ("flight-delay", "collateral-valuation")}
    assert [(one["per_month"], one["signed_by"]) for one in lines["flight-delay"]] == [
        (18000.0, "sandra.hofmann"), (15000.0, "sandra.hofmann"),
    ]  # fmt: skip
    lowered, first, card = lines["collateral-valuation"]
    assert (lowered["per_month"], first["per_month"], card["signed_by"]) == (25000.0, 40000.0, None)
    assert {lowered["signed_by"], first["signed_by"]} == {"anna.keller"}
    assert all(one["reason"] for one in (lowered, first))
    assert first["imported_by"] == "demo"


def test_every_card_names_vision_and_roadmap_in_both_languages(cards):
    for model, card in cards.items():
        assert all(set(card["business"][name]) == {"en", "de"} for name in ("vision", "roadmap")), model


def test_decisions_have_owners_and_days_one_done_and_one_overdue(store):
    states = {(row["model"], row["state"]) for row in shown(store, "decisions") if row["owner"]}
    assert states >= {
        ("flight-delay", "done"), ("card-default", "overdue"), ("retail-churn", "overdue"),
        ("employment-support", "open"),
    }  # fmt: skip


def test_the_week_of_the_controllers_and_the_storms_are_noted(store):
    titles = {row["title"] for row in shown(store, "outside", "flight-delay")}
    assert titles >= {"Air traffic controllers on unpaid leave", "Blizzard Nemo", "Thanksgiving"}
