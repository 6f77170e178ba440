"""A ledger of a few models about which things are recorded, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.store.engine.database import open_store
from tests.governance.conftest import History

PEOPLE = """
people:
  - {id: anna, name: Anna, team: desk, executive: true}
  - {id: ben, name: Ben, team: desk}
  - {id: carla, name: Carla, team: plant}
teams: [{id: plant, name: Plant}, {id: desk, name: Desk}]
processes: [{id: intake, name: Intake, owner: ben}]
"""


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    """Three models of different people, on 1 May 2024."""
    store = open_store(tmp_path / "home")
    known = History(store, tmp_path, monkeypatch)
    known.on("2024-05-01")
    known.people(PEOPLE)
    known.card("{accountable_executive: [anna], ml_engineer: [carla]}", time_zone="Europe/Zurich")
    known.card("{accountable_executive: [anna], deputy: [ben]}", model="loans", time_zone="America/New_York")
    known.card(
        "{accountable_executive: [zoe]}", model="offers", business={"process": "intake"}, time_zone="Europe/Zurich"
    )
    yield known
    store.close()
