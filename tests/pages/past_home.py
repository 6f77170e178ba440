"""A home with a past: what was recorded in January, and what came in February."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store, open_store
from tests.acceptance.portfolio import BINARY_CARD, FAILING_CARD, FEW_OUTCOMES, claims, write_rows

PEOPLE = "people: [{{id: anna.keller, name: {name}}}, {{id: ben, name: Ben Moser}}]\n"
STRICT = f"monitoring: {{{FEW_OUTCOMES}}}\n"
ROLES = "roles: {accountable_executive: [anna.keller], data_scientist: [ben]}\n"


def at(patch: pytest.MonkeyPatch, day: str) -> None:
    """The clock of the ledger stands at noon of a day."""
    moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")

    class Fixed(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return moment.astimezone(tz or UTC)

    patch.setattr(clock, "datetime", Fixed)


def by(person: str) -> Principal:
    """Somebody to whom everything is open, under a person's name."""
    return replace(operator(f"login:{person}"), person=person)


def build(home: Path, folder: Path) -> None:
    """January: a model on alert, acknowledged. February: it has a new name and a calmer measure, somebody commented."""
    with pytest.MonkeyPatch.context() as patch:
        at(patch, "2026-01-10")
        store = open_store(home)
        try:
            old = FAILING_CARD.replace("{en: Claims, de: Schäden}", "Old claims") + STRICT
            _register(store, folder, old, "Anna Keller")
            rows = write_rows(claims(number=200).frame, folder / "rows.parquet")
            run_action(store, "ingest_predictions", Delivery(model="claims", files=(rows,)), operator("cli:root"))
            run_action(store, "monitor", Models(), operator("cli:root"))
            said = {"model": "claims", "area": "performance", "note": "I look into it."}
            run_action(store, "acknowledge_alert", read_payload("acknowledge_alert", said), by("anna.keller"))
            at(patch, "2026-02-10")
            _register(store, folder, BINARY_CARD.replace("{en: Claims, de: Schäden}", "New claims"), "Anna Weber")
            run_action(store, "monitor", Models(), operator("token:nightly"))
            talk = {"model": "claims", "text": "Too few labels now."}
            run_action(store, "comment", read_payload("comment", talk), by("ben"))
        finally:
            store.close()


def _register(store: Store, folder: Path, card: str, name: str) -> None:
    (folder / "card.yaml").write_text(card + ROLES, encoding="utf-8")
    (folder / "people.yaml").write_text(PEOPLE.format(name=name), encoding="utf-8")
    run_action(store, "register", Files(files=(folder / "card.yaml", folder / "people.yaml")), operator("cli:root"))
