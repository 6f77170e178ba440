"""Failed checks of other tools say which predictions were made meanwhile, how good they were, and what that cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.lineage.events import card, dataset, event, register, send

BY_HAND = operator("test")
BEGIN, END = "2024-03-10", "2024-03-14T12:00:00Z"
TRUE, FALSE_ALARM = 9.0, -4.0
VALUE = {"currency": "CHF", "outcomes": {"true_positive": TRUE, "false_positive": FALSE_ALARM}}


def rows(days: int = 90, a_day: int = 60) -> pd.DataFrame:
    """Scores that tell nothing from 10 to 14 March, and tell something on all other days; two versions by turns."""
    rng = np.random.default_rng(5)
    at = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.repeat(np.arange(days), a_day) * 24 + 10, unit="h")
    actual = rng.random(len(at)) < 0.3
    told = np.where(actual, rng.beta(4, 2, len(at)), rng.beta(2, 4, len(at)))
    failing = (at >= BEGIN) & (at < END)
    return pd.DataFrame(
        {
            "id": [f"r{number}" for number in range(len(at))],
            "at": at,
            "score": np.where(failing, rng.random(len(at)), told),
            "late": actual.astype(float),
            "hour": rng.normal(0, 1, len(at)),
            "carrier": "a",
            "model_version": np.where(np.arange(len(at)) % 3 == 0, "2", "1"),
        }
    )


def document(**business: Any) -> dict[str, Any]:
    versions = [{"version": name, "training_data": f"train{name}"} for name in ("1", "2")]
    found = card("late", versions=versions, data={"threshold": 0.5, "score": "score"})
    return found | {"time_zone": "UTC", "business": business, "period": "day"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    register(opened, tmp_path, document(value=VALUE))
    for version, part in rows().groupby("model_version"):
        path = tmp_path / f"rows-{version}.parquet"
        part.to_parquet(path, index=False)
        run_action(opened, "ingest_predictions", Delivery(model="late", files=(path,)), BY_HAND)
    yield opened
    opened.close()


def quality_event(at: str, passed: bool) -> dict[str, Any]:
    return {
        "model": "late", "kind": "quality", "at": at, "dataset": "scored", "column": "hour", "check": "not_null",
        "dimension": "completeness", "passed": passed,
    }  # fmt: skip


def take(store: Store, folder: Path, *events: dict[str, Any]) -> None:
    path = folder / "quality.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    run_action(store, "ingest_events", Files(files=(path,)), BY_HAND)


def fault_of(store: Store, source: str) -> dict[str, Any]:
    found = run_view(store, "quality-faults", Query(model="late"), BY_HAND)
    (fault,) = found[found["source"] == source].to_dict("records")
    return fault


def worth(frame: pd.DataFrame) -> float:
    """What a prediction brings in the mean, by the amounts of the card."""
    chosen, actual = frame["score"] >= 0.5, frame["late"] == 1
    return float((TRUE * (chosen & actual) + FALSE_ALARM * (chosen & ~actual)).mean())


def test_the_predictions_made_meanwhile_are_held_against_those_before(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, quality_event(f"{BEGIN}T05:00:00Z", False), quality_event(END, True))
    run_action(store, "monitor", Models(), BY_HAND)
    frame, other = rows(), run_view(store, "quality", Query(model="late", by="month"), BY_HAND)
    failing = (frame["at"] >= BEGIN) & (frame["at"] < END)
    before = frame["at"] < BEGIN
    expected = (worth(frame[before]) - worth(frame[failing])) * int(failing.sum())
    (row,) = other[(other["source"] == "scored") & (other["status"] != "ok")].to_dict("records")
    assert row["affected_predictions"] == int(failing.sum()) == 300
    assert row["cost"] == pytest.approx(expected, rel=1e-9)
    assert (row["currency"], row["cost_unknown"]) == ("CHF", None)
    fault = fault_of(store, "scored")
    assert (fault["metric"], fault["affected_labelled"], fault["others_labelled"]) == ("roc_auc", 300, 69 * 60)
    for side, part in (("affected", frame[failing]), ("others", frame[before])):
        assert fault[f"{side}_value"] == pytest.approx(roc_auc_score(part["late"], part["score"]), abs=0.01)
    assert fault["difference_high"] < 0
    assert fault["cost"] == pytest.approx(expected, rel=1e-9)
    # A day has its part of the predictions and of the cost.
    days = run_view(store, "quality", Query(model="late", by="day"), BY_HAND)
    (day,) = days[(days["source"] == "scored") & (days["status"] != "ok")].to_dict("records")
    assert (day["period"], day["affected_predictions"]) == (BEGIN, 60)
    assert day["cost"] == pytest.approx(expected / 5, rel=1e-9)


def test_only_versions_that_the_table_reaches_are_touched(store: Store, tmp_path: Path) -> None:
    failed = {"assertions": [{"assertion": "not_null", "column": "hour", "success": False}]}
    send(store, tmp_path, [event("load", BEGIN, writes=[dataset("train2", dataQualityAssertions=failed)])])
    run_action(store, "monitor", Models(), BY_HAND)
    frame = rows()
    since = frame[frame["at"] >= BEGIN]
    fault = fault_of(store, "db/train2")
    assert fault["affected_predictions"] == int((since["model_version"] == "2").sum())
    for version, expected in (("1", 0), ("2", int((since["model_version"] == "2").sum()))):
        query = Query(model="late", by="year", version=version)
        found = run_view(store, "quality", query, BY_HAND).set_index("source")
        assert found.loc["db/train2", "affected_predictions"] == expected


def test_what_is_not_known_says_why(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, quality_event(f"{BEGIN}T05:00:00Z", False))

    def row() -> dict[str, Any]:
        found = run_view(store, "quality", Query(model="late", by="year"), BY_HAND)
        return found[found["source"] == "scored"].iloc[0].to_dict()

    nothing = row()
    assert pd.isna(nothing["affected_predictions"])
    assert pd.isna(nothing["cost"])
    assert nothing["cost_unknown"] == "Nothing of this model is counted yet: log predictions and run “monitor”."
    run_action(store, "monitor", Models(), BY_HAND)
    assert row()["cost_unknown"] is None
    register(store, tmp_path, document())
    run_action(store, "monitor", Models(), BY_HAND)
    unvalued = row()
    assert unvalued["affected_predictions"] == 21 * 60
    assert pd.isna(unvalued["cost"])
    assert unvalued["cost_unknown"].startswith("The card states no amounts")
    take(store, tmp_path, quality_event("2024-06-01T05:00:00Z", True), quality_event("2024-06-02T05:00:00Z", False))
    days = run_view(store, "quality", Query(model="late", by="day"), BY_HAND).set_index("period")
    assert days.loc["2024-06-02", "affected_predictions"] == 0
    assert days.loc["2024-06-02", "cost_unknown"] == "No prediction was made while the check failed."


def test_too_few_outcomes_value_nothing(store: Store, tmp_path: Path) -> None:
    late = rows(days=1, a_day=20).assign(at=pd.Timestamp("2024-05-01 10:00", tz="UTC"))
    late = late[late["model_version"] == "1"].assign(id=[f"l{number}" for number in range(13)])
    path = tmp_path / "late.parquet"
    late.to_parquet(path, index=False)
    run_action(store, "ingest_predictions", Delivery(model="late", files=(path,)), BY_HAND)
    take(store, tmp_path, quality_event("2024-05-01T05:00:00Z", False))
    run_action(store, "monitor", Models(), BY_HAND)
    found = run_view(store, "quality", Query(model="late", by="year"), BY_HAND)
    (row,) = found[found["source"] == "scored"].to_dict("records")
    assert row["affected_predictions"] == 13
    assert pd.isna(row["cost"])
    assert row["cost_unknown"] == (
        "13 outcomes of affected predictions and 5,400 of others are known; fewer than 30 on either side value nothing."
    )
