"""A model with rows in its log and people who judge its predictions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.access.principal import Principal, operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows

CARD = BINARY_CARD
BY_HAND = operator("test")
PEOPLE = ["eva", "tom", "dora", *(f"p{number:02}" for number in range(20))]
ROLES = {"dora": "data_scientist"}


@dataclass
class Experts:
    """A store, and people who act in it."""

    store: Store
    folder: Path

    def principal(self, person: str) -> Principal:
        roles = frozenset({ROLES.get(person, "domain_expert")})
        return Principal(f"switcher:{person}", person, roles)

    def act(self, person: str, action: str, **values: Any) -> str:
        payload = read_payload(action, {"model": "claims", **values})
        return run_action(self.store, action, payload, self.principal(person))

    def give(self, person: str, prediction: str, verdict: str, **values: Any) -> str:
        return self.act(person, "give_feedback", prediction=prediction, verdict=verdict, **values)

    def import_events(self, *events: Mapping[str, object]) -> None:
        path = self.folder / "events.jsonl"
        path.write_text("".join(json.dumps({"model": "claims", **event}) + "\n" for event in events), "utf-8")
        run_action(self.store, "ingest_events", Files(files=(path,)), BY_HAND)

    def show(self, view: str, **asked: Any) -> list[dict[str, Any]]:
        frame = run_view(self.store, view, Query(model="claims", **asked), BY_HAND)
        return [
            {name: None if pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")
        ]

    def this_year(self) -> tuple[Situation, str, tuple[date, date]]:
        """What evidence is asked about: everything until now."""
        return Situation(self.store), "claims", (date(2000, 1, 1), date(now().year + 1, 1, 1))


@contextmanager
def opened_with(folder: Path, card: str, rows: pd.DataFrame | None = None) -> Iterator[Experts]:
    """A home with a model of this card, its rows (by default 400 claims) and the people."""
    store = open_store(folder / "home")
    try:
        texts = {
            "card": card,
            "people": "people:\n" + "".join(f"  - {{id: {one}, name: {one.title()}}}\n" for one in PEOPLE),
        }
        for name, text in texts.items():
            (folder / f"{name}.yaml").write_text(text, "utf-8")
            run_action(store, "register", Files(files=(folder / f"{name}.yaml",)), BY_HAND)
        path = write_rows(claims(number=400).frame if rows is None else rows, folder / "rows.parquet")
        run_action(store, "ingest_predictions", Delivery(model="claims", files=(path,)), BY_HAND)
        yield Experts(store, folder)
    finally:
        store.close()
