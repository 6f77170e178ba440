"""Sentences on calibration and on the estimate: what is off is said with its numbers, what may be chance is not."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.ui.widgets import trust
from dashboard.ui.widgets.answers import Subject
from dashboard.views.query import Query
from tests.gallery import gallery

ENGLISH, GERMAN = Subject("Churn", "en"), Subject("Churn", "de")
RANKING = pd.DataFrame({"metric": ["roc_auc"], "value": [0.78]})
NOTHING = pd.DataFrame({"metric": [], "value": []})


def curve(*bins: tuple[float, float, float, float]) -> pd.DataFrame:
    """Bins of 500 cases: predicted, observed, low, high."""
    frame = pd.DataFrame(bins, columns=["mean_prediction", "rate", "low", "high"])
    return frame.assign(predictions=500)


def test_a_curve_that_is_off_is_said_with_its_numbers() -> None:
    found = curve((0.03, 0.19, 0.16, 0.22), (0.5, 0.52, 0.48, 0.56))
    sentence = trust.calibration(found, RANKING, True, ENGLISH)
    assert sentence.startswith("It ranks well (ROC AUC 0.780), but says 3.0% where 19.0% happened (500 known outcomes)")
    assert "1 of 2 groups" in sentence
    assert trust.calibration(found, NOTHING, True, ENGLISH).startswith("It says 3.0% where 19.0% happened")
    assert "wo 19.0% eintraten" in trust.calibration(found, RANKING, True, GERMAN)


@pytest.mark.parametrize(
    "bins",
    [
        # Within the interval, and outside of it by no more than one of ten would be by chance.
        [(0.2, 0.25, 0.18, 0.32)],
        [(0.2, 0.25, 0.21, 0.29)],
        # Beyond chance, and of no consequence.
        [(0.2, 0.21, 0.208, 0.212)],
        [(0.001, 0.002, 0.0018, 0.0022)],
    ],
)
def test_a_curve_within_chance_or_next_to_it_comes_true(bins: list[tuple[float, float, float, float]]) -> None:
    assert trust.calibration(curve(*bins), RANKING, True, ENGLISH).startswith("What it predicts comes true")


def test_rare_events_that_are_twice_as_frequent_are_off() -> None:
    assert "says 0.6% where 1.4% happened" in trust.calibration(
        curve((0.006, 0.014, 0.012, 0.016)), NOTHING, True, ENGLISH
    ).replace("It says", "says")


def test_amounts_have_their_unit() -> None:
    subject = Subject("Houses", "en", "USD")
    found = curve((250_000.0, 400_000.0, 390_000.0, 410_000.0))
    assert trust.calibration(found, NOTHING, False, subject).startswith("It predicts 250,000 USD where 400,000 USD was")
    assert trust.calibration(curve(), NOTHING, False, subject) == ""


def figures(*values: float) -> pd.DataFrame:
    periods = [f"2013-{month:02d}" for month in range(1, len(values) + 1)]
    return pd.DataFrame({"period": periods, "metric": "roc_auc", "value": values}).assign(
        low=lambda frame: frame["value"] - 0.02, high=lambda frame: frame["value"] + 0.02
    )


def test_an_estimate_that_missed_a_decline_says_so() -> None:
    measured, estimated = figures(0.70, 0.71, 0.60, 0.58), figures(0.70, 0.70, 0.70, 0.70)
    missed = trust.missed_declines(measured, estimated, "roc_auc")
    assert missed["period"].tolist() == ["2013-03", "2013-04"]
    sentence = trust.warning_of_estimate(missed, 4, "roc_auc", ENGLISH)
    assert sentence.startswith(
        "The estimate has missed declines of this model; do not rely on it alone. In 2 of 4 periods"
    )
    assert "estimated 0.700, measured 0.580" in sentence


def test_an_estimate_that_holds_or_is_too_low_is_no_warning() -> None:
    for measured in (figures(0.70, 0.67), figures(0.80, 0.82)):
        missed = trust.missed_declines(measured, figures(0.70, 0.70), "roc_auc")
        assert missed.empty
        assert trust.warning_of_estimate(missed, 2, "roc_auc", ENGLISH) == ""
    assert trust.missed_declines(figures(0.7).head(0), figures(0.7), "roc_auc").empty


def test_one_miss_of_many_periods_may_be_chance() -> None:
    measured, estimated = figures(*[0.70] * 11, 0.6), figures(*[0.70] * 12)
    assert len(trust.missed_declines(measured, estimated, "roc_auc")) == 1
    many = pd.concat([measured.assign(period=[f"{year}-{m:02d}" for m in range(1, 13)]) for year in (2010, 2011)])
    many.loc[many["period"].str.startswith("2010"), ["value", "low", "high"]] = [0.70, 0.68, 0.72]
    told = pd.concat([estimated.assign(period=[f"{year}-{m:02d}" for m in range(1, 13)]) for year in (2010, 2011)])
    assert trust.missed_declines(many, told, "roc_auc").empty


@pytest.mark.parametrize(
    ("state", "start"), [("alarming", "It says"), ("healthy", "What it predicts"), ("unknown", "")]
)
def test_states_of_the_gallery(state: str, start: str) -> None:
    found = gallery(state)
    sentence = trust.calibration(found.read("calibration", Query()), found.read("performance", Query()), True, ENGLISH)
    assert sentence.startswith(start)
    assert bool(sentence) == bool(start)
