"""The calendar of all models: what is due when, what each week needs, and what of it is a task or a gap."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given, strategies as st

from dashboard.access.principal import operator
from dashboard.governance.retraining.calendar import Entry, loads_of
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view
from tests.governance.conftest import History

PEOPLE = "people: [{id: anna, name: Anna}, {id: ben, name: Ben}]\n"
VERSIONS = [{"version": "1", "trained_at": "2024-01-31"}]
NEEDS = {"policy": "on_decline", "machine": "gpu-1", "hours": 10, "people": 25}
MONDAY = date(2024, 6, 3)


@pytest.fixture
def opened(history: History) -> History:
    history.on("2024-05-01")
    history.people(PEOPLE)
    for model in ("claims", "loans", "offers"):
        history.card("{data_scientist: [ben]}", model=model, versions=VERSIONS, retraining=NEEDS)
    return history


def plan(history: History, day: str, model: str = "claims") -> None:
    history.act("ben", "plan_retraining", model=model, day=day, reason="New branch.")


def rows(history: History, view: str, **query: object) -> list[dict[str, object]]:
    return records(run_view(history.store, view, Query(**query), operator("test")))


def needing(model: str, day: date, hours: float | None, machine: str = "gpu-1", people: float | None = None) -> Entry:
    return Entry(model, day, "planned", "plan", "ben", machine, hours, people)


def machine(loads: list, week: str, name: str = "gpu-1") -> tuple[int, float | None, int | None, bool]:
    (found,) = [one for one in loads if (one.week, one.kind, one.resource) == (week, "machine", name)]
    return found.trainings, found.hours, found.at_once, found.clash


def loads(*entries: Entry, today: date = MONDAY) -> list:
    return loads_of(entries, today, date(2024, 12, 31), 40.0)


def test_the_calendar_holds_plans_of_all_models_with_what_they_need(opened: History):
    plan(opened, "2024-06-03")
    plan(opened, "2024-05-20", "loans")
    found = rows(opened, "retraining-calendar")
    assert [(row["model"], row["day"], row["week"], row["state"], row["source"]) for row in found] == [
        ("loans", "2024-05-20", "2024-W21", "planned", "plan"),
        ("claims", "2024-06-03", "2024-W23", "planned", "plan"),
    ]
    assert {(row["machine"], row["hours"], row["people_hours"], row["who"]) for row in found} == {
        ("gpu-1", 10.0, 25.0, "ben")
    }
    assert [row["model"] for row in rows(opened, "retraining-calendar", model="claims")] == ["claims"]
    assert [row["day"] for row in rows(opened, "retraining-calendar", start=date(2024, 6, 1))] == ["2024-06-03"]
    assert [row["day"] for row in rows(opened, "retraining-calendar", end=date(2024, 6, 1))] == ["2024-05-20"]
    assert rows(opened, "retraining-calendar", among=frozenset({"offers"})) == []


def test_a_policy_fills_the_calendar_and_a_plan_moves_what_follows(opened: History):
    opened.on("2024-05-02")
    opened.card("{data_scientist: [ben]}", versions=VERSIONS, retraining={**NEEDS, "policy": "quarterly"})
    found = rows(opened, "retraining-calendar", model="claims")
    assert [(row["day"], row["state"], row["source"]) for row in found] == [
        ("2024-04-30", "overdue", "policy"),
        ("2024-08-02", "planned", "policy"),
    ]
    plan(opened, "2024-05-20")
    found = rows(opened, "retraining-calendar", model="claims")
    assert [(row["day"], row["source"]) for row in found] == [("2024-05-20", "plan"), ("2024-08-20", "policy")]


def test_three_trainings_that_need_one_machine_on_one_day_clash(opened: History):
    for model in ("claims", "loans", "offers"):
        plan(opened, "2024-06-03", model)
    (on_machine, of_ben) = rows(opened, "retraining-load")
    assert (on_machine["week"], on_machine["resource"], on_machine["trainings"]) == ("2024-W23", "gpu-1", 3)
    assert (on_machine["hours"], on_machine["at_once"], on_machine["clash"]) == (30.0, 3, True)
    assert on_machine["models"] == "claims, loans, offers"
    assert (of_ben["kind"], of_ben["resource"], of_ben["hours"], of_ben["clash"]) == ("person", "ben", 75.0, True)
    counted = rows(opened, "retraining-load", among=frozenset({"claims", "loans"}))
    assert [(row["trainings"], row["clash"]) for row in counted if row["kind"] == "machine"] == [(2, False)]


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((10, 10), (3, 3), (2, 20.0, 2, False)),
        ((13, 13), (3, 3), (2, 26.0, 2, True)),
        ((13, 13), (3, 4), (2, 26.0, 1, False)),
        ((30, 13), (3, 4), (2, 43.0, 2, False)),
        ((30, 20), (3, 4), (2, 50.0, 2, True)),
        ((None, 1), (3, 3), (2, 1.0, 2, True)),
        ((None, None), (3, 4), (2, None, 1, False)),
    ],
)
def test_a_machine_has_a_day_of_24_hours(hours: tuple, days: tuple, expected: tuple):
    entries = [needing(f"m{place}", date(2024, 6, day), hours[place]) for place, day in enumerate(days)]
    assert machine(loads(*entries), "2024-W23") == expected


def test_a_long_training_takes_its_machine_into_the_next_week():
    found = loads(needing("a", date(2024, 6, 8), 60.0), needing("b", date(2024, 6, 10), 20.0))
    assert machine(found, "2024-W23") == (1, 48.0, 1, False)
    assert machine(found, "2024-W24") == (2, 32.0, 2, True)


def test_what_is_overdue_or_over_belongs_to_no_week():
    late = Entry("a", date(2024, 5, 1), "overdue", "plan", "ben", "gpu-1", 10.0, 50.0)
    begun = Entry("b", date(2024, 5, 31), "running", "start", "ben", "gpu-1", 100.0, 50.0)
    found = loads(late, begun)
    assert [(one.week, one.kind, one.hours) for one in found] == [("2024-W23", "machine", 28.0)]


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.floats(0.5, 100) | st.none(), st.sampled_from(["gpu-1", "gpu-2"])), max_size=12
    )
)
def test_no_hour_is_lost_or_counted_twice(trainings: list):
    entries = [
        needing(f"m{place}", date.fromordinal(MONDAY.toordinal() + day), hours, name)
        for place, (day, hours, name) in enumerate(trainings)
    ]
    found = loads(*entries)
    for name in ("gpu-1", "gpu-2"):
        counted = sum(one.hours or 0.0 for one in found if one.resource == name)
        assert counted == pytest.approx(sum(hours or 0.0 for _, hours, one in trainings if one == name))
    assert all(one.at_once is None or one.at_once <= one.trainings for one in found)
    assert all(one.trainings > 1 or not one.clash for one in found)


def tasks(history: History, on: str) -> list[tuple[object, ...]]:
    found = [row for row in records(history.show("desk", on)) if str(row["kind"]).startswith("training_")]
    return [(row["kind"], row["person"], row["due"], row["overdue"], row["page"]) for row in found]


def test_an_overdue_plan_is_a_task_of_who_planned_it_until_it_is_carried_out(opened: History):
    plan(opened, "2024-05-20")
    opened.on("2024-05-22")
    assert tasks(opened, "2024-05-20") == []
    page = "retraining-calendar"
    assert tasks(opened, "2024-05-21") == [("training_overdue", "ben", "2024-05-20", True, page)]
    opened.act("ben", "start_retraining", reason="As planned.")
    assert tasks(opened, "2024-05-22") == []
    opened.on("2024-06-10")
    assert tasks(opened, "2024-06-10") == [("training_without_end", "ben", "2024-08-20", False, page)]


def test_an_overdue_calendar_is_one_task_and_a_card_without_a_policy_is_none(opened: History):
    assert tasks(opened, "2024-05-01") == []
    opened.on("2024-05-02")
    opened.card("{data_scientist: [ben]}", versions=VERSIONS, retraining={"policy": "quarterly"})
    assert [kind for kind, *_ in tasks(opened, "2024-05-02")] == ["training_due"]
    plan(opened, "2024-06-03")
    assert tasks(opened, "2024-05-02") == []


def test_a_policy_is_missing_only_where_the_risk_class_asks_for_one(opened: History):
    high = {"risk_class": {"exposure": "large", "purpose": "rights"}, "status": "production"}
    opened.on("2024-05-02")
    opened.card(versions=VERSIONS, **high)
    assert opened.gap("no_retraining_policy", "2024-05-02") == ("low", "2024-05-02", None)
    assert opened.gap("no_retraining_policy", "2024-05-01") is None
    for day, policy in (("2024-05-03", "never"), ("2024-05-04", "after the summer")):
        opened.on(day)
        opened.card(versions=VERSIONS, retraining={"policy": policy}, **high)
    assert opened.gap("no_retraining_policy", "2024-05-03") is None
    assert opened.gap("no_retraining_policy", "2024-05-04") is not None
    opened.on("2024-05-05")
    opened.card(versions=VERSIONS, risk_class={"exposure": "small", "purpose": "internal"}, status="production")
    assert opened.gap("no_retraining_policy", "2024-05-05") is None


def test_runs_and_plans_are_listed_line_by_line(opened: History):
    plan(opened, "2024-06-03")
    opened.on("2024-05-02")
    opened.act("ben", "plan_retraining", day="2024-06-10", instead_of="2024-06-03", reason="Busy.")
    found = [(row["day"], row["instead_of"], row["open"], row["reason"]) for row in rows(opened, "retraining-plans")]
    assert found == [("2024-06-10", "2024-06-03", True, "Busy."), ("2024-06-03", None, False, "New branch.")]
    opened.on("2024-06-10")
    opened.act("ben", "start_retraining", reason="As planned.")
    (run,) = rows(opened, "retraining-runs")
    assert (run["state"], run["way"], run["planned_for"], run["person"]) == ("running", "hand", "2024-06-10", "ben")
    assert rows(opened, "retraining-runs", on=date(2024, 6, 9)) == []


def test_settings_of_the_home_are_in_force(opened: History):
    folder = opened.store.home / "config"
    folder.mkdir()
    settings = {"retraining": {"weeks": 2, "hours_per_week": 30}}
    (folder / "dashboard.yaml").write_text(yaml.safe_dump(settings))
    plan(opened, "2024-05-10")
    plan(opened, "2024-06-03", "loans")
    assert [row["day"] for row in rows(opened, "retraining-calendar")] == ["2024-05-10"]
    assert [row["clash"] for row in rows(opened, "retraining-load") if row["kind"] == "person"] == [False]
