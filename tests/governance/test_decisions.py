"""Decisions with a name and a day: on the desk of the named person until somebody says what became of them."""

from __future__ import annotations

import pytest

from dashboard.errors import ForbiddenError, InputRefusedError, NotFoundError
from dashboard.views.records import records
from tests.governance.conftest import History

PEOPLE = "people: [{id: anna, name: Anna}, {id: ben, name: Ben}, {id: carla, name: Carla, to: 2024-01-31}]\n"
TRAIN = "Train it on the new region."


@pytest.fixture
def opened(history: History) -> History:
    history.on("2024-05-01")
    history.people(PEOPLE)
    history.card("{accountable_executive: [anna]}")
    return history


def decide(history: History, **values: object) -> str:
    return history.act("anna", "record_decision", **{"decision": TRAIN, "reason": "It declines there.", **values})


def resolve(history: History, person: str, outcome: str = "done", decision: str = TRAIN) -> str:
    told = {"decision": decision, "outcome": outcome, "reason": "Version 2 is live."}
    return history.act(person, "resolve_decision", **told)


def states(history: History, on: str | None = None) -> list[tuple[object, ...]]:
    return [(row["state"], row["owner"], row["due"], row["outcome"]) for row in records(history.show("decisions", on))]


def tasks(history: History, on: str) -> list[tuple[object, ...]]:
    found = records(history.show("desk", on))
    return [(row["person"], row["due"], row["overdue"], row["page"]) for row in found if row["kind"] == "decision"]


def test_a_decision_is_a_task_of_the_named_person_until_it_is_resolved(opened: History):
    decide(opened, owner="ben", due="2024-05-20")
    assert tasks(opened, "2024-05-10") == [("ben", "2024-05-20", False, "meeting")]
    assert tasks(opened, "2024-05-21") == [("ben", "2024-05-20", True, "meeting")]
    assert states(opened, "2024-05-21") == [("overdue", "ben", "2024-05-20", None)]
    opened.on("2024-05-22")
    resolve(opened, "ben")
    assert states(opened) == [("done", "ben", "2024-05-20", "Version 2 is live.")]
    assert tasks(opened, "2024-05-22") == []
    assert states(opened, "2024-05-21") == [("overdue", "ben", "2024-05-20", None)]


def test_a_decision_without_a_name_is_a_rule_and_nobodys_task(opened: History):
    decide(opened)
    assert states(opened) == [("stated", None, None, None)]
    assert tasks(opened, "2024-05-10") == []


def test_only_the_owner_who_decided_and_who_answers_resolve_and_only_once(opened: History):
    decide(opened, owner="ben")
    with pytest.raises(ForbiddenError, match="Ben, Anna"):
        resolve(opened, "zoe")
    with pytest.raises(NotFoundError, match="not known"):
        resolve(opened, "ben", decision="Something else")
    resolve(opened, "anna", "dropped")
    with pytest.raises(InputRefusedError, match="already closed"):
        resolve(opened, "ben")
    assert [state for state, *_ in states(opened)] == ["dropped"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"owner": "carla"}, "has left"),
        ({"owner": "nobody"}, "is not registered"),
        ({"due": "2024-06-01"}, "Name who carries it out"),
        ({"owner": "ben", "due": "2024-04-30"}, "This day is over"),
    ],
)
def test_a_decision_that_nobody_can_carry_out_is_refused(opened: History, values: dict[str, object], words: str):
    with pytest.raises(InputRefusedError, match=words):
        decide(opened, **values)
    assert states(opened) == []
