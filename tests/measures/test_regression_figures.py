"""Every regression figure against scikit-learn, from rows that went through the log and the profiles."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from tests.profiles.watched import REGRESSION, binary_rows, card_of, figures, labels_of_period, watch

FEATURES = {"x": "numeric", "colour": "categorical"}


def regression_rows(seed: int, rows: int, level: float = 100.0, spread: float = 10.0, **when: object) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = binary_rows(rng, rows, **when)
    actual = level + spread * rng.standard_normal(rows)
    return frame.assign(
        score=actual + spread / 2 * rng.standard_normal(rows), actual=np.where(rng.random(rows) < 0.1, np.nan, actual)
    )


def regression_by_sklearn(rows: pd.DataFrame) -> dict[str, float]:
    actual, score = rows["actual"].to_numpy(), rows["score"].to_numpy()
    return {
        "mae": metrics.mean_absolute_error(actual, score),
        "rmse": metrics.root_mean_squared_error(actual, score),
        "r2": metrics.r2_score(actual, score, force_finite=False) if len(set(actual)) > 1 else math.nan,
        "mape": metrics.mean_absolute_percentage_error(actual, score),
        "mean_prediction": score.mean(),
        "mean_actual": actual.mean(),
        "bias": (score - actual).mean(),
    }


def assert_agree(found: dict[str, float], rows: pd.DataFrame) -> None:
    assert found == pytest.approx(regression_by_sklearn(rows), rel=1e-9, abs=1e-11, nan_ok=True)


@pytest.mark.parametrize("by", ["day", "week", "quarter"])
@pytest.mark.parametrize("cluster", [None, "colour"])
def test_figures_of_every_period(store, by, cluster):
    rows = regression_rows(1, 5_000, first="2013-02-20", zone="Europe/Berlin")
    card = card_of(
        REGRESSION, FEATURES, time_zone="Europe/Berlin", cluster=cluster, reference=("2013-02-20", "2013-03-05")
    )
    found = figures(watch(store, card, rows), by)
    known = rows[rows["actual"].notna()]
    for period, group in known.groupby(labels_of_period(known["at"], "Europe/Berlin", by)):
        assert_agree(found[str(period)], group)


@pytest.mark.parametrize(("level", "spread"), [(0.0, 1.0), (1e6, 1e3), (-3.0, 0.1), (1e3, 1.0)])
def test_figures_keep_their_digits_after_a_jump_of_the_level(store, level, spread):
    before, after = (
        regression_rows(2, 500, days=20),
        regression_rows(3, 500, level, spread, first="2013-02-01", days=20),
    )
    card = card_of(REGRESSION, FEATURES, reference=("2013-01-01", "2013-01-31"))
    found = figures(watch(store, card, before, after))
    assert_agree(found["2013-02"], after[after["actual"].notna()])


def test_a_model_worse_than_the_mean_has_negative_r2(store):
    rows = regression_rows(4, 400, days=20)
    rows["score"] = 300 - rows["score"]
    found = figures(watch(store, card_of(REGRESSION), rows))["2013-01"]
    assert found["r2"] < -1
    assert_agree(found, rows[rows["actual"].notna()])


def test_actuals_that_do_not_vary_or_are_zero(store):
    rows = regression_rows(5, 900, days=59)
    second = rows["at"].dt.month == 2
    rows.loc[second, "actual"] = 0.1
    rows.loc[~second & (rows.index % 5 == 0), "actual"] = 0.0
    found = figures(watch(store, card_of(REGRESSION), rows))
    known = rows["actual"].notna()
    assert_agree(found["2013-01"], rows[known & ~second])
    assert_agree(found["2013-02"], rows[second])
    assert math.isnan(found["2013-02"]["r2"])


def test_one_labelled_row(store):
    rows = regression_rows(6, 40, days=3)
    rows.loc[1:, "actual"] = np.nan
    rows.loc[0, "actual"] = 90.0
    assert_agree(figures(watch(store, card_of(REGRESSION), rows))["2013-01"], rows[:1])
