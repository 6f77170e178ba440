"""Made-up models with a known story, to see what is recommended: a year of rows, of which three months are reference.

The model is right about the reference: its score is the true probability, or the true mean, of what it sees. What
happens afterwards is the case; every case comes as binary classification and as regression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view

Floats = NDArray[np.float64]
BINARY, REGRESSION = "binary_classification", "regression"
TASKS = (BINARY, REGRESSION)
FIRST_DAY, DAYS, A_DAY = "2024-01-01", 366, 40
REFERENCE = {"from": "2024-01-01", "to": "2024-03-31"}
# Days after the first one: the end of the reference, the begin of what breaks, and an event of two months.
AFTER, BROKEN, EVENT = 91, 213, (152, 213)
OUTCOMES = {"true_positive": 45, "false_positive": -12, "false_negative": -60, "true_negative": 0}
ERRORS = {"over_per_unit": -0.3, "under_per_unit": -0.6, "per_prediction": 15}
COST, MISSING, NOISE, GROWTH = 8_000, 0.05, 12.0, 0.4
# What is right in each case.
RIGHT: dict[str, tuple[str, ...]] = {
    "steady decline": ("now",),
    "steady decline, inputs move": ("now",),
    "growth": ("now",),
    "one event with recovery": ("no", "later"),
    "feature drift without harm": ("no",),
    "broken feature: missing": ("fix_data",),
    "broken feature: constant": ("fix_data",),
    "broken feature: unit": ("fix_data",),
    "fairness gap without decline": ("no",),
    "control": ("no",),
}
# What is asked of each case: numbers grow, shares do not.
PAIRS = tuple((case, task) for case in RIGHT for task in TASKS if (case, task) != ("growth", BINARY))


@dataclass(frozen=True)
class Answered:
    """What is recommended for a model, and the suspected cause."""

    recommendation: str
    cause: str
    row: Mapping[str, Any]


def answered(case: str, task: str, seed: int, folder: Path, *, importance: bool = True) -> Answered:
    """Send a case through log, monitor and judge of a home in `folder`, and read what is recommended."""
    store = open_store(folder / "home")
    try:
        card, frame = folder / "card.yaml", folder / "rows.parquet"
        card.write_text(yaml.safe_dump(card_of(task, importance=importance)), encoding="utf-8")
        rows_of(case, task, seed).to_parquet(frame, index=False)
        run_action(store, "register", Files(files=(card,)), operator("benchmark"))
        run_action(store, "ingest_predictions", Delivery(model="m", files=(frame,)), operator("benchmark"))
        run_action(store, "monitor", Models(models=("m",)), operator("benchmark"))
        return read(store)
    finally:
        store.close()


def read(store: Store) -> Answered:
    """What the view says of the model."""
    (row,) = records(run_view(store, "retraining", Query(model="m"), operator("benchmark")))
    return Answered(str(row["recommendation"]), str(row["cause"]), row)


def card_of(task: str, *, importance: bool = True) -> dict[str, Any]:
    """The card of the made-up model."""
    prices = {"outcomes": OUTCOMES} if task == BINARY else {"errors": ERRORS}
    stated = {"importance": {"x": 0.6, "z": 0.3, "group": 0.1}} if importance else {}
    return {
        "id": "m",
        "name": "M",
        "task": task,
        "period": "day",
        "status": "production",
        "business": {"value": {"currency": "EUR", "promised_per_month": 1_000, **prices}},
        "versions": [{"version": "1", **stated}],
        "data": {
            "prediction_id": "id", "predicted_at": "at", "score": "p", "actual": "y", "known_at": "known",
            "features": {
                "x": {"kind": "numeric"}, "z": {"kind": "numeric"}, "group": {"kind": "categorical"},
            },
            "protected": ["group"],
            "reference": REFERENCE,
            **({"threshold": 0.35} if task == BINARY else {}),
        },
        "retraining": {"policy": "on_decline", "cost": COST},
    }  # fmt: skip


def rows_of(case: str, task: str, seed: int) -> pd.DataFrame:
    """The rows of a case, in the order of time."""
    if case == "growth" and task == BINARY:
        raise ValueError("received growth of a share; allowed is growth of a number; take regression")
    rng = np.random.default_rng(seed)
    number = DAYS * A_DAY
    day = np.repeat(np.arange(DAYS), A_DAY)
    x, z = rng.normal(size=number), rng.normal(size=number)
    group = rng.choice(["a", "b"], number, p=[0.7, 0.3])
    passed = np.clip((day - AFTER) / (DAYS - AFTER), 0, 1)
    if case in ("feature drift without harm", "steady decline, inputs move"):
        x = x + 0.7 * passed
    if case == "fairness gap without decline":
        x = np.where(group == "b", x - 1.2, x)
    seen = broken(case, rng, x, day)
    strength = strength_of(case, day, passed)
    at = pd.Timestamp(FIRST_DAY, tz="UTC") + pd.to_timedelta(day * 86_400 + rng.integers(0, 86_400, number), unit="s")
    score, truth = scored(task, np.nan_to_num(seen), z), scored(task, strength * x, z)
    if task == BINARY:
        actual = (rng.random(number) < truth).astype(float)
    else:
        level = 1 + (GROWTH * passed if case == "growth" else 0)
        actual = level * truth + rng.normal(0, NOISE, number)
    actual[rng.random(number) < MISSING] = np.nan
    known = at + pd.to_timedelta(rng.integers(1, 6, number), unit="D")
    frame = pd.DataFrame({"id": np.arange(number), "at": at, "known": known, "p": score, "y": actual})
    return frame.assign(x=seen, z=z, group=group).sort_values("at", ignore_index=True)


def scored(task: str, x: Floats, z: Floats) -> Floats:
    """What the model says of features: the probability, or the number."""
    if task == BINARY:
        return np.asarray(1 / (1 + np.exp(-np.clip(1.4 * x + 0.9 * z - 1, -30, 30))))
    return np.asarray(100 + 25 * x + 12 * z)


def strength_of(case: str, day: NDArray[np.int64], passed: Floats) -> Floats:
    """By how much the first feature still counts in truth: one, as the model learned it, or less."""
    if case.startswith("steady decline"):
        return np.asarray(1 - 0.9 * passed)
    if case == "one event with recovery":
        return np.where((day >= EVENT[0]) & (day < EVENT[1]), -0.2, 1.0)
    return np.ones(len(day))


def broken(case: str, rng: np.random.Generator, x: Floats, day: NDArray[np.int64]) -> Floats:
    """What the model gets to see of the first feature."""
    late = day >= BROKEN
    if case == "broken feature: missing":
        return np.where(late & (rng.random(len(x)) < 0.7), np.nan, x)
    if case == "broken feature: constant":
        return np.where(late, 0.3, x)
    return np.where(late, 10 * x, x) if case == "broken feature: unit" else x
