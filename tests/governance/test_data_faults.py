"""Faults of the data: kept as they change, with what they do, and resolved by people with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from dashboard.access.principal import operator
from dashboard.actions.faults import AcknowledgedFault, AssignedFault, ResolvedFault
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError
from dashboard.store.engine.database import Store, open_store
from dashboard.store.quality_faults import list_faults
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows

CARD = (
    BINARY_CARD.replace("  features:", '  rules: [{name: dear, check: "amount <= 60"}]\n  features:')
    .replace("key_metrics:", "value: {currency: CHF, outcomes: {true_positive: 9, false_positive: -4}}, key_metrics:")
    .replace("target: 0.8, limit: 0.7", "target: 0.8, limit: 0.1")
)
BY_HAND = operator("test")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    people = "people: [{id: anna, name: Anna}]\n"
    for name, text in (("card", CARD), ("people", people)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        run_action(opened, "register", Files(files=(tmp_path / f"{name}.yaml",)), BY_HAND)
    deliver(opened, rows(), tmp_path)
    yield opened
    opened.close()


def rows() -> pd.DataFrame:
    return claims(number=3_000).frame


def deliver(store: Store, frame: pd.DataFrame, folder: Path) -> None:
    path = write_rows(frame, folder / "rows.parquet")
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(path,)), BY_HAND)
    run_action(store, "monitor", Models(models=("claims",)), BY_HAND)


def fault_of(store: Store, check: str) -> dict[str, object]:
    frame = run_view(store, "quality-faults", Query(model="claims"), BY_HAND)
    return frame[frame["check"] == check].iloc[0].to_dict()


def test_the_metric_and_the_money_are_those_of_exactly_the_affected_rows(store: Store) -> None:
    found, frame = fault_of(store, "dear"), rows()
    known = frame[frame["fraud"].notna() & frame["amount"].notna()]
    broken = known["amount"] > 60
    for side, part in (("affected", known[broken]), ("others", known[~broken])):
        # The harm is counted over the last base periods of a fault.
        last = part[part["decided"] >= known["decided"].max() - pd.Timedelta(days=91)]
        expected = roc_auc_score(last["fraud"], last["p"])
        assert found[f"{side}_value"] == pytest.approx(expected, abs=0.015)
    assert found["affected_predictions"] == int((frame["amount"] > 60).sum())
    # A window in which nothing fails belongs to no fault.
    assert 0 <= int(frame["amount"].notna().sum()) - int(str(found["rows"])) < 5
    assert found["currency"] == "CHF"
    assert np.isfinite(float(str(found["cost"])))
    # What does not change is not recorded again.
    before = [(one.fault, one.recorded_at) for one in list_faults(store)]
    run_action(store, "monitor", Models(models=("claims",)), BY_HAND)
    assert [(one.fault, one.recorded_at) for one in list_faults(store)] == before


def test_a_fault_is_acknowledged_assigned_and_resolved_with_a_reason(store: Store) -> None:
    fault = str(fault_of(store, "dear")["fault"])
    anna = replace(BY_HAND, person="anna")
    named = {"model": "claims", "fault": fault}
    run_action(store, "acknowledge_fault", AcknowledgedFault(**named, note="I ask the feed."), anna)
    with pytest.raises(InputRefusedError, match="already acknowledged"):
        run_action(store, "acknowledge_fault", AcknowledgedFault(**named), anna)
    with pytest.raises(InputRefusedError, match="No such person"):
        run_action(store, "assign_fault", AssignedFault(**named, person="nobody"), anna)
    run_action(store, "assign_fault", AssignedFault(**named, person="anna"), anna)
    assert fault_of(store, "dear")["state"] == "assigned"
    with pytest.raises(ValueError, match="reason"):
        ResolvedFault(**named, cause="other", reason="  ")
    run_action(store, "resolve_fault", ResolvedFault(**named, cause="expected_change", reason="A dear year."), anna)
    found = fault_of(store, "dear")
    assert (found["state"], found["resolved_by"], found["cause"]) == ("resolved", "anna", "expected_change")
    with pytest.raises(InputRefusedError, match="No such fault is open"):
        run_action(store, "assign_fault", AssignedFault(**named, person="anna"), anna)


def test_a_fault_that_the_card_asks_for_no_more_is_gone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(CARD.replace("amount <= 60", "amount <= 6000000"), "utf-8")
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), BY_HAND)
    run_action(store, "monitor", Models(models=("claims",)), BY_HAND)
    frame = run_view(store, "quality-faults", Query(model="claims"), BY_HAND)
    assert "dear" not in set(frame["check"])
    assert any(one.content["gone"] for one in list_faults(store) if one.content["check"] == "dear")
