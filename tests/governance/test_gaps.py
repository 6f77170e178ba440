"""Every gap on hand-made histories: whether, how severe, since when, and whom to ask, on any day and as known then."""

from __future__ import annotations

import pytest

from dashboard.governance.gaps.registry import GAP_CHECKS
from dashboard.governance.status.areas.ownership import OWNERSHIP_GAPS
from dashboard.governance.status.registry import area_statuses
from dashboard.schema.severities import SEVERITIES
from tests.acceptance.portfolio import claims, write_rows
from tests.governance.conftest import History

EXECUTIVE = "accountable_executive"
PEOPLE = """
people:
  - {id: anna, name: Anna, team: desk, executive: true}
  - {id: ben, name: Ben, team: desk, to: 2024-06-30}
  - {id: carla, name: Carla, team: plant}
  - {id: dora, name: Dora, team: plant}
  - {id: emil, name: Emil, team: desk}
teams: [{id: plant, name: Plant, lead: dora}, {id: desk, name: Desk, lead: emil}]
processes: [{id: triage, name: Triage, owner: emil}]
"""
TRAINED = [{"version": "1", "trained_at": "2023-01-01T00:00:00Z"}]
FULL = "{accountable_executive: [anna], deputy: [emil], data_scientist: [carla], ml_engineer: [dora]}"


@pytest.fixture
def registered(history: History) -> History:
    history.on("2026-01-01")
    history.people(PEOPLE)
    return history


def test_the_kinds_of_the_contract_that_are_judged_here_are_there() -> None:
    assert set(GAP_CHECKS.all()) >= {
        "no_accountable_executive", "unknown_person", "person_left", "no_deputy", "single_keeper",
        "executive_not_looked", "too_many_models", "not_monitored", "no_labels", "no_tests", "environment_mismatch",
        "no_promise", "no_lineage",
    }  # fmt: skip


def test_nobody_answers_between_two_executives(registered: History) -> None:
    registered.card("{deputy: [emil]}")
    registered.event(at="2024-01-01", role=EXECUTIVE, person="anna", **{"from": "2024-01-01", "to": "2024-03-31"})
    registered.event(at="2024-05-01", role=EXECUTIVE, person="carla", **{"from": "2024-05-01"})
    assert registered.gap("no_accountable_executive", "2024-03-31") is None
    assert registered.gap("no_accountable_executive", "2024-04-01") == ("high", "2024-04-01", "emil")
    assert registered.gap("no_accountable_executive", "2024-04-30") == ("high", "2024-04-01", "emil")
    assert registered.gap("no_accountable_executive", "2024-05-01") is None
    # Nothing that is dated says that the model was there before.
    assert registered.gaps("2023-12-31") == {}


def test_a_gap_is_one_as_far_as_was_known_then(registered: History) -> None:
    registered.card("{accountable_executive: [anna]}")
    registered.on("2026-03-01")
    registered.event(at="2026-02-01", role="deputy", person="emil")
    assert registered.gap("no_deputy", "2026-02-15") is None
    assert registered.gap("no_deputy", "2026-02-15", as_of="2026-02-28") == ("medium", "2026-01-01", "anna")
    registered.on("2026-04-01")
    registered.event(at="2026-02-01", role=EXECUTIVE, person="emil", known_at="2026-02-02")
    assert registered.executives("2026-02-10", as_of="2026-02-05") == ["anna", "emil"]


def test_who_has_left_leaves_a_gap_from_the_day_after(registered: History) -> None:
    registered.card(
        "{accountable_executive: [ben], deputy: [emil], ml_engineer: [{person: ben, from: 2024-07-15}]}",
        versions=TRAINED,
    )
    found = registered.gaps("2024-06-30")
    assert "person_left" not in found
    (gap,) = registered.gaps("2024-07-01")["person_left"]
    assert (gap.severity, str(gap.since), gap.person) == ("high", "2024-07-01", "emil")
    first, second = registered.gaps("2024-08-01")["person_left"]
    assert [(one.severity, str(one.since)) for one in (first, second)] == [
        ("high", "2024-07-01"),
        ("medium", "2024-07-15"),
    ]
    assert "Ben" in first.reason.render("en")
    assert first.reason.render("de") != first.reason.render("en")
    # A gap counts once: the executive is named, but has left.
    assert "no_accountable_executive" not in registered.gaps("2024-08-01")


def test_an_unknown_person_is_a_gap_until_registered(registered: History) -> None:
    registered.card("{accountable_executive: [{person: zoe, from: 2025-02-01}], domain_expert: [zoe]}")
    registered.on("2026-02-01")
    executive, expert = registered.gaps("2025-03-01")["unknown_person"]
    assert (executive.severity, str(executive.since), executive.person) == ("high", "2025-02-01", "zoe")
    assert expert.severity == "low"
    registered.people("people: [{id: zoe, name: Zoe}]")
    assert "unknown_person" not in registered.gaps("2025-03-01")
    assert "unknown_person" in registered.gaps("2025-03-01", as_of="2026-01-31")


