"""Assigning, ending and handing over roles, and looks: one history with cards and imported events."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.registry import read_payload, run_action
from dashboard.cli.command_line import main
from dashboard.errors import ForbiddenError, InputRefusedError, NotFoundError
from dashboard.store.audit.chain import read_entries
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.conftest import History

PEOPLE = "people: [{id: anna, name: Anna}, {id: ben, name: Ben}, {id: gone, name: Gone, to: 2025-12-31}]"
EXECUTIVE = "accountable_executive"


@pytest.fixture
def ledger(history: History) -> History:
    history.on("2026-01-01")
    history.people(PEOPLE)
    history.card("{accountable_executive: [anna]}")
    return history


def act(history: History, action: str, principal: Principal | None = None, **values: object) -> str:
    payload = read_payload(action, {"model": "claims", "reason": "as agreed", **values})
    return run_action(history.store, action, payload, principal or operator("manager"))


def refused(history: History, action: str, **values: object) -> str:
    with pytest.raises(InputRefusedError) as caught:
        act(history, action, **values)
    (problem,) = caught.value.problems
    assert problem.sentence is not None
    return str(problem.field)


def test_an_assignment_holds_from_its_day_and_was_not_known_before(ledger: History) -> None:
    ledger.on("2026-03-01")
    act(ledger, "assign_role", role="deputy", person="ben", **{"from": "2026-02-01", "to": "2026-12-31"})
    assert ledger.holders("deputy", "2026-01-31") == []
    assert ledger.holders("deputy", "2026-02-01") == ["ben"]
    assert ledger.holders("deputy", "2027-01-01") == []
    assert ledger.holders("deputy", "2026-02-15", as_of="2026-02-28") == []
    with ledger.store.cursor() as cursor:
        entry = read_entries(cursor)[-1]
    assert (entry.action, entry.actor) == ("assign_role", "manager")
    assert json.loads(entry.before)["claims"] == {"deputy": []}
    told = {"role": "deputy", "person": "ben", "from": "2026-02-01", "to": "2026-12-31", "reason": "as agreed"}
    assert json.loads(entry.after)["claims"] == {"role_events": [told]}


def test_today_is_the_day_of_the_model(ledger: History) -> None:
    # 14:30 UTC in January is half past one of the next day on Lord Howe.
    ledger.on("2026-01-10T14:30:00+00:00")
    act(ledger, "assign_role", role="deputy", person="ben")
    assert ledger.holders("deputy", "2026-01-10") == []
    assert ledger.holders("deputy", "2026-01-11") == ["ben"]


def test_an_ending_is_the_last_day(ledger: History) -> None:
    ledger.on("2026-05-01")
    act(ledger, "end_role", role=EXECUTIVE, person="anna", to="2026-04-30")
    assert ledger.executives("2026-04-30") == ["anna"]
    assert ledger.executives("2026-05-01") == []
    assert ledger.executives("2026-05-01", as_of="2026-04-30") == ["anna"]


def test_what_was_assigned_by_mistake_can_be_taken_back_the_same_day(ledger: History) -> None:
    ledger.on("2026-05-01")
    act(ledger, "assign_role", role="deputy", person="ben")
    act(ledger, "end_role", role="deputy", person="ben", to="2026-04-30")
    assert [ledger.holders("deputy", day) for day in ("2026-04-30", "2026-05-01")] == [[], []]


def test_a_hand_over_leaves_no_day_without_and_none_with_two(ledger: History) -> None:
    ledger.on("2026-05-01")
    told = act(ledger, "hand_over", role=EXECUTIVE, person="anna", successor="ben", day="2026-05-10")
    assert "no_deputy" in told
    assert ledger.executives("2026-05-09") == ["anna"]
    assert ledger.executives("2026-05-10") == ["ben"]
    with ledger.store.cursor() as cursor:
        entry = read_entries(cursor)[-1]
        assert cursor.execute("SELECT count(*) FROM events WHERE kind = 'role'").fetchone() == (2,)
    assert "no_deputy" in json.loads(entry.after)["claims"]["open"]
    assert json.loads(entry.before)["claims"] == {EXECUTIVE: ["anna"]}


def test_a_role_of_an_unknown_person_can_be_handed_over(ledger: History) -> None:
    ledger.on("2026-02-01")
    ledger.card("{accountable_executive: [anna], ml_engineer: [nobody.knows]}")
    ledger.on("2026-03-01")
    act(ledger, "hand_over", role="ml_engineer", person="nobody.knows", successor="ben")
    assert ledger.holders("ml_engineer", "2026-02-28") == ["nobody.knows"]
    assert ledger.holders("ml_engineer", "2026-03-01") == ["ben"]


def test_faulty_wishes_are_refused_and_nothing_is_written(ledger: History) -> None:
    ledger.on("2026-03-01")
    assert refused(ledger, "assign_role", role="deputy", person="zoe") == "person"
    assert refused(ledger, "assign_role", role="deputy", person="gone") == "person"
    assert refused(ledger, "assign_role", role=EXECUTIVE, person="anna") == "person"
    assert refused(ledger, "assign_role", role="deputy", person="ben", to="2026-02-01") == "to"
    assert refused(ledger, "end_role", role="deputy", person="anna") == "person"
    assert refused(ledger, "hand_over", role=EXECUTIVE, person="anna", successor="anna") == "successor"
    assert refused(ledger, "hand_over", role="deputy", person="ben", successor="anna") == "person"
    with pytest.raises(NotFoundError, match="claims"):
        act(ledger, "assign_role", model="clams", role="deputy", person="ben")
    with ledger.store.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_nobody_makes_themselves_executive(ledger: History) -> None:
    ben = Principal("ben", "ben", frozenset({"manager"}))
    for role in (EXECUTIVE, "deputy", "business_stakeholder", "domain_expert"):
        with pytest.raises(ForbiddenError, match="give yourself this role"):
            act(ledger, "assign_role", ben, role=role, person="ben")
    with pytest.raises(ForbiddenError, match="give yourself this role"):
        act(ledger, "hand_over", ben, role=EXECUTIVE, person="anna", successor="ben")
    act(ledger, "assign_role", operator("test"), role="deputy", person="ben")
    assert ledger.holders("deputy", "2026-01-02") == ["ben"]
    with pytest.raises(ForbiddenError, match="manager"):
        act(ledger, "end_role", replace(ben, roles=frozenset({"data_scientist"})), role="deputy", person="ben")


def test_a_look_is_noted_once_a_day_and_keeps_the_executive_awake(ledger: History) -> None:
    anna = Principal("anna", "anna", frozenset({"business_stakeholder"}))
    look = read_payload("record_look", {"model": "claims"})
    ledger.on("2026-06-01")
    assert ledger.gap("executive_not_looked", "2026-06-01") == ("medium", "2026-04-02", "anna")
    for _ in range(2):
        run_action(ledger.store, "record_look", look, anna)
    assert len(ledger.situation().statements("claims", "look")) == 1
    assert ledger.gap("executive_not_looked", "2026-06-01") is None
    ledger.on("2026-06-02")
    run_action(ledger.store, "record_look", look, anna)
    assert len(ledger.situation().statements("claims", "look")) == 2
    with pytest.raises(ForbiddenError, match="person"):
        run_action(ledger.store, "record_look", look, operator("program"))


def test_the_command_line_assigns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    (tmp_path / "card.yaml").write_text(BINARY_CARD, encoding="utf-8")
    (tmp_path / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("card.yaml", "people.yaml")]
    assert main(["register", *files, "--home", str(home)]) == 0
    command = ["assign", "role", "claims", "deputy", "ben", "--reason", "stand-in", "--from", "2026-02-01"]
    assert main([*command, "--home", str(home)]) == 0
    assert "ben is deputy of claims from 2026-02-01" in capsys.readouterr().out
    assert main(["show", "people", "claims", "--on", "2026-02-01", "--format", "csv", "--home", str(home)]) == 0
    assert "ben,Ben,,deputy,claims,2026-02-01," in capsys.readouterr().out
