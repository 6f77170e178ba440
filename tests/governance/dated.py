"""A store in which days pass: what people and programs do goes through actions on the day that a test says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.actions import assess_risk, promises, roles, sign_off, statements as statement_rules, visits
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.actions.rules import asking, imports, judging, signing
from dashboard.governance.situation import situation
from dashboard.governance.situation.situation import Situation
from dashboard.store import cards, events, organisation, statements
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import run_view

CLOCKS: tuple[ModuleType, ...] = (
    assess_risk, asking, cards, clock, events, imports, judging, visits, organisation, promises, roles, sign_off,
    signing, situation, statement_rules, statements,
)  # fmt: skip


class DatedStore:
    """A home on whose clock it is the day that `on` says; the model is `claims` where no other is named."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self.folder, self._patch = store, folder, patch

    def on(self, day: str, hour: int = 12) -> None:
        """Let everything that follows happen on a day (UTC), or at an instant."""
        moment = datetime.fromisoformat(day if "T" in day else f"{day}T{hour:02}:00:00+00:00")
        for module in CLOCKS:
            self._patch.setattr(module, "now", lambda: moment)

    def register_text(self, text: str) -> None:
        """Register a card, or people, teams and processes."""
        path = self.folder / "registered.yaml"
        path.write_text(text, encoding="utf-8")
        run_action(self.store, "register", Files(files=(path,)), operator("test"))

    def event(self, kind: str = "role", at: str = "", model: str = "claims", **content: object) -> None:
        """Import one event."""
        path = self.folder / "events.jsonl"
        path.write_text(json.dumps({"kind": kind, "model": model, "at": at, **content}) + "\n", encoding="utf-8")
        run_action(self.store, "ingest_events", Files(files=(path,)), operator("test"))

    def predictions(self, path: Path, model: str = "claims") -> None:
        """Ingest predictions and bring the model up to date."""
        run_action(self.store, "ingest_predictions", Delivery(model=model, files=(path,)), operator("test"))
        run_action(self.store, "monitor", Models(models=(model,)), operator("test"))

    def act(self, person: str, action: str, /, **values: object) -> str:
        """Do an action about the model in a person's name."""
        somebody = replace(operator(f"login:{person}"), person=person)
        return run_action(self.store, action, read_payload(action, {"model": "claims", **values}), somebody)

    def situation(self, day: str | None = None, as_of: str | None = None) -> Situation:
        """The situation on a day, as known at the end of another."""
        known = datetime.fromisoformat(f"{as_of}T23:59:59+00:00") if as_of else None
        return Situation(self.store, date.fromisoformat(day) if day else None, known)

    def show(self, view: str, on: str | None = None, as_of: str | None = None) -> pd.DataFrame:
        """A view about the model; `as_of` is an instant."""
        known = datetime.fromisoformat(as_of) if as_of else None
        day = date.fromisoformat(on) if on else None
        return run_view(self.store, view, Query(model="claims", on=day, as_of=known), operator("test"))
