"""A store in which days pass: cards are registered, events happen, people sign."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
import yaml

from dashboard.access.principal import operator
from dashboard.actions import sign_off as signing
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.governance import situation
from dashboard.store import cards, clock, events, organisation, statements
from dashboard.store.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD

CLOCKS: tuple[ModuleType, ...] = (clock, cards, events, organisation, statements, situation, signing)
ROLES = {
    "accountable_executive": ["eva"],
    "business_stakeholder": ["bea"],
    "domain_expert": ["dan"],
    "data_scientist": ["sam"],
    "deputy": ["dora"],
}
VERSIONS = [
    {
        "version": "1",
        "trained_at": "2024-01-10T00:00:00Z",
        "training_data": "dataset/2023",
        "environment": {"numpy": "2.1.0"},
        "deployments": [{"environment_name": "production", "from": "2024-02-01"}],
    }
]


class Ledger:
    """The model `claims` on any day; what people and programs do goes through actions."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self._folder, self._patch = store, folder, patch
        self.card = yaml.safe_load(BINARY_CARD) | {"status": "production", "roles": ROLES, "versions": VERSIONS}
        self.card["business"] |= {"purposes": ["triage"], "automation": "decision_support"}

    def on(self, day: str, hour: int = 12) -> None:
        """Let everything that follows happen on a day (UTC)."""
        moment = datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
        for module in CLOCKS:
            self._patch.setattr(module, "now", lambda: moment)

    def register(self, **changes: object) -> None:
        """Register the card with changed keys; `business__purposes` stands for a key of a part."""
        for name, value in changes.items():
            part, _, key = name.partition("__")
            self.card = {**self.card, part: {**self.card[part], key: value} if key else value}
        path = self._folder / "card.yaml"
        path.write_text(yaml.safe_dump(self.card), encoding="utf-8")
        run_action(self.store, "register", Files(files=(path,)), operator("test"))

    def event(self, kind: str, at: str, **content: object) -> None:
        """Import one event about the model."""
        path = self._folder / "events.jsonl"
        path.write_text(json.dumps({"kind": kind, "model": "claims", "at": at, **content}) + "\n", encoding="utf-8")
        run_action(self.store, "ingest_events", Files(files=(path,)), operator("test"))

    def signed(self, step: str, person: str, at: str, decision: str = "approve", **more: object) -> None:
        """Import a sign-off."""
        self.event("sign_off", at, step=step, person=person, decision=decision, **more)

    def act(self, person: str, action: str, **values: object) -> str:
        """Do an action about the model in a person's name."""
        somebody = replace(operator(f"login:{person}"), person=person)
        return run_action(self.store, action, read_payload(action, {"model": "claims", **values}), somebody)

    def show(self, view: str, on: str | None = None, as_of: str | None = None) -> pd.DataFrame:
        """A view about the model."""
        known = datetime.fromisoformat(as_of) if as_of else None
        day = date.fromisoformat(on) if on else None
        return run_view(self.store, view, Query(model="claims", on=day, as_of=known), operator("test"))

    def state(self, step: str, on: str | None = None, as_of: str | None = None) -> str:
        """How a step stands."""
        frame = self.show("sign-offs", on, as_of)
        return str(frame.loc[frame["step"] == step, "state"].iloc[0])

    def signer(self, step: str, role: str, column: str = "person") -> object:
        """Whose signature is in force for a role, or another column of its row."""
        frame = self.show("sign-offs")
        return frame.loc[(frame["step"] == step) & (frame["role"] == role), column].iloc[0]

    def gaps(self, gap: str, on: str | None = None, as_of: str | None = None) -> list[dict[str, object]]:
        """The gaps of one kind."""
        frame = self.show("gaps", on, as_of)
        return frame[frame["gap"] == gap].to_dict("records")
