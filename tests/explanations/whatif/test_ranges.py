"""Ranges come from the profile of the reference: what occurs there, no more and no less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.explanations.whatif.ranges import Categories, Numbers, Range, ranges_of
from dashboard.profiles.windows import merged
from dashboard.store.engine.database import Store
from tests.profiles.watched import card_of, watch

KINDS = {"hour": "numeric", "fare": "numeric", "city": "categorical", "none": "numeric"}


def known(store: Store) -> tuple[dict[str, Range], pd.DataFrame]:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": range(3000),
            "at": pd.date_range("2024-01-01", periods=3000, freq="h", tz="UTC"),
            "score": random.random(3000),
            "actual": random.integers(0, 2, 3000),
            "hour": random.integers(5, 23, 3000).astype(float),
            "fare": random.lognormal(3, 1, 3000),
            "city": random.choice(["A", "B", "C"], 3000, p=[0.5, 0.3, 0.2]),
            "none": np.nan,
        }
    )
    later = frame["at"] >= "2024-03-01"
    frame.loc[later, "hour"], frame.loc[later, "city"] = 99.0, "Z"
    profiles = watch(store, card_of(features=KINDS, reference=("2024-01-01", "2024-02-29")), frame)
    return ranges_of(merged(profiles.reference(("features",)), profiles.layout), profiles.layout), frame[~later]


def test_ranges_are_those_of_the_reference_alone(store) -> None:
    ranges, frame = known(store)
    assert set(ranges) == {"hour", "fare", "city"}
    hour, fare, city = ranges["hour"], ranges["fare"], ranges["city"]
    assert isinstance(hour, Numbers)
    assert isinstance(fare, Numbers)
    assert isinstance(city, Categories)
    assert (hour.low, hour.high, hour.whole) == (5.0, 22.0, True)
    assert set(hour.tried()) <= set(frame["hour"])
    assert (fare.low, fare.high, fare.whole) == (frame["fare"].min(), frame["fare"].max(), False)
    assert hour.outside(99.0)
    assert city.outside("Z")
    shares = frame["city"].value_counts(normalize=True)
    assert dict(city.shares) == pytest.approx(shares.to_dict())
    assert list(city.shares) == list(shares.index)


def test_distances_are_shares_of_rows_between_two_values(store) -> None:
    ranges, frame = known(store)
    for low, high in ((10.0, 15.0), (7.0, 21.0)):
        between = float(((frame["hour"] > low) & (frame["hour"] <= high)).mean())
        assert ranges["hour"].distance(low, high) == pytest.approx(between, abs=1e-9)
    quantiles = frame["fare"].quantile([0.25, 0.75])
    assert ranges["fare"].distance(*quantiles) == pytest.approx(0.5, abs=0.02)
    tried = np.array(ranges["fare"].tried())
    assert (np.diff(tried) > 0).all()
    assert frame["fare"].quantile(0.5) == pytest.approx(tried[len(tried) // 2], rel=0.1)
