"""What experts of the demo said, what became of it, and how cards change while the demo is replayed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.demo.people import Act, acts_of
from dashboard.demo.plan import Plan, card_at, plan_model
from dashboard.store.cards import card_histories
from dashboard.views.query import Query
from dashboard.views.registry import run_view

DEMO = operator("demo")
UNTIL = datetime(2026, 11, 28, 12, tzinfo=UTC)


def show(store, view: str, **asked):
    """The rows of a view as the operator of the demo sees them."""
    return run_view(store, view, Query(**asked), DEMO)


def test_a_card_learns_of_a_version_when_it_is_trained_and_again_when_it_takes_over(cards):
    plan = plan_model(cards["flight-delay"], 156, None, UNTIL)
    states = [plan.card, *(card for _, card in plan.later)]
    told = [
        {one["version"]: [span["environment_name"] for span in one["deployments"]] for one in card["versions"]}
        for card in states
    ]
    assert told == [
        {"1": ["production"]},
        {"1": ["production"], "2": ["trial"]},
        {"1": ["production", "trial"], "2": ["trial", "production"]},
    ]
    assert "to" not in states[1]["versions"][0]["deployments"][0]
    assert states[2]["versions"][0]["deployments"][0]["to"] == "2026-10-26"
    assert [at.date() for at, _ in plan.later] == [date(2026, 9, 2), date(2026, 10, 27)]


def test_before_it_is_trained_a_version_is_unknown(cards):
    early = plan_model(cards["flight-delay"], 156, None, datetime(2026, 7, 1, tzinfo=UTC))
    assert [version["version"] for version in early.card["versions"]] == ["1"]
    assert early.later == ()
    whole = plan_model(cards["flight-delay"], 156, None, UNTIL).later[-1][1]
    assert card_at(whole, datetime(2026, 9, 3, tzinfo=UTC))["versions"][0] == early.card["versions"][0]


def test_acts_of_the_source_move_with_their_model_and_none_lies_outside(cards):
    plan = plan_model(cards["flight-delay"], 156, None, UNTIL)
    line = {"model": "flight-delay", "by": "miguel.ortega", "action": "start_review", "judges": 2}
    lines = [{**line, "at": at} for at in ("2013-03-01T08:00:00Z", "2013-11-13T08:00:00Z", "2013-12-01T08:00:00Z")]
    found = list(acts_of(lines, Plan(UNTIL, UNTIL, {"flight-delay": plan})))
    assert found == [
        Act(datetime(2026, 11, 13, 8, tzinfo=UTC), "miguel.ortega", "start_review", {"model": "flight-delay"}, 2)
    ]


def test_histories_of_cards_hold_their_second_versions(store):
    versions = {model: [len(one.card.versions) for one in found] for model, found in card_histories(store).items()}
    for model in ("flight-delay", "retail-churn"):
        assert versions.pop(model) in ([1, 1, 2, 2], [1, 1]), model
    assert {number for found in versions.values() for number in found} == {1}


def test_agreement_is_told_of_some_models_and_too_few_cases_of_another(store):
    share = {model: show(store, "agreement", model=model).iloc[0] for model in ("collateral-valuation", "bike-demand")}
    known, few = share["collateral-valuation"], share["bike-demand"]
    assert known["low"] < known["share"] < known["high"]
    assert few["share"] is None or few["share"] != few["share"]
    assert few["needed"] > 0


def test_topics_are_in_every_state_and_hold_what_was_said(store):
    topics = show(store, "topics").set_index("title")
    assert set(topics["state"]) >= {"new", "accepted", "in_work", "rejected"}
    assert (topics["entries"] > 0).all()
    assert topics.loc[topics["state"] == "rejected", "because"].notna().all()
    assert topics.loc["January is not spring", "state"] == "new"


def test_an_answer_shows_its_effect_in_its_own_cases(store, portfolio):
    topics = show(store, "topics", model="retail-churn").set_index("title")
    answered = topics.loc["Customers who have long left are not called"]
    assert (answered["state"], answered["answered_by"], answered["metric"]) == ("answered", "2", "accuracy")
    judged = show(store, "feedback", model="retail-churn")
    cases = set(judged.loc[judged["topic"] == answered["topic"], "prediction"])
    log = pd.read_parquet(portfolio / "predictions" / "retail-churn.parquet")
    own = log[log["prediction_id"].isin(cases)]
    right = ((own["p_churn"] >= 0.5) == (own["churn"] == 1)).groupby(own["model_version"]).mean()
    assert len(cases) >= 5
    assert (answered["before"], answered["after"]) == pytest.approx((right["1"], right["2"]))
    assert right["2"] > right["1"]
    assert answered["difference_low"] < right["2"] - right["1"] < answered["difference_high"] <= 1


def test_experts_expect_what_one_model_keeps_and_another_violates(store):
    found = show(store, "expectations", model="collateral-valuation")
    status = found.groupby("feature")["status"].agg(set)
    assert status["wfnt"] == {"ok"}
    assert "alert" in status["tot_sf"]
    assert len(show(store, "violations", model="collateral-valuation")) > 0


def test_an_expert_has_open_cases_of_the_queue_and_nobody_was_refused_one(store):
    queue = show(store, "review-queue", model="flight-delay")
    assert set(queue["person"]) == {"miguel.ortega"}
    judged = show(store, "feedback", model="flight-delay")
    assert {"random", "queue"} <= set(judged["sample"].dropna())
