"""A portfolio in which days pass, risks are rated and things happen; used by the tests of risks."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.assess_risk import Assessment
from dashboard.actions.ingest import ModelFiles
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.gaps import Gap, find_gaps
from dashboard.governance.situation import Situation
from dashboard.store import cards, clock, events, organisation, statements
from dashboard.store.database import Store
from tests.acceptance.portfolio import BINARY_CARD, Rows, write_rows

SEGMENTS = "segments: [region, channel]"
PEOPLE = """
people:
  - {id: anna, name: Anna}
  - {id: ben, name: Ben}
  - {id: cleo, name: Cleo, to: 2024-03-31}
  - {id: dora, name: Dora}
processes: [{id: triage, name: Triage, owner: dora, tolerable_outage_hours: 4}]
"""
RATED = """
business: {process: triage, automation: decision_support, purposes: [sorting]}
roles: {accountable_executive: [anna], data_scientist: [ben]}
"""


class World:
    """A store with people and a process; everything is done by the operator unless a person is named."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self._folder, self._patch = store, folder, patch
        path = folder / "people.yaml"
        path.write_text(PEOPLE, encoding="utf-8")
        self.at("2024-01-01")
        run_action(store, "register", Files(files=(path,)), operator("test"))

    def at(self, day: str) -> None:
        """Let the clock stand at noon of a day."""
        moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        for module in (clock, cards, events, organisation, statements):
            self._patch.setattr(module, "now", lambda: moment)
        from dashboard.actions import assess_risk
        from dashboard.governance import situation

        for used in (assess_risk, situation):
            self._patch.setattr(used, "now", lambda: moment)

    def card(
        self, risks: str = "{}", *, parts: str = RATED, more: str = "status: production\n", groups: str = SEGMENTS
    ) -> None:
        """Register the card of `claims` with these risks; `groups` stands for the segments among its data."""
        lines = [line for line in BINARY_CARD.splitlines() if not line.startswith(("business:", "time_zone:"))]
        text = "\n".join([*lines, "time_zone: UTC", parts, f"risks: {risks}", more]).replace(SEGMENTS, groups)
        path = self._folder / "claims.yaml"
        path.write_text(text, encoding="utf-8")
        run_action(self.store, "register", Files(files=(path,)), operator("test"))

    def event(self, kind: str, at: str, **content: object) -> None:
        """Ingest one event."""
        path = self._folder / "events.jsonl"
        path.write_text(json.dumps({"kind": kind, "model": "claims", "at": at, **content}) + "\n", encoding="utf-8")
        run_action(self.store, "ingest_events", Files(files=(path,)), operator("test"))

    def rows(self, rows: Rows) -> None:
        """Ingest predictions and bring everything up to date."""
        path = write_rows(rows.frame, self._folder / "rows.parquet")
        run_action(self.store, "ingest_predictions", ModelFiles(model="claims", files=(path,)), operator("test"))
        run_action(self.store, "monitor", Models(), operator("test"))

    def rate(self, person: str, **values: object) -> str:
        """Rate a risk as a person."""
        told = {"model": "claims", "risk": "outage", "likelihood": 2, "impact": 3, **values}
        who = Principal(f"test:{person}", person, frozenset({"business_stakeholder"}))
        return run_action(self.store, "assess_risk", Assessment.model_validate(told), who)

    def on(self, day: str, as_of: str | None = None) -> Situation:
        """The situation on a day, as known at the end of another."""
        known = datetime.fromisoformat(f"{as_of}T23:59:59+00:00") if as_of else None
        return Situation(self.store, date.fromisoformat(day), known)

    def gaps(self, kind: str, day: str) -> list[Gap]:
        """The gaps of one kind on a day."""
        return [gap for gap in find_gaps(self.on(day), ["claims"]) if gap.gap == kind]
