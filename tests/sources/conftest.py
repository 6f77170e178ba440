"""A home with one model, and sources that a test writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.schema.config.sources import SETTING
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view

CARD = """
id: claims
name: Claims
task: binary_classification
versions: [{version: "1"}]
data:
  prediction_id: id
  predicted_at: decided
  score: p
  actual: fraud
  features: {amount: {kind: numeric}}
  reference: {from: 2024-01-01, to: 2024-01-10}
"""
BY_HAND = operator("test")


def scored(first: int, number: int) -> pd.DataFrame:
    """Rows with ids from `first` on, one a minute; the same numbers make the same rows."""
    places = range(first, first + number)
    moments = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(list(places), unit="min")
    return pd.DataFrame(
        {
            "id": [f"c-{place}" for place in places],
            "decided": moments.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "p": [place % 97 / 97 for place in places],
            "fraud": [place % 2 for place in places],
            "amount": [float(place % 13) for place in places],
        }
    )


@dataclass
class Place:
    """A store, a folder for what sources read, and the file that names the sources."""

    store: Store
    folder: Path
    file: Path

    def name_sources(self, *sources: dict[str, Any]) -> None:
        self.file.write_text(yaml.safe_dump({"sources": list(sources)}), "utf-8")

    def act(self, name: str, **values: Any) -> str:
        return run_action(self.store, name, read_payload(name, values), BY_HAND)

    def show(self, view: str, **asked: Any) -> list[dict[str, Any]]:
        return records(run_view(self.store, view, Query(**asked), BY_HAND))

    def logged(self) -> int:
        return sum(row["predictions"] for row in self.show("files", model="claims") if row["predictions"])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A home that knows the model `claims`, and no source yet."""
    folder, file, card = tmp_path / "given", tmp_path / "sources.yaml", tmp_path / "card.yaml"
    folder.mkdir()
    file.write_text("sources: []\n", "utf-8")
    card.write_text(CARD, "utf-8")
    monkeypatch.setenv(SETTING, str(file))
    store = open_store(tmp_path / "home")
    run_action(store, "register", Files(files=(card,)), BY_HAND)
    yield Place(store, folder, file)
    store.close()
