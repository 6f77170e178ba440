"""Calibration by quantile bins against the rows themselves; intervals of bins against a bootstrap of clusters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import calibration_curve

from dashboard.measures.calibration import BINS, CalibrationBins, binary_bins, regression_bins
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.profiles.windows import Profiles, merged
from tests.measures.test_intervals import clustered
from tests.measures.test_regression_figures import regression_rows
from tests.profiles.watched import REGRESSION, binary_rows, card_of, watch


def bins_of(profiles: Profiles) -> CalibrationBins:
    window = merged(profiles.read(("outcomes",)), profiles.layout)
    measured = binary_bins if profiles.layout.task != REGRESSION else regression_bins
    return measured(outcomes_of(window, profiles.layout), units_of(window, profiles.layout))


@pytest.mark.parametrize("scale", [1.0, 0.002])
def test_bins_hold_the_same_sums_as_the_rows(store, scale):
    rng = np.random.default_rng(31)
    rows = binary_rows(rng, 8_000, days=30)
    rows["score"] = rng.beta(1.3, 4, len(rows)) * scale
    found = bins_of(watch(store, card_of(), rows))
    known = rows[rows["actual"].notna()]
    assert found.rows.sum() == len(known)
    assert (found.rows * found.observed).sum() == pytest.approx(known["actual"].sum(), rel=1e-12)
    assert (found.rows * found.predicted).sum() == pytest.approx(known["score"].sum(), rel=1e-7)
    assert len(found.rows) == BINS
    assert found.rows == pytest.approx(np.full(BINS, len(known) / BINS), rel=0.1)
    assert (np.diff(found.predicted) > 0).all()
    observed, predicted = calibration_curve(known["actual"], known["score"], n_bins=BINS, strategy="quantile")
    assert found.predicted == pytest.approx(predicted, rel=0.05)
    assert found.observed == pytest.approx(observed, abs=0.02)


def test_bins_of_few_distinct_scores_are_exact(store):
    rows = binary_rows(np.random.default_rng(32), 3_000, missing=0, days=30)
    rows["score"] = rows["score"].round(1).clip(0.1, 0.4)
    found = bins_of(watch(store, card_of(), rows))
    by_score = rows.groupby("score")["actual"]
    assert found.predicted == pytest.approx(sorted(rows["score"].unique()), rel=1e-12)
    assert found.observed == pytest.approx(by_score.mean().to_numpy(), rel=1e-12)
    assert found.rows.tolist() == by_score.size().tolist()


def test_rows_that_hang_together_widen_the_intervals(store):
    rows = clustered(33, 60, 50, 1.5)
    found = bins_of(watch(store, card_of(cluster="group"), rows))
    half = (found.high - found.low) / 2
    assert half.mean() == pytest.approx(half_widths(rows, found).mean(), rel=0.3)
    alone = bins_of(watch(store, card_of(), rows.assign(id=[f"n{i}" for i in range(len(rows))])))
    assert ((alone.high - alone.low) / 2).mean() < 0.8 * half.mean()


def half_widths(rows: pd.DataFrame, found: CalibrationBins) -> np.ndarray:
    """Half the width of the 95 % intervals of rates in the same bins, from drawing whole clusters again."""
    rng = np.random.default_rng(34)
    place = np.clip(np.searchsorted(found.lower, rows["score"], side="right") - 1, 0, None)
    table = rows.assign(place=place).groupby(["group", "place"])["actual"].agg(["sum", "size"]).unstack(fill_value=0)
    happened, cases = table["sum"].to_numpy(), table["size"].to_numpy()
    drawn = []
    for _ in range(400):
        chosen = rng.integers(0, len(table), len(table))
        drawn.append(happened[chosen].sum(axis=0) / np.maximum(cases[chosen].sum(axis=0), 1))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return np.asarray((high - low) / 2)


def test_a_rate_of_zero_has_an_interval(store):
    rows = binary_rows(np.random.default_rng(35), 400, missing=0, days=20).assign(actual=0.0)
    found = bins_of(watch(store, card_of(), rows))
    assert (found.low == 0).all()
    assert (found.high > 0.05).all()


def test_bins_of_a_regression(store):
    rows = regression_rows(36, 4_000, days=30)
    found = bins_of(watch(store, card_of(REGRESSION), rows))
    known = rows[rows["actual"].notna()]
    assert (found.rows * found.observed).sum() == pytest.approx(known["actual"].sum(), rel=1e-9)
    assert (found.rows * found.predicted).sum() == pytest.approx(known["score"].sum(), rel=1e-9)
    spread = (known["score"] - known["actual"]).std()
    assert (found.high - found.low) / 2 == pytest.approx(2.05 * spread / np.sqrt(found.rows), rel=0.5)
