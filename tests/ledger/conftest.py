"""A home with a registered model, people, predictions and events: a chain of a few records."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.judgements.registry import LANES
from dashboard.governance.judgements.renewal import bring_up_to_date
from dashboard.governance.verification.verification import Asked, check_home
from dashboard.store.audit.verify import LedgerBrokenError
from dashboard.store.engine.database import Store, open_store
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows

PEOPLE = "people: [{id: anna.keller, name: Anna Keller, team: claims}]\nteams: [{id: claims, name: Claims}]\n"
EVENTS = [
    {"kind": "usage", "model": "claims", "at": "2024-02-01", "consumer": "desk", "purpose": "triage", "calls": 7},
    {
        "kind": "incident",
        "model": "claims",
        "at": "2024-02-02",
        "severity": 2,
        "cause": "feed",
        "person": "anna.keller",
    },
]
# A source whose folder is not there.
LAKE = "sources: [{name: lake, kind: files, path: /nowhere/lake/*.csv, gives: predictions, model: claims, every: 1h}]\n"


def fill(store: Store, folder: Path) -> None:
    """Do one of each action that writes facts."""
    (store.home / "config").mkdir(exist_ok=True)
    (store.home / "config" / "sources.yaml").write_text(LAKE, encoding="utf-8")
    card, people, events = folder / "claims.yaml", folder / "people.yaml", folder / "events.jsonl"
    card.write_text(BINARY_CARD, encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    events.write_text("".join(json.dumps(event) + "\n" for event in EVENTS), encoding="utf-8")
    rows = write_rows(claims(number=200).frame, folder / "claims.parquet")
    run_action(store, "register", Files(files=(card, people)), operator("anna"))
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(rows,)), operator("pipeline"))
    run_action(store, "ingest_events", Files(files=(events,)), operator("pipeline"))
    card.write_text(BINARY_CARD + "summary: Sorts claims.\n", encoding="utf-8")
    run_action(store, "register", Files(files=(card,)), operator("ben"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A closed home with four records."""
    store = open_store(tmp_path / "home")
    fill(store, tmp_path)
    store.close()
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = open_store(home)
    yield opened
    opened.close()


NOTHING_MORE = Asked()


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed home with a monitored and judged model."""
    folder = tmp_path_factory.mktemp("watched")
    store = open_store(folder / "home")
    fill(store, folder)
    watch(store)
    store.close()
    return folder / "home"


def watch(store: Store) -> None:
    run_action(store, "monitor", Models(), operator("pipeline"))
    for lane in LANES:
        bring_up_to_date(store, lane=lane)


@pytest.fixture
def monitored(watched: Path, tmp_path: Path) -> Path:
    """A fresh copy of a closed home with a monitored and judged model."""
    shutil.copytree(watched, tmp_path / "home")
    return tmp_path / "home"


def tamper(home: Path, *statements: str) -> None:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def found_in(home: Path, asked: Asked = NOTHING_MORE) -> str:
    with pytest.raises(LedgerBrokenError) as broken:
        check_home(home, asked)
    return str(broken.value)
