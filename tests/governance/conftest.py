"""A store in which days can pass: cards, people and events are recorded on the day that a test says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from dashboard.access.principal import operator
from dashboard.actions import looks, roles
from dashboard.actions.ingest import ModelFiles
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.gaps import Gap, find_gaps
from dashboard.governance.situation import Situation
from dashboard.store import cards, clock, events, organisation, statements
from dashboard.store.database import Store, open_store
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.signing import Ledger

CLOCKED = (cards, clock, events, looks, organisation, roles, statements)


class History:
    """A home on whose clock it is the day that `on` says, at noon UTC."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self.folder, self._patch = store, folder, patch

    def on(self, day: str) -> None:
        moment = datetime.fromisoformat(day if "T" in day else f"{day}T12:00:00+00:00")
        for module in CLOCKED:
            self._patch.setattr(module, "now", lambda: moment)

    def card(self, roles: str = "{}", model: str = "claims", **more: object) -> None:
        card = yaml.safe_load(BINARY_CARD)
        value = {**card, "id": model, "roles": yaml.safe_load(roles), **more}
        self._register(yaml.safe_dump({**value, "business": {**card["business"], **value["business"]}}))

    def people(self, text: str) -> None:
        self._register(text)

    def _register(self, text: str) -> None:
        path = self.folder / "registered.yaml"
        path.write_text(text, encoding="utf-8")
        run_action(self.store, "register", Files(files=(path,)), operator("test"))

    def event(self, kind: str = "role", model: str = "claims", **content: object) -> None:
        path = self.folder / "events.jsonl"
        path.write_text(json.dumps({"kind": kind, "model": model, **content}) + "\n", encoding="utf-8")
        run_action(self.store, "ingest_events", Files(files=(path,)), operator("test"))

    def predictions(self, path: Path, model: str = "claims") -> None:
        run_action(self.store, "ingest_predictions", ModelFiles(model=model, files=(path,)), operator("test"))
        run_action(self.store, "monitor", Models(models=(model,)), operator("test"))

    def situation(self, day: str | None = None, as_of: str | None = None) -> Situation:
        known = datetime.fromisoformat(f"{as_of}T23:59:59+00:00") if as_of else None
        return Situation(self.store, date.fromisoformat(day) if day else None, known)

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
