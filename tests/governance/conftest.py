"""The stores of these tests, each with the words that its tests speak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dashboard.governance.gaps.registry import Gap, find_gaps
from dashboard.store.engine.database import open_store
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.dated import DatedStore
from tests.governance.risk_world import World
from tests.governance.signing import Ledger


class History(DatedStore):
    """Who holds which role of which model, and what is missing."""

    def card(self, roles: str = "{}", model: str = "claims", **more: object) -> None:
        card = yaml.safe_load(BINARY_CARD)
        value = {**card, "id": model, "roles": yaml.safe_load(roles), **more}
        self.register_text(yaml.safe_dump({**value, "business": {**card["business"], **value["business"]}}))

    def people(self, text: str) -> None:
        self.register_text(text)

    def executives(self, day: str, as_of: str | None = None) -> list[str]:
        return self.holders("accountable_executive", day, as_of)

    def holders(self, role: str, day: str, as_of: str | None = None) -> list[str]:
        return self.situation(day, as_of).holders("claims", role)  # type: ignore[arg-type]

    def gaps(self, day: str | None = None, as_of: str | None = None, model: str = "claims") -> dict[str, list[Gap]]:
        """The gaps of a model on a day, by kind."""
        found: dict[str, list[Gap]] = {}
        for gap in find_gaps(self.situation(day, as_of), [model]):
            found.setdefault(gap.gap, []).append(gap)
        return found

    def gap(self, kind: str, day: str, as_of: str | None = None) -> tuple[str, str | None, str | None] | None:
        """Severity, first day and whom to ask of the one gap of a kind; None when there is none."""
        found = self.gaps(day, as_of).get(kind, [])
        assert len(found) < 2
        return next(((one.severity, one.since.isoformat() if one.since else None, one.person) for one in found), None)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    store = open_store(tmp_path / "home")
    yield History(store, tmp_path, monkeypatch)
    store.close()


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    store = open_store(tmp_path / "home")
    yield Ledger(store, tmp_path, monkeypatch)
    store.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    store = open_store(tmp_path / "home")
    yield World(store, tmp_path, monkeypatch)
    store.close()