def test_one_keeper_is_left_when_the_other_goes(registered: History) -> None:
    registered.card(
        "{accountable_executive: [anna], data_scientist: [carla], ml_engineer: [ben, carla]}", versions=TRAINED
    )
    assert registered.gap("single_keeper", "2024-06-30") is None
    assert registered.gap("single_keeper", "2024-07-01") == ("medium", "2024-07-01", "anna")
    registered.on("2026-02-01")
    registered.card("{accountable_executive: [anna]}")
    assert registered.gap("single_keeper", "2026-02-01") is None
    assert registered.gap("role_missing", "2026-02-01") == ("high", "2026-02-01", "anna")


def test_an_executive_has_ninety_days(registered: History) -> None:
    registered.card(FULL)
    registered.event("work", at="2024-01-10", person="anna", activity="reviewed")
    assert registered.gap("executive_not_looked", "2024-04-09") is None
    assert registered.gap("executive_not_looked", "2024-04-10") == ("medium", "2024-04-10", "anna")
    registered.event("work", at="2024-05-01", person="anna", activity="trained")
    assert registered.gap("executive_not_looked", "2024-05-02") == ("medium", "2024-04-10", "anna")
    registered.event("sign_off", at="2024-05-03", step="review", person="anna", decision="approve")
    assert registered.gap("executive_not_looked", "2024-05-03") is None
    # A new executive has ninety days from their first day, and the looks of the one before do not count for them.
    registered.event(at="2024-07-01", role=EXECUTIVE, person="anna", to="2024-07-31")
    registered.event(at="2024-08-01", role=EXECUTIVE, person="emil", **{"from": "2024-08-01"})
    registered.event("work", at="2024-09-01", person="anna", activity="answered")
    assert registered.gap("executive_not_looked", "2024-10-30") is None
    assert registered.gap("executive_not_looked", "2024-10-31") == ("medium", "2024-10-31", "emil")


def test_one_person_carries_most_of_five_models(registered: History) -> None:
    for number in range(4):
        registered.card("{ml_engineer: [carla]}", model=f"m{number}", versions=TRAINED)
    registered.card("{ml_engineer: [dora]}", model="m4")
    registered.card("{ml_engineer: [{person: carla, from: 2024-02-01}]}")
    (gap,) = registered.gaps("2024-03-01", model="m0")["too_many_models"]
    assert (gap.severity, str(gap.since), gap.person) == ("low", "2024-02-01", "carla")
    assert "too_many_models" not in registered.gaps("2024-01-31", model="m0")
    assert "too_many_models" not in registered.gaps("2024-03-01", model="m4")


def test_one_person_answers_for_nine_models(registered: History) -> None:
    for number in range(9):
        registered.card("{accountable_executive: [anna]}", model=f"m{number}")
    for number in range(3):
        registered.card("{accountable_executive: [emil]}", model=f"n{number}")
    assert registered.gaps("2026-01-01", model="m8")["too_many_models"][0].person == "anna"
    registered.on("2026-02-01")
    registered.card("{accountable_executive: [anna]}", model="m8", status="retired")
    assert "too_many_models" not in registered.gaps("2026-02-01", model="m7")


def test_a_low_gap_is_a_warning_like_a_medium_one(registered: History) -> None:
    registered.card(FULL.replace("}", ", domain_expert: [ben]}"))
    found = registered.gaps("2026-01-01")
    assert {gap.severity for name in OWNERSHIP_GAPS for gap in found.get(name, [])} == {"low"}
    verdict = area_statuses(registered.situation("2026-01-01"), "claims")["ownership"]
    assert verdict.status == "warn"
    assert "Ben" in verdict.reason.render()


def test_libraries_differ_while_a_version_runs_with_others(registered: History) -> None:
    trained = {"python": "3.11.7", "scikit-learn": "1.9.0", "numpy": "2.0"}
    there = [
        {"environment_name": "production", "from": "2024-01-01", "environment": {"scikit-learn": "1.9", "pip": "24"}},
        {"environment_name": "production", "from": "2024-02-01", "environment": {"scikit-learn": "1.9.1"}},
    ]
    registered.card(FULL, versions=[{"version": "1", "environment": trained, "deployments": there}])
    assert registered.gap("environment_mismatch", "2024-01-31") is None
    assert registered.gap("environment_mismatch", "2024-03-01") == ("low", "2024-02-01", "anna")
    running = {"version": "1", "environment_name": "production"}
    registered.event("deployment", at="2024-04-01", environment={"numpy": "1.26", "python": "3.12.1"}, **running)
    assert registered.gap("environment_mismatch", "2024-04-01") == ("high", "2024-02-01", "anna")
    registered.event("deployment", at="2024-05-01", environment=trained, **running)
    assert registered.gap("environment_mismatch", "2024-05-01") is None


