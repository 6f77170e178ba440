"""Faults planted in made-up data come out of `show quality` with dimension, feature, first day and count; clean data
show none. Hours of another time zone, a regression, and a log that was delivered in parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import write_rows

BY_HAND = operator("test")
ZONE = "Europe/Zurich"
FIRST, HOURS, AN_HOUR = pd.Timestamp("2022-05-01", tz=ZONE), 24 * 92, 6
FAULTY = pd.Timestamp("2022-07-13", tz=ZONE)
CARD: dict[str, Any] = {
    "id": "load",
    "name": "Load",
    "task": "regression",
    "status": "production",
    "time_zone": ZONE,
    "period": "hour",
    "versions": [
        {"version": "1", "importance": {"power": 0.5, "volts": 0.2, "station": 0.15, "phase": 0.1, "wind": 0.05}}
    ],
    "data": {
        "prediction_id": "id",
        "predicted_at": "at",
        "score": "load",
        "actual": "measured",
        "features": {
            "power": {"kind": "numeric"},
            "volts": {"kind": "numeric", "label": "Voltage", "unit": "V"},
            "phase": {"kind": "numeric"},
            "station": {"kind": "categorical"},
            "wind": {"kind": "numeric", "range": [0, 90]},
        },
        "rules": [{"name": "no wind, no power", "check": "wind > 0 or power < 60", "dimension": "consistency"}],
        "reference": {"from": "2022-05-01", "to": "2022-06-30"},
    },
}


def clean(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([41, seed])
    hour = np.repeat(np.arange(HOURS), AN_HOUR)
    rows = len(hour)
    power = np.minimum(rng.gamma(2.0, 12.0, rows), 200).round(2)
    return pd.DataFrame(
        {
            "id": [f"l{number}" for number in range(rows)],
            "at": FIRST + pd.to_timedelta(hour * 3_600 + rng.integers(0, 3_600, rows), unit="s"),
            "load": power * 3,
            "measured": power * 3 + rng.normal(0, 5, rows),
            "power": power,
            "volts": np.where(rng.random(rows) < 0.02, np.nan, rng.normal(230, 4, rows)),
            "phase": rng.choice([1.0, 2.0, 3.0, 6.0], rows, p=[0.4, 0.3, 0.2, 0.1]),
            "station": rng.choice([f"S{number:02}" for number in range(12)], rows),
            "wind": rng.uniform(1, 40, rows),
        }
    )


def some(frame: pd.DataFrame, share: float, seed: int) -> pd.Series:
    """A share of the rows of the faulty days, the first of them among it."""
    after = frame["at"] >= FAULTY
    chosen = after & (np.random.default_rng(seed).random(len(frame)) < share)
    chosen[frame.index[after][:3]] = True
    return chosen


def planted() -> tuple[pd.DataFrame, dict[tuple[str, str | None, str], int]]:
    """A log with a fault of each dimension, and how many rows each of them affects in July."""
    frame = clean(1)
    july = frame["at"] >= pd.Timestamp("2022-07-01", tz=ZONE)
    absent, odd, new = some(frame, 0.12, 2), some(frame, 0.04, 3), some(frame, 0.08, 4)
    gusty, still, moved = some(frame, 0.03, 5), some(frame, 0.02, 6), frame["at"] >= FAULTY
    frame["volts"] = frame["volts"].mask(absent)
    frame["power"] = frame["power"].mask(odd, 900_000.0)
    frame["station"] = frame["station"].mask(new, "X99")
    frame["wind"] = frame["wind"].mask(gusty, 400.0).mask(still & ~gusty, 0.0)
    frame["phase"] = frame["phase"] + moved
    twice = frame[some(frame, 0.05, 7)]
    frame = pd.concat([frame, twice.assign(id="t" + twice["id"])], ignore_index=True)
    july = frame["at"] >= pd.Timestamp("2022-07-01", tz=ZONE)
    gone = (frame["at"] >= FAULTY) & (frame["at"] < FAULTY + pd.Timedelta(hours=7))
    kept = frame[~gone]
    july &= ~gone
    expected = {
        ("completeness", "volts", "missing"): int((kept["volts"].isna() & july[kept.index]).sum()),
        ("reality", "power", "plausible range"): int((kept["power"] > 500).sum()),
        ("reality", "wind", "range"): int((kept["wind"] > 90).sum()),
        ("consistency", "station", "never seen"): int((kept["station"] == "X99").sum()),
        ("consistency", "phase", "code"): int((kept["at"] >= FAULTY).sum()),
        ("consistency", None, "repeated rows"): int(kept["id"].str.startswith("t").sum()),
        ("consistency", None, "no wind, no power"): int(((kept["wind"] <= 0) & (kept["power"] >= 60)).sum()),
        ("availability", None, "rows of the period"): int(gone.sum()),
    }
    return kept, expected


def shown(store: Store, folder: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """What `show quality --by month` says of a log that comes in three parts."""
    (folder / "card.yaml").write_text(json.dumps(CARD), "utf-8")
    run_action(store, "register", Files(files=(folder / "card.yaml",)), BY_HAND)
    for number, part in enumerate(np.array_split(frame.index, 3)):
        path = write_rows(frame.loc[part], folder / f"part-{number}.parquet")
        run_action(store, "ingest_predictions", Delivery(model="load", files=(path,)), BY_HAND)
    run_action(store, "monitor", Models(models=("load",)), BY_HAND)
    found = run_view(store, "quality", Query(model="load", by="month"), BY_HAND)
    # The log ends in the past: that nothing comes any more is true of it.
    return found[found["check"] != "freshness"]


def test_a_fault_of_each_dimension_is_found_with_feature_first_day_and_count(store: Store, tmp_path: Path) -> None:
    frame, expected = planted()
    # A rule that few rows break is broken first when the first of them comes.
    broken = frame[(frame["wind"] <= 0) & (frame["power"] >= 60)]
    begins = {"no wind, no power": broken["at"].min().floor("D")}
    found = shown(store, tmp_path, frame)
    failed = found[found["status"] != "ok"]
    feature = failed["feature"].astype(object).where(failed["feature"].notna(), None)
    keys = list(zip(failed["dimension"], feature, failed["check"], strict=True))
    assert set(keys) == set(expected)
    assert set(failed["period"]) == {"2022-07"}
    for key, since, affected in zip(keys, failed["since"], failed["affected_predictions"], strict=True):
        first, begun = pd.Timestamp(since, tz=ZONE), begins.get(key[2], FAULTY)
        exact = key[2] not in ("code", "rows of the period")
        assert abs(first - begun) <= pd.Timedelta(hours=48 if key[2] == "code" else 12), key
        assert affected == pytest.approx(expected[key], rel=0.0 if exact else 0.1), key
    faults = run_view(store, "quality-faults", Query(model="load"), BY_HAND)
    assert set(faults[faults["check"] != "freshness"]["check"]) == {check for *_, check in expected}
    assert "Voltage (V)" in set(faults["label"])


def test_clean_data_show_nothing(store: Store, tmp_path: Path) -> None:
    found = shown(store, tmp_path, clean(2))
    assert found[found["status"] != "ok"].empty
    assert set(found["dimension"]) == {"reality", "completeness", "consistency", "availability"}
