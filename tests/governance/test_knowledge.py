"""Levels of knowledge and who could take over, on hand-made records."""

from __future__ import annotations

import pytest

from dashboard.governance.ownership.knowledge import knowledge_level
from dashboard.governance.ownership.succession import departures, next_best
from tests.governance.conftest import History

PEOPLE = """
people:
  - {id: anna, name: Anna, team: desk, executive: true}
  - {id: ben, name: Ben, team: desk}
  - {id: carla, name: Carla, team: plant}
  - {id: dora, name: Dora, team: plant}
  - {id: emil, name: Emil, team: plant, to: 2025-06-30}
  - {id: fritz, name: Fritz, team: plant, executive: true}
  - {id: gina, name: Gina, team: desk}
teams: [{id: plant, name: {en: Plant, de: Werk}}]
"""


@pytest.fixture
def worked(history: History) -> History:
    history.on("2025-01-15")
    history.people(PEOPLE)
    history.card("{accountable_executive: [anna], deputy: [ben], ml_engineer: [carla]}")
    return history


def work(history: History, person: str, at: str, activity: str = "repaired") -> None:
    history.event("work", at=at, person=person, activity=activity)


def level(history: History, day: str, as_of: str | None = None) -> int | None:
    return knowledge_level(history.situation(day, as_of), "claims").level


def test_without_any_record_the_level_is_unknown(worked: History) -> None:
    told = knowledge_level(worked.situation("2025-06-01"), "claims")
    assert told.level is None
    assert len(told.reasons) == 1


def test_three_people_and_fresh_papers_are_safe(worked: History) -> None:
    work(worked, "carla", "2025-02-01", "reproduced")
    work(worked, "dora", "2025-03-01", "reviewed")
    work(worked, "emil", "2025-04-01")
    assert level(worked, "2025-06-01") == 1
    # Emil leaves: one of three is missing. A year after the first work only Dora and nobody else is recent.
    assert level(worked, "2025-07-01") == 2
    # 2026-02-01 is 365 days after Carla's work: it is no longer recent, and card and review are still fresh.
    assert level(worked, "2026-02-01") == 3
    # Nobody recent (4), and the review is older than a year (5).
    assert level(worked, "2026-04-02") == 5
    assert level(worked, "2025-02-15") == 3
    assert level(worked, "2025-01-20") is None


def test_one_head_with_most_of_the_work_raises_the_level(worked: History) -> None:
    for day in ("01", "02", "03", "04", "05", "06"):
        work(worked, "carla", f"2025-03-{day}", "reproduced")
    work(worked, "dora", "2025-03-07")
    work(worked, "ben", "2025-03-08")
    # 6 of 8 are 75 %; with one more of another person 6 of 9 are 67 %.
    assert level(worked, "2025-03-08") == 2
    work(worked, "ben", "2025-03-09")
    assert level(worked, "2025-03-09") == 1


def test_training_review_and_deputy_count(worked: History) -> None:
    for person in ("carla", "dora", "ben"):
        work(worked, person, "2027-05-01", "answered")
    told = knowledge_level(worked.situation("2027-06-01"), "claims")
    # Never trained or reproduced, and the card is of January 2025.
    assert told.level == 3
    worked.event(at="2027-06-02", role="deputy", person="ben", to="2027-06-02")
    assert level(worked, "2027-06-03") == 4
    assert all(reason.render("de") != reason.render("en") for reason in told.reasons)


def test_an_unknown_person_is_no_head(worked: History) -> None:
    work(worked, "zoe", "2025-03-01", "reproduced")
    assert level(worked, "2025-03-02") == 4


def test_the_level_is_that_of_what_was_known_then(worked: History) -> None:
    for person in ("carla", "dora", "ben"):
        worked.event("work", at="2025-03-01", person=person, activity="reproduced")
    worked.on("2025-05-01")
    work(worked, "fritz", "2025-03-01")
    facts = knowledge_level(worked.situation("2025-04-01", as_of="2025-04-01"), "claims").facts
    assert set(facts.worked) == {"carla", "dora", "ben"}
    assert len(knowledge_level(worked.situation("2025-04-01"), "claims").facts.worked) == 4


def test_who_takes_over_is_ranked_by_work_then_role_then_team(worked: History) -> None:
    worked.card("{accountable_executive: [fritz], ml_engineer: [dora]}", model="other")
    work(worked, "ben", "2025-02-01")
    found = next_best(worked.situation("2025-03-01"), "claims", "ml_engineer")
    assert [(one.person, one.reason.message.split()[0]) for one in found] == [
        ("ben", "worked"),
        ("dora", "is"),
        ("emil", "is"),
    ]
    # Emil has left by then; Fritz is of the team as well.
    assert [one.person for one in next_best(worked.situation("2025-08-01"), "claims", "ml_engineer")] == [
        "ben", "dora", "fritz",
    ]  # fmt: skip
    assert found[2].reason.render("de").endswith("Werk")


def test_executives_follow_executives_and_builders_do_not_judge(worked: History) -> None:
    worked.card("{accountable_executive: [fritz], ml_engineer: [dora]}", model="other")
    work(worked, "dora", "2025-02-01")
    situation = worked.situation("2025-03-01")
    assert [one.person for one in next_best(situation, "claims", "accountable_executive")] == ["ben", "fritz"]
    deputies = [one.person for one in next_best(situation, "claims", "deputy")]
    assert "dora" not in deputies
    assert "anna" not in deputies
    assert deputies == ["gina"]


def test_a_leaver_leaves_alone_what_nobody_else_fills(worked: History) -> None:
    found = {(one.person, one.role): one.alone for one in departures(worked.situation("2025-03-01"), "claims")}
    assert found == {
        ("anna", "accountable_executive"): True,
        ("ben", "deputy"): True,
        ("carla", "ml_engineer"): True,
    }
    worked.event(at="2025-02-01", role="data_scientist", person="dora")
    worked.event(at="2025-02-01", role="deputy", person="emil")
    found = {(one.person, one.role): one.alone for one in departures(worked.situation("2025-03-01"), "claims")}
    assert not found["carla", "ml_engineer"]
    assert not found["ben", "deputy"]
    # Emil has left in July, so that Ben is the only deputy again.
    found = {(one.person, one.role): one.alone for one in departures(worked.situation("2025-07-01"), "claims")}
    assert found["ben", "deputy"]
