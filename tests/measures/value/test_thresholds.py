"""Money at other thresholds: counted by hand, the best one found, and no gain where there is none to be had."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from benchmarks.honesty.memory import Rows, instants, profiles_of
from dashboard.measures.value.money import money_of
from dashboard.measures.value.thresholds import ThresholdMoney, money_by_threshold
from dashboard.profiles.windows import merged
from tests.measures.value.priced import money_by_hand, priced

REFERENCE = ("2013-01-01", "2013-01-31")


def calibrated(rng: np.random.Generator, number: int) -> Rows:
    score = np.round(rng.random(number), 3)
    actual = (rng.random(number) < score).astype(float)
    at = instants(rng, number, date(2013, 1, 1), 60)
    return Rows(at, score, actual, rng.integers(0, 300, number), {"x": np.zeros(number)})


def found_for(rows: Rows, threshold: float, prices: dict[str, float], **data: object) -> ThresholdMoney:
    card = priced(value={"outcomes": prices}, threshold=threshold, reference=REFERENCE, **data)
    profiles = profiles_of(card, rows)
    money = money_of(card)
    assert money is not None
    found = money_by_threshold(merged(profiles.read(("outcomes",)), profiles.layout), profiles.layout, money)
    assert found is not None
    return found


@pytest.mark.parametrize("cluster", [None, "group"])
def test_the_best_threshold_is_that_of_the_prices(cluster: str | None) -> None:
    """Of calibrated scores: select where p * 30 > (1 - p) * 10, so from 0.25 on."""
    rows = calibrated(np.random.default_rng(1), 20_000)
    prices = {"true_positive": 30.0, "false_positive": -10.0}
    found = found_for(rows, 0.6, prices, **({"cluster": cluster} if cluster else {}))
    frame = pd.DataFrame({"score": rows.score, "actual": rows.actual})
    by_hand = {one.threshold: float(money_by_hand(frame, one.threshold, prices).mean()) for one in found.at}
    assert {one.threshold: one.money for one in found.at} == pytest.approx(by_hand)
    assert found.best.threshold == max(by_hand, key=lambda one: by_hand[one])
    assert found.best.first <= 0.25 <= found.best.last
    assert found.best.last < 0.45
    gain = 20_000**-1 * float((money_by_hand(frame, 0.25, prices) - money_by_hand(frame, 0.6, prices)).sum())
    assert found.best.low < gain < found.best.high
    assert found.best.low > 0


def test_nothing_is_gained_where_the_threshold_is_right_already() -> None:
    """Over many logs the gain of the picked threshold is about zero, not what picking flatters it by."""
    prices = {"true_positive": 30.0, "false_positive": -10.0}
    gains, flattered = [], []
    for seed in range(30):
        found = found_for(calibrated(np.random.default_rng(seed), 500), 0.25, prices)
        gains.append(found.best.gain)
        flattered.append(max(one.gain for one in found.at))
        assert found.best.low <= 0 or found.best.gain < 1
    assert np.mean(flattered) > 0.1
    assert np.mean(gains) < np.mean(flattered) / 3