def test_what_runs_is_watched_labelled_and_tested(registered: History) -> None:
    registered.card(FULL)
    found = registered.gaps("2026-01-01")
    assert found["not_monitored"][0].severity == "high"
    assert "no_labels" not in found
    rows = claims(number=300).frame.assign(fraud=None)
    registered.predictions(write_rows(rows, registered.folder / "rows.parquet"))
    assert "not_monitored" not in registered.gaps("2024-07-01")
    found = registered.gaps("2026-01-01")
    assert str(found["no_labels"][0].since) == "2024-01-01"
    assert found["no_tests"][0].severity == "medium"
    registered.event("test_run", at="2025-12-01", suite="unit", passed=0, failed=0)
    assert "no_tests" in registered.gaps("2026-01-01")
    registered.event("test_run", at="2025-12-02", suite="unit", passed=3, failed=1)
    assert "no_tests" not in registered.gaps("2026-01-01")
    assert "no_tests" in registered.gaps("2025-12-01")


def test_promise_and_origin_stand_on_the_card(registered: History) -> None:
    registered.card(FULL)
    assert registered.gap("no_promise", "2026-01-01") == ("medium", "2026-01-01", "anna")
    assert registered.gap("no_lineage", "2026-01-01") == ("low", "2026-01-01", "anna")
    registered.on("2026-02-01")
    value = {"value": {"promised_per_month": 100}}
    registered.card(FULL, business=value, versions=[{"version": "1", "training_data": "dataset/claims"}])
    assert registered.gap("no_promise", "2026-02-01") is None
    assert registered.gap("no_promise", "2026-01-31") == ("medium", "2026-01-01", "anna")
    assert registered.gap("no_lineage", "2026-02-01") is None


@pytest.mark.parametrize(
    ("stage", "executive", "kinds"),
    [
        ("production", "high", {"no_deputy", "not_monitored", "no_tests", "no_promise", "role_missing"}),
        ("validation", "medium", {"no_deputy", "no_tests", "no_promise", "role_missing", "no_lineage"}),
        ("design", "medium", {"no_deputy", "no_promise", "role_missing"}),
        ("idea", "low", set()),
        ("retired", None, set()),
    ],
)
def test_the_stage_decides_on_duties(registered: History, stage: str, executive: str, kinds: set[str]) -> None:
    registered.card("{}", status=stage)
    found = registered.gaps("2026-01-01")
    assert [gap.severity for gap in found.pop("no_accountable_executive", [])] == ([executive] if executive else [])
    judged_here = {name for name in found if GAP_CHECKS.get(name).find.__module__.split(".")[-1] in OWN}
    assert judged_here - {"no_labels", "no_lineage"} == kinds - {"no_labels", "no_lineage"}


OWN = ("people", "attention", "running")


def test_a_gap_ends_with_the_stage_that_asked_for_it(registered: History) -> None:
    registered.card("{}", status="idea")
    registered.on("2026-02-01")
    registered.card("{}", status="production")
    registered.on("2026-03-01")
    registered.card("{}", status="retired")
    assert registered.gap("no_deputy", "2026-01-15") is None
    assert registered.gap("no_deputy", "2026-02-15") == ("medium", "2026-02-01", None)
    assert registered.gap("no_accountable_executive", "2026-02-15") == ("high", "2026-01-01", None)
    assert set(registered.gaps("2026-03-01")) == {"missing_sign_off"}


def test_who_is_asked_is_there_on_that_day(registered: History) -> None:
    registered.card("{accountable_executive: [ben], deputy: [], business_stakeholder: [carla]}", versions=TRAINED)
    assert registered.gap("no_deputy", "2024-06-30") == ("medium", "2023-01-01", "ben")
    assert registered.gap("no_deputy", "2024-07-01") == ("medium", "2023-01-01", "carla")
    registered.on("2026-02-01")
    registered.card("{ml_engineer: [carla]}", business={"process": "triage"})
    assert registered.gap("no_deputy", "2026-02-01") == ("medium", "2026-01-01", "emil")
    registered.card("{ml_engineer: [carla]}")
    assert registered.gap("no_deputy", "2026-02-01") == ("medium", "2026-01-01", "dora")


def test_every_gap_has_a_severity_and_a_reason_in_both_languages(registered: History) -> None:
    registered.card("{accountable_executive: [ben], deputy: [zoe], ml_engineer: [carla]}")
    for found in registered.gaps("2026-01-01").values():
        for gap in found:
            assert gap.severity in SEVERITIES
            assert gap.reason.render("en") != gap.reason.render("de")
