"""What stands on one team, and on one person of it, counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.access.principal import operator
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.governance.conftest import History

PEOPLE = """
people:
  - {id: anna, name: Anna, team: desk}
  - {id: ben, name: Ben, team: lab}
  - {id: carla, name: Carla, team: lab, to: 2025-06-30}
  - {id: dora, name: Dora, team: plant}
  - {id: emil, name: Emil}
"""


def rows(history: History, day: str) -> dict[str | None, tuple[int, ...]]:
    """people, accountable, kept, kept_alone, on_one_person, carried of each team."""
    frame = run_view(history.store, "team-loads", Query(on=date.fromisoformat(day)), operator("test"))
    columns = ["people", "accountable", "kept", "kept_alone", "on_one_person", "carried"]
    return {row["team"]: tuple(int(row[name]) for name in columns) for row in frame.to_dict("records")}


@pytest.fixture
def portfolio(history: History) -> History:
    history.on("2025-01-15")
    history.people(PEOPLE)
    history.card("{accountable_executive: [anna], ml_engineer: [ben]}", model="a", status="production")
    history.card("{accountable_executive: [anna], ml_engineer: [ben, carla]}", model="b", status="production")
    history.card("{accountable_executive: [ben], data_scientist: [ben, dora]}", model="c", status="development")
    history.card("{accountable_executive: [zoe], data_engineer: [emil, zoe]}", model="d", status="production")
    history.card("{accountable_executive: [anna], ml_engineer: [dora]}", model="e", status="retired")
    return history


def test_models_are_counted_by_the_team_of_those_who_carry_them(portfolio: History) -> None:
    found = rows(portfolio, "2025-02-01")
    # Zoe is registered by nobody, model e is retired; Dora keeps c beside the lab.
    assert found == {
        "lab": (2, 1, 3, 2, 1, 3),
        "desk": (1, 2, 0, 0, 0, 2),
        "plant": (1, 0, 1, 0, 0, 1),
        None: (1, 0, 1, 1, 1, 1),
    }


def test_a_leaver_leaves_a_model_on_one_person(portfolio: History) -> None:
    assert rows(portfolio, "2025-06-30")["lab"] == (2, 1, 3, 2, 1, 3)
    assert rows(portfolio, "2025-07-01")["lab"] == (1, 1, 3, 2, 2, 3)
