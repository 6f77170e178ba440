"""Small models with a log and profiles, and the same periods told by pandas instead of the program."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from dashboard.measures.performance import figures_of
from dashboard.profiles.update import update_profiles
from dashboard.profiles.windows import Profile, Profiles, merged, open_profiles, windows
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store
from dashboard.store.log.ingest import ingest_actuals, ingest_predictions

BINARY, CLASSES, REGRESSION = "binary_classification", "multiclass_classification", "regression"


def card_of(
    task: str = BINARY,
    features: dict[str, str] | None = None,
    versions: Sequence[str] = ("1",),
    time_zone: str = "UTC",
    period: str = "day",
    reference: tuple[str, str] | None = None,
    **data: Any,
) -> ModelCard:
    columns: dict[str, Any] = {
        "prediction_id": "id",
        "predicted_at": "at",
        "score": "score",
        "actual": "actual",
        "features": {name: {"kind": kind} for name, kind in (features or {"x": "numeric"}).items()},
        **data,
    }
    if reference:
        columns["reference"] = {"from": reference[0], "to": reference[1]}
    return ModelCard.model_validate(
        {
            "id": "watched",
            "name": "Watched",
            "task": task,
            "time_zone": time_zone,
            "period": period,
            "versions": [{"version": version} for version in versions],
            "data": columns,
        }
    )


def write(store: Store, frame: pd.DataFrame) -> Path:
    path = store.home.parent / f"{uuid4()}.parquet"
    frame.to_parquet(path, index=False)
    return path


def log(store: Store, card: ModelCard, frame: pd.DataFrame) -> None:
    ingest_predictions(store, card, [write(store, frame)], "tester")


def log_actuals(store: Store, card: ModelCard, frame: pd.DataFrame) -> None:
    ingest_actuals(store, card, [write(store, frame)], "tester")


def watch(store: Store, card: ModelCard, *frames: pd.DataFrame) -> Profiles:
    """Log the frames one by one, count them, and open the profiles."""
    for frame in frames:
        log(store, card, frame)
    update_profiles(store, card, "tester")
    profiles = open_profiles(store, card)
    assert profiles is not None
    return profiles


def figures(
    profiles: Profiles,
    by: Any = "month",
    threshold: float | None = None,
    names: Collection[str] | None = None,
    **read: Any,
) -> dict[str, Any]:
    """Metric values by period: {period: {metric: value}}."""
    found = windows(profiles.read(**read), profiles.layout, by)
    return {
        window.label: {
            name: figure.value for name, figure in figures_of(window, profiles.layout, threshold, names).items()
        }
        for window in found
    }


def between(profiles: Profiles, first: str, last: str) -> Any:
    """The window of some days, both inclusive."""
    found = profiles.read(span=(pd.Timestamp(first).date(), pd.Timestamp(last).date()))
    return merged(found, profiles.layout)


def counted(found: Sequence[Profile]) -> dict[Any, tuple[int, int]]:
    """Predictions and labels by start of the period."""
    return {profile.start: (profile.predictions, profile.labelled) for profile in found}


def random_instants(
    rng: np.random.Generator, rows: int, first: str = "2013-01-01", days: int = 90, zone: str = "UTC"
) -> pd.Series:
    """Instants of which many are equal, unsorted, over some local days."""
    start = pd.Timestamp(first, tz=zone).tz_convert("UTC")
    minutes = rng.integers(0, days * 24 * 60, rows) // 7 * 7
    return pd.Series(start + pd.to_timedelta(minutes, unit="min")).astype("datetime64[us, UTC]")


def labels_of_period(at: pd.Series, zone: str, by: str) -> pd.Series:
    """The period of each instant in local time, told by pandas."""
    local = at.dt.tz_convert(zone)
    if by == "week":
        calendar = local.dt.isocalendar()
        return calendar["year"].astype(str) + "-W" + calendar["week"].astype(int).map("{:02d}".format)
    if by == "quarter":
        return local.dt.year.astype(str) + "-Q" + local.dt.quarter.astype(str)
    return local.dt.strftime({"hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[by])


def binary_rows(rng: np.random.Generator, rows: int, missing: float = 0.1, **when: Any) -> pd.DataFrame:
    """Scores with some exactly on hundredths, labels of which a share is missing, a skewed feature and a category."""
    score = rng.beta(1.3, 3, rows)
    score = np.where(rng.random(rows) < 0.3, np.round(score, 2), score)
    actual = (rng.random(rows) < np.clip(score * 0.9 + 0.03, 0, 1)).astype(float)
    actual[rng.random(rows) < missing] = np.nan
    x = np.where(rng.random(rows) < 0.05, np.nan, rng.lognormal(0, 1, rows))
    return pd.DataFrame(
        {
            "id": [str(uuid4()) for _ in range(rows)],
            "at": random_instants(rng, rows, **when),
            "score": score,
            "actual": actual,
            "x": x,
            "colour": rng.choice(["red", "green", "blue", None], rows, p=[0.5, 0.3, 0.15, 0.05]),
        }
    )


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
