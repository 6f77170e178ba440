"""Who answers is an executive of the business, as far as teams, people and roles tell it."""

from __future__ import annotations

import pytest

from tests.governance.conftest import History

GAP = "executive_not_business"
PEOPLE = """
people:
  - {id: anna, name: Anna, team: desk, executive: true}
  - {id: ben, name: Ben, team: desk}
  - {id: carla, name: Carla, team: lab, executive: true}
  - {id: dora, name: Dora, executive: true, to: 2025-06-30}
teams: [{id: desk, name: Desk, side: business}, {id: lab, name: {en: Lab, de: Labor}, side: technical}]
"""


def told(history: History, day: str) -> list[tuple[str, str | None, str]]:
    """Severity, since when, and the reason of each gap on a day."""
    found = history.gaps(day).get(GAP, [])
    return [(one.severity, one.since.isoformat() if one.since else None, one.reason.render("en")) for one in found]


@pytest.fixture
def desk(history: History) -> History:
    history.on("2025-01-15")
    history.people(PEOPLE)
    return history


def test_an_executive_of_a_business_team_is_fine(desk: History) -> None:
    desk.card("{accountable_executive: [anna], ml_engineer: [carla]}", status="production")
    assert told(desk, "2025-02-01") == []


@pytest.mark.parametrize(
    ("person", "severity", "words"),
    [
        (
            "carla",
            "medium",
            "Carla is accountable for this model but belongs to the team Lab, which is a technical team.",
        ),
        ("ben", "medium", "Ben is accountable for this model but not registered as an executive."),
        (
            "dora",
            "low",
            "Dora is accountable for this model; whether their team belongs to the business or to technology is "
            "not stated.",
        ),
    ],
)
def test_somebody_else_is_a_gap_since_the_day_on_which_they_answer(
    desk: History, person: str, severity: str, words: str
) -> None:
    desk.card("{accountable_executive: [{person: anna, to: 2025-01-31}]}", status="production")
    desk.event(at="2025-02-01", role="accountable_executive", person=person)
    assert told(desk, "2025-01-31") == []
    assert told(desk, "2025-02-15") == [(severity, "2025-02-01", words)]


def test_who_answers_and_builds_the_same_model_is_a_gap_while_they_build_it(desk: History) -> None:
    desk.card("{accountable_executive: [anna]}", status="production")
    desk.event(at="2025-03-01", role="data_scientist", person="anna", **{"from": "2025-03-01", "to": "2025-03-31"})
    assert told(desk, "2025-02-28") == []
    words = "Anna is accountable for this model and also builds it (Data scientist)."
    assert told(desk, "2025-03-31") == [("medium", "2025-03-01", words)]
    assert told(desk, "2025-04-01") == []


def test_a_model_that_is_built_is_judged_more_gently_and_an_idea_not_at_all(desk: History) -> None:
    for status, severities in (("development", ["low"]), ("idea", []), ("retired", [])):
        desk.card("{accountable_executive: [ben]}", status=status)
        assert [severity for severity, _, _ in told(desk, "2025-01-15")] == severities


def test_where_nobody_states_such_things_nothing_is_said(history: History) -> None:
    history.on("2025-01-15")
    history.people("people: [{id: anna, name: Anna, team: desk}]\nteams: [{id: desk, name: Desk}]")
    history.card("{accountable_executive: [anna]}", status="production")
    assert told(history, "2025-02-01") == []
    # A leaver who was an executive says nothing about those who are there.
    history.people("people: [{id: dora, name: Dora, executive: true, to: 2025-06-30}]")
    assert [severity for severity, _, _ in told(history, "2025-06-30")] == ["medium"]
    assert told(history, "2025-07-01") == []
