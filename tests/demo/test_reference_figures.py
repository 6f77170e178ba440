"""The pipelines reach the figures that are known for these files, and show what happened in the world."""

import pytest
from sklearn.metrics import mean_absolute_error, roc_auc_score

REFERENCE = "reference"
# Splits move these figures by a few hundredths.
AUC = [
    ("flight-delay", REFERENCE, 0.650),
    ("flight-delay", "2013-04", 0.635),
    ("flight-delay", "2013-05", 0.712),
    ("flight-delay", "2013-06", 0.697),
    ("flight-delay", "2013-10", 0.624),
    ("flight-delay", "2013-12", 0.670),
    ("retail-churn", REFERENCE, 0.736),
    ("retail-churn", "2010-12", 0.742),
    ("injury-triage", REFERENCE, 0.747),
    ("injury-triage", "1999", 0.721),
    ("injury-triage", "2000", 0.716),
    ("injury-triage", "2001", 0.738),
    ("injury-triage", "2002", 0.714),
    ("employment-support", REFERENCE, 0.784),
    ("employment-support", "2016", 0.778),
    ("employment-support", "2017", 0.784),
    ("employment-support", "2018", 0.789),
]
MAE = [
    ("collateral-valuation", REFERENCE, 71_000),
    ("collateral-valuation", "2013", 93_200),
    ("collateral-valuation", "2014", 127_500),
    ("collateral-valuation", "2015", 186_600),
    ("collateral-valuation", "2016", 254_700),
    ("bike-demand", REFERENCE, 26.8),
    ("bike-demand", "2012-01", 58),
    ("bike-demand", "2012-09", 115),
]
# Mean prediction and rate (or mean actual).
MEANS = [
    ("flight-delay", "2013-04", 0.175, 0.290),
    ("flight-delay", "2013-09", 0.159, 0.133),
    ("retail-churn", "2010-12", 0.365, 0.621),
    ("collateral-valuation", "2016", 460_000, 710_000),
]


def rows(log, period):
    """The labelled rows of the reference, or of all days that begin with `period`."""
    chosen = log["reference"] if period == REFERENCE else log["day"].str.startswith(period) & ~log["reference"]
    return log[chosen & log["actual"].notna()]


@pytest.mark.parametrize(("model", "period", "expected"), AUC)
def test_ranking_is_as_known(logs, model, period, expected):
    found = rows(logs[model], period)
    assert roc_auc_score(found["actual"], found["score"]) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("model", "period", "expected"), MAE)
def test_errors_are_as_known(logs, model, period, expected):
    found = rows(logs[model], period)
    assert mean_absolute_error(found["actual"], found["score"]) == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize(("model", "period", "prediction", "actual"), MEANS)
def test_calibration_is_as_known(logs, model, period, prediction, actual):
    found = rows(logs[model], period)
    scale = 0.03 if actual < 1 else 0.03 * actual
    assert found["score"].mean() == pytest.approx(prediction, abs=scale)
    assert found["actual"].mean() == pytest.approx(actual, abs=scale / 10)


def test_employment_selects_people_with_disability_far_less_often(logs):
    log = logs["employment-support"]
    selected = (log["score"] >= 0.5).groupby(log["DIS"]).mean()
    assert selected["with disability"] == pytest.approx(0.23, abs=0.03)
    assert selected["without disability"] == pytest.approx(0.90, abs=0.02)


def test_week_of_the_controllers_stands_out_in_flights(logs):
    log = logs["flight-delay"]
    week = log["day"].between("2013-04-21", "2013-04-27")
    assert log.loc[week, "actual"].mean() == pytest.approx(0.41, abs=0.01)
    assert log.loc[~log["reference"], "actual"].mean() == pytest.approx(0.25, abs=0.01)


def test_churn_probabilities_break_after_christmas_while_ranking_holds(logs):
    monthly = {month: rows(logs["retail-churn"], month) for month in ("2010-09", "2010-10", "2010-12", "2011-01")}
    bias = {month: (log["score"] - log["actual"]).mean() for month, log in monthly.items()}
    assert abs(bias["2010-09"]) < 0.07
    assert abs(bias["2010-10"]) < 0.07
    assert bias["2010-12"] < -0.15
    assert bias["2011-01"] < -0.15
    assert all(roc_auc_score(log["actual"], log["score"]) > 0.70 for log in monthly.values())


def test_planted_fault_begins_in_month_eight(logs):
    log = logs["card-default"]
    month = log["day"].str[5:7].astype(int)
    assert (log["PAY_0"] - log["PAY_0_source"]).groupby(month).unique().map(list).to_dict() == {
        number: [1 if number >= 8 else 0] for number in range(1, 13)
    }
    bias = (log["score"] - log["actual"]).groupby(month).mean()
    assert bias[bias.index.isin([5, 6, 7])].abs().max() < 0.02
    assert bias[bias.index >= 8].min() > 0.04
