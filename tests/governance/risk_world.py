"""A portfolio in which days pass, risks are rated and things happen; used by the tests of risks."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.actions.assess_risk import Assessment
from dashboard.actions.registry import run_action
from dashboard.governance.gaps.registry import Gap, find_gaps
from dashboard.store.engine.database import Store
from tests.acceptance.portfolio import BINARY_CARD, Rows, write_rows
from tests.governance.dated import DatedStore

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


class World(DatedStore):
    """A store with people and a process; everything is done by the operator unless a person is named."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(store, folder, patch)
        self.on("2024-01-01")
        self.register_text(PEOPLE)

    def card(
        self, risks: str = "{}", *, parts: str = RATED, more: str = "status: production\n", groups: str = SEGMENTS
    ) -> None:
        """Register the card of `claims` with these risks; `groups` stands for the segments among its data."""
        lines = [line for line in BINARY_CARD.splitlines() if not line.startswith(("business:", "time_zone:"))]
        text = "\n".join([*lines, "time_zone: UTC", parts, f"risks: {risks}", more]).replace(SEGMENTS, groups)
        self.register_text(text)

    def rows(self, rows: Rows) -> None:
        """Ingest predictions and bring everything up to date."""
        self.predictions(write_rows(rows.frame, self.folder / "rows.parquet"))

    def rate(self, person: str, **values: object) -> str:
        """Rate a risk as a person."""
        told = {"model": "claims", "risk": "outage", "likelihood": 2, "impact": 3, **values}
        who = Principal(f"test:{person}", person, frozenset({"business_stakeholder"}))
        return run_action(self.store, "assess_risk", Assessment.model_validate(told), who)

    def gaps(self, kind: str, day: str) -> list[Gap]:
        """The gaps of one kind on a day."""
        return [gap for gap in find_gaps(self.situation(day), ["claims"]) if gap.gap == kind]
