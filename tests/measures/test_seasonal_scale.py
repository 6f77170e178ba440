"""The scale of features that follow a season: told by the same days of the reference, else said not to be known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from dashboard.measures.judging.quality import judge_data, status_of
from dashboard.measures.quality.arrivals import quality_table
from dashboard.measures.quality.check import Checked
from dashboard.measures.quality.checks import checked, quality_checks, windows_of
from dashboard.profiles.windows import Profiles
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.store.engine.database import Store
from tests.profiles.watched import card_of, watch

A_DAY = 25
FIRST = pd.Timestamp("2022-06-10", tz="UTC")
SEASONAL = ("temp", "demand", "solar", "snow", "anomalous", "trending", "early")


def log_of(seed: int, begin: str = "2021-01-01", days: int = 730) -> pd.DataFrame:
    """Two years of features with seasons of several shapes, and weather that is not the same each year."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), A_DAY)
    rows = len(day)
    at = pd.Timestamp(begin, tz="UTC") + pd.to_timedelta(day * 86_400 + rng.integers(0, 86_400, rows), unit="s")
    year = 2 * np.pi * (at.dayofyear.to_numpy() - 100) / 365.25
    weather = np.convolve(rng.normal(0, 1, days + 20), np.ones(21) / 21**0.5, "valid")[day]
    hour = np.clip(np.sin(np.pi * (at.hour.to_numpy() - 5) / 14), 0, None)
    return pd.DataFrame(
        {
            "id": [f"r{number}" for number in range(rows)],
            "at": at,
            "score": rng.beta(2, 5, rows),
            "actual": (rng.random(rows) < 0.3).astype(float),
            "temp": 55 + 22 * np.sin(year) + 3 * weather + rng.normal(0, 5, rows),
            "demand": np.exp(5 + 0.5 * np.sin(year) + 0.05 * weather + rng.normal(0, 0.25, rows)),
            "solar": 900 * hour * (0.6 + 0.4 * np.sin(year)) * rng.uniform(0.5, 1, rows),
            "snow": np.where(np.sin(year) < -0.4, rng.gamma(4, 6, rows), 0.0),
            "anomalous": 20 * np.sin(year) + 8 * weather + rng.normal(0, 4, rows),
            "trending": 100 + 0.1 * day + 30 * np.sin(year) + rng.normal(0, 8, rows),
            "early": 40 + 15 * np.sin(year + (at.year.to_numpy() - 2021) * 0.25) + rng.normal(0, 4, rows),
        }
    )


def watched(store: Store, frame: pd.DataFrame, until: str = "2021-12-31") -> Profiles:
    features = dict.fromkeys(SEASONAL, "numeric")
    return watch(store, card_of(features=features, reference=("2021-01-01", until)), frame)


def scales(profiles: Profiles) -> Iterator[Checked]:
    table = quality_table(profiles)
    assert table is not None
    found = checked(table, quality_checks(table, profiles.card), windows_of(table, "month"))
    yield from (one for one in found if one.check.name == "scale")


@pytest.mark.parametrize("seed", range(3))
def test_clean_seasons_raise_no_alarm(store: Store, seed: int) -> None:
    assert [one for one in scales(watched(store, log_of(seed))) if one.fails] == []


def test_a_seasonal_feature_on_another_scale_is_found_from_its_first_day(store: Store) -> None:
    frame = log_of(9)
    after, then = frame["at"] >= FIRST, frame[frame["at"] < "2022-01-01"]
    for name in ("temp", "early"):
        frame[name] = frame[name].mask(after, (frame[name] - then[name].mean()) / then[name].std())
    low, high = then["demand"].min(), then["demand"].max()
    frame["demand"] = frame["demand"].mask(after, (frame["demand"] - low) / (high - low))
    found = [one for one in scales(watched(store, frame)) if one.fails]
    assert {one.check.feature for one in found} == {"temp", "demand", "early"}
    for feature in ("temp", "demand", "early"):
        rows = [one for one in found if one.check.feature == feature]
        assert abs(rows[0].since - FIRST.tz_localize(None).to_pydatetime()) <= timedelta(days=4)  # type: ignore[operator]
        assert sum(one.affected for one in rows) == pytest.approx(int(after.sum()), rel=0.02)


def test_without_the_same_season_nobody_can_tell(store: Store) -> None:
    profiles = watched(store, log_of(4, days=330), until="2021-05-31")
    found = list(scales(profiles))
    assert [one for one in found if one.fails] == []
    unclear = [one for one in found if one.check.feature == "temp" and one.check.unknown is not None]
    # The reference has the first five months, and with them the same days of the year up to half of June.
    assert {one.label for one in unclear} >= {"2021-07", "2021-08", "2021-09", "2021-10"}
    assert {status_of(one, {}, load_thresholds()) for one in unclear} == {"unknown"}
    assert unclear[0].reason is not None
    assert unclear[0].reason.render() == (
        "Whether temp came on another scale is not known: it changes with the time, and the reference has no such days "
        "of the year."
    )
    # What nobody can tell neither alarms nor counts among what holds.
    verdict = judge_data(profiles, profiles.card, load_thresholds(), {}).verdict
    table = quality_table(profiles)
    assert table is not None
    checks = [one for one in quality_checks(table, profiles.card) if one.unknown is None]
    assert verdict.reason.values.get("n", len(checks)) <= len(checks)
