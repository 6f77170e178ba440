"""Intervals of importance hold the share over all rows as often as they say, and agree with the bootstrap."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap
from sklearn.ensemble import HistGradientBoostingClassifier

from dashboard.explanations.importance import shares
from dashboard.explanations.importance.intervals import share_intervals
from dashboard.explanations.importance.shares import row_amounts
from dashboard.explanations.reading.readable import read_model
from tests.explanations.material import KINDS, boosted, cases, request, scored, stored_model, trained

DRAWS = 400


def covered(whole: np.ndarray, rows: int) -> np.ndarray:
    """How often the intervals of samples of some rows hold the shares of all rows, by feature."""
    truth = whole.mean(axis=0) / whole.mean(axis=0).sum()
    random = np.random.default_rng(5)
    held = []
    for _ in range(DRAWS):
        found = share_intervals(whole[random.integers(0, len(whole), rows)])
        held.append([low <= share <= high for (low, high), share in zip(found, truth, strict=True)])
    return np.array(held).mean(axis=0)


@pytest.mark.parametrize("rows", [100, 500])
def test_intervals_of_a_model_hold_the_share_of_all_rows(boosting, rows):
    frame = cases(3_000, seed=9)[list(KINDS)]
    whole, _ = row_amounts(read_model(boosting, list(KINDS)), frame)
    found = covered(whole, rows)
    assert (found >= 0.91).all(), found
    assert (found <= 0.99).all(), found


def test_intervals_hold_where_few_rows_have_most_of_it():
    random = np.random.default_rng(3)
    number = 60_000
    whole = np.column_stack(
        [
            np.abs(random.normal(1, 1, number)),
            random.lognormal(-1, 1.5, number),
            np.where(random.random(number) < 0.1, random.gamma(2, 2, number), 0),
        ]
    )
    found = covered(whole, 500)
    assert (found >= 0.91).all(), found


def test_intervals_are_about_those_of_the_bootstrap():
    random = np.random.default_rng(8)
    amounts = np.abs(random.normal(size=(400, 3)) * [1, 0.5, 0.1])

    def first(*columns, axis):
        means = [column.mean(axis=axis) for column in columns]
        return means[0] / sum(means)

    theirs = bootstrap(
        tuple(amounts.T), first, paired=True, n_resamples=4_000, rng=np.random.default_rng(0)
    ).confidence_interval
    assert share_intervals(amounts)[0] == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_intervals_by_shuffling_hold_the_share_of_all_rows(monkeypatch):
    monkeypatch.setattr(shares, "_by_shap", lambda *_: None)
    monkeypatch.setattr(
        shares, "predictions", lambda _, frame: np.tanh(frame["a"].to_numpy() * frame["b"].to_numpy())[:, None]
    )
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"a": random.normal(1, 1, 50_000), "b": random.exponential(1, 50_000)})
    truth = shares.importance_shares(None, frame, ["a", "b"]).shares["a"]
    held = []
    for _ in range(DRAWS):
        drawn = frame.iloc[random.integers(0, len(frame), 100)]
        low, high = shares.importance_shares(None, drawn, ["a", "b"]).intervals["a"]
        held.append(low <= truth <= high)
    assert 0.91 <= np.mean(held) <= 0.995, np.mean(held)


def test_what_next_to_no_row_uses_has_no_interval():
    amounts = np.zeros((50, 3))
    amounts[:, 0] = 1 + np.arange(50)
    amounts[:9, 1] = 1
    assert share_intervals(amounts)[1:] == [None, None]
    assert share_intervals(amounts[:, :1]) == [None]
    assert share_intervals(np.zeros((50, 2))) == [None, None]
    assert share_intervals(amounts[:5]) == [None] * 3


def test_the_worker_brings_the_intervals_of_its_shares(worker, tmp_path):
    model = trained(boosted(HistGradientBoostingClassifier(max_iter=20, random_state=0)))
    rows = scored(model, 200)[list(KINDS)]
    path, digest = stored_model(model, tmp_path)
    found = worker.importance(request(path, digest, model.predict_proba(rows)[:, 1]))
    for name, ends in found.intervals().items():
        assert ends is None or ends[0] < found.shares[name] < ends[1]
    assert found.intervals()["age"] is not None
