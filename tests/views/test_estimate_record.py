"""How good estimates were: counted by hand, with statsmodels' interval, and in the reader's words."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from statsmodels.stats.proportion import proportion_confint

from dashboard.schema.card.card import ModelCard
from dashboard.ui.widgets import trust
from dashboard.ui.widgets.answers import Subject
from dashboard.views.estimate_record import compared, is_beyond
from dashboard.views.records import records
from tests.acceptance.portfolio import BINARY_CARD

CARD = ModelCard.model_validate(yaml.safe_load(BINARY_CARD))
# Period, measured value, status by outcomes, the estimate's interval, share of known outcomes.
PERIODS = [
    ("2024-03", 0.80, "ok", (0.75, 0.85), 1.0),
    ("2024-04", 0.84, "ok", (0.75, 0.85), 1.0),
    ("2024-05", 0.60, "alert", (0.75, 0.85), 1.0),
    ("2024-06", 0.60, "alert", (0.55, 0.65), 0.9),
    ("2024-07", 0.74, "warn", (0.60, 0.69), 1.0),
    ("2024-08", 0.69, "unknown", (0.60, 0.69), 1.0),
    ("2024-09", 0.20, "alert", (0.75, 0.85), 0.3),
]


def frames(periods: list[tuple[str, float, str, tuple[float, float], float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    performance = pd.DataFrame(
        [
            {"period": period, "metric": "roc_auc", "value": value, "predictions": 1_000,
             "labelled": int(1_000 * known), "status": status}
            for period, value, status, _, known in periods
        ]
    )  # fmt: skip
    estimate = pd.DataFrame(
        [
            {"period": period, "metric": "roc_auc", "value": sum(ends) / 2, "low": ends[0], "high": ends[1]}
            for period, _, _, ends, _ in periods
        ]
    )
    return performance, estimate


def test_periods_whose_outcomes_are_known_are_counted() -> None:
    (row,) = records(compared(*frames(PERIODS), CARD, "en"))
    assert (row["periods"], row["within"], row["limit"]) == (6, 4, 0.7)
    assert (row["right_alarms"], row["wrong_alarms"], row["missed_alarms"]) == (1, 1, 1)
    assert row["within_share"] == pytest.approx(4 / 6)
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(4, 6, method="wilson"), abs=1e-6)
    assert row["reason"] is None
    said = trust.estimate_record(compared(*frames(PERIODS), CARD, "en"), "roc_auc", Subject("", "en"))
    assert "in 4 of 6 periods" in said
    assert "1 alerts by outcomes it did not foresee" in said


def test_of_few_periods_no_share_is_given() -> None:
    found = compared(*frames(PERIODS[:3]), CARD, "de")
    (row,) = records(found)
    assert (row["periods"], row["within_share"], row["low"]) == (3, None, None)
    assert trust.estimate_record(found, "roc_auc", Subject("", "de")) == row["reason"]
    assert trust.estimate_record(found, "bias", Subject("", "de")) == ""


def test_without_estimate_or_outcomes_there_is_no_record() -> None:
    performance, estimate = frames(PERIODS)
    assert compared(performance, pd.DataFrame(), CARD, "en").empty
    assert compared(performance, estimate.assign(low=None), CARD, "en").empty


@pytest.mark.parametrize(
    ("metric", "low", "high", "beyond"),
    [
        ("roc_auc", 0.5, 0.69, True), ("roc_auc", 0.5, 0.71, False), ("brier_score", 0.71, 0.8, True),
        ("brier_score", 0.6, 0.8, False), ("bias", -0.9, -0.71, True), ("bias", -0.9, 0.9, False),
    ],
)  # fmt: skip
def test_a_whole_interval_lies_beyond_a_limit(metric: str, low: float, high: float, beyond: bool) -> None:
    assert is_beyond(metric, low, high, 0.7) == beyond
