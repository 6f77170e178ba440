"""Bringing many models up to date: judged some at a time, with a record for each lot and progress that only grows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions import monitor
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.audit.chain import read_entries
from dashboard.store.engine.database import Store
from dashboard.store.statuses import list_statuses
from tests.acceptance.portfolio import BINARY_CARD


def test_many_models_are_judged_some_at_a_time(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("second", "third"):
        card = tmp_path / f"{name}.yaml"
        card.write_text(BINARY_CARD.replace("id: claims", f"id: {name}"), encoding="utf-8")
        run_action(store, "register", Files(files=(card,)), operator("anna"))
        rows = Delivery(model=name, files=(tmp_path / "claims.parquet",))
        run_action(store, "ingest_predictions", rows, operator("pipeline"))
    monkeypatch.setattr(monitor, "TOGETHER", 2)
    told: list[float] = []
    run_action(store, "monitor", Models(), operator("anna"), lambda share, _: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    with store.cursor() as cursor:
        done = [json.loads(entry.after) for entry in read_entries(cursor) if entry.action == "monitor"]
    counted = [set(models) for models in done if "profiles" in next(iter(models.values()))]
    lots = [set(models) for models in done if "periods" in next(iter(models.values()))]
    assert counted == [{"claims"}, {"second"}, {"third"}]
    assert sorted(len(lot) for lot in lots) == [1, 2]
    assert set.union(*lots) == {status.model_id for status in list_statuses(store)} == {"claims", "second", "third"}
