"""Planned trainings: a plan is a line, moved or cancelled by a later one, and over once the model was trained."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.errors import ForbiddenError, InputRefusedError, NotFoundError
from dashboard.governance.retraining.planned import planned_on
from dashboard.governance.retraining.plans import calendar_days, next_by_policy, open_plans, overdue_plans
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.conftest import History

PEOPLE = "people: [{id: anna, name: Anna}, {id: ben, name: Ben}]\n"
VERSIONS = [{"version": "1", "trained_at": "2024-01-31"}]


@pytest.fixture
def opened(history: History) -> History:
    history.on("2024-05-01")
    history.people(PEOPLE)
    history.card("{data_scientist: [ben]}", versions=VERSIONS)
    return history


def plan(history: History, day: str, person: str = "ben", **values: object) -> str:
    return history.act(person, "plan_retraining", **{"day": day, "reason": "New branch.", **values})


def days(history: History, on: str | None = None, as_of: str | None = None) -> list[str]:
    return [one.day.isoformat() for one in open_plans(history.situation(on, as_of), "claims")]


def test_a_plan_is_moved_and_cancelled_by_later_lines_and_earlier_ones_stay(opened: History):
    plan(opened, "2024-06-03")
    opened.on("2024-05-02")
    plan(opened, "2024-06-10", instead_of="2024-06-03")
    plan(opened, "2024-09-02")
    opened.on("2024-05-03")
    opened.act("ben", "cancel_retraining", day="2024-09-02", reason="Too early.")
    assert days(opened) == ["2024-06-10"]
    assert days(opened, "2024-05-02") == ["2024-06-10", "2024-09-02"]
    assert days(opened, "2024-05-01") == ["2024-06-03"]
    assert days(opened, as_of="2024-05-01") == ["2024-06-03"]
    (known,) = open_plans(opened.situation(), "claims")
    assert (known.person, known.reason, known.instead_of) == ("ben", "New branch.", date(2024, 6, 3))
    assert planned_on(opened.situation(), "claims") == date(2024, 6, 10)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"day": "2024-04-30"}, "today or a later day"),
        ({"day": "2024-06-03"}, "already planned"),
        ({"day": "2024-06-04", "instead_of": "2024-06-05"}, "No training is planned for 2024-06-05"),
        ({"day": "2024-06-04", "instead_of": "2024-06-04"}, "for this day already"),
        ({"day": "2024-06-04", "reason": " "}, "at least one character"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_and_changes_nothing(opened: History, values: dict, message: str):
    plan(opened, "2024-06-03")
    with pytest.raises(InputRefusedError, match=message):
        plan(opened, **values)
    assert days(opened) == ["2024-06-03"]


def test_what_is_not_planned_cannot_be_cancelled(opened: History):
    with pytest.raises(InputRefusedError, match="No training is planned for 2024-06-03"):
        opened.act("ben", "cancel_retraining", day="2024-06-03", reason="Why not")
    with pytest.raises(NotFoundError):
        plan(opened, "2024-06-03", model="unheard-of")


def test_a_plan_is_carried_out_by_a_start_for_it_or_by_a_new_version_on_its_day_or_later(opened: History):
    plan(opened, "2024-05-20")
    plan(opened, "2024-06-03")
    opened.on("2024-05-15")
    opened.event("retraining_started", "2024-05-14", retraining="a", planned_for="2024-06-03")
    assert days(opened) == ["2024-05-20"]
    assert overdue_plans(opened.situation("2024-05-20"), "claims") == []
    assert [one.day for one in overdue_plans(opened.situation("2024-05-21"), "claims")] == [date(2024, 5, 20)]
    opened.on("2024-05-22")
    opened.card("{data_scientist: [ben]}", versions=[*VERSIONS, {"version": "2"}])
    assert days(opened) == []
    assert days(opened, "2024-05-21") == ["2024-05-20"]


def test_a_failed_training_leaves_its_plan_open(opened: History):
    plan(opened, "2024-05-20")
    opened.on("2024-05-20", hour=13)
    opened.act("ben", "start_retraining", reason="As planned.")
    assert days(opened) == []
    opened.act("ben", "end_retraining", outcome="failed", reason="No disk space.")
    assert days(opened) == ["2024-05-20"]


def test_the_calendar_of_the_policy_counts_from_the_newest_training(opened: History):
    def following(**retraining: object) -> date | None:
        opened.card(versions=VERSIONS, retraining=retraining)
        return next_by_policy(opened.situation(), "claims")

    assert following(policy="calendar", every={"months": 1}) == date(2024, 2, 29)
    assert following(policy="calendar", every={"days": 100}) == date(2024, 5, 10)
    assert following(policy="quarterly") == date(2024, 4, 30)
    assert following(policy="calendar") is None
    assert following(policy="on_decline") is None
    assert following(policy="whenever Ben has time") is None
    opened.card(versions=VERSIONS, retraining={"policy": "yearly"}, status="retired")
    assert next_by_policy(opened.situation(), "claims") is None


def test_an_overdue_calendar_is_made_up_for_once_and_goes_on_from_today(opened: History):
    opened.card(versions=VERSIONS, retraining={"policy": "monthly"})
    found = list(calendar_days(opened.situation(), "claims", date(2024, 7, 1)))
    assert found == [date(2024, 2, 29), date(2024, 6, 1), date(2024, 7, 1)]
    assert planned_on(opened.situation(), "claims") == date(2024, 2, 29)
    opened.on("2024-05-02")
    opened.card(versions=[*VERSIONS, {"version": "2", "trained_at": "2024-05-02"}], retraining={"policy": "monthly"})
    assert planned_on(opened.situation(), "claims") == date(2024, 6, 2)


def test_plans_that_others_made_are_imported_under_their_names(opened: History):
    opened.event("retraining_planned", "2024-04-02", day="2024-06-03", person="anna", reason="Board decision")
    (known,) = open_plans(opened.situation(), "claims")
    assert (known.person, known.imported_by, known.day) == ("anna", "test", date(2024, 6, 3))
    assert days(opened, "2024-04-01") == []


def test_cards_with_a_free_word_as_policy_are_read_and_say_no_rule():
    import yaml

    from dashboard.schema.card.card import ModelCard

    value = yaml.safe_load(BINARY_CARD)
    read = ModelCard.model_validate({**value, "retraining": {"policy": "after the summer"}}).retraining
    assert read is not None
    assert (read.policy, read.rule, read.interval) == ("after the summer", None, None)


def test_people_without_a_part_in_the_model_may_not_plan(opened: History):
    from dataclasses import replace

    from dashboard.access.principal import operator
    from dashboard.actions.registry import read_payload, run_action

    anna = replace(operator("login:anna"), person="anna", roles=frozenset({"data_scientist"}))
    payload = read_payload("plan_retraining", {"model": "claims", "day": "2024-06-03", "reason": "Why not"})
    with pytest.raises(ForbiddenError, match="Ben"):
        run_action(opened.store, "plan_retraining", payload, anna)
