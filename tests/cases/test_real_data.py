"""Real predictions whose story is known: one stays green, two decline from a known month on, one has an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.cases.ledger import BINARY, REGRESSION, Ledger
from tests.cases.real_data import read

pytestmark = pytest.mark.campaign


def statuses(ledger: Ledger, metric: str) -> dict[str, str]:
    """The status of a metric by month."""
    shown = ledger.show("performance", "m", "--by", "month").query(f"metric == '{metric}'")
    return dict(zip(shown["period"], shown["status"], strict=True))


def between(found: Mapping[str, Any], first: str, last: str) -> list[Any]:
    """The values of some months, both inclusive."""
    return [value for period, value in found.items() if first <= period <= last]


@pytest.fixture(scope="module")
def weather() -> pd.DataFrame:
    """Tomorrow's temperature is forecast as today's, in five cities; the features are today's weather."""
    found = read("mosaicData", "Weather").sort_values(["city", "date"])
    today = found.groupby("city").shift(1)
    made = pd.DataFrame({
        "id": found["city"] + " " + found["date"].astype(str), "at": pd.to_datetime(found["date"], utc=True),
        "day": found["date"].astype(str), "city": found["city"], "p": today["avg_temp"].astype(float),
        "y": found["avg_temp"].astype(float), "humidity": today["avg_humidity"].astype(float),
        "pressure": today["avg_hg"].astype(float),
    })  # fmt: skip
    return made.dropna(subset=["p"]).sort_values("at")


def test_a_forecast_that_stays_as_good_stays_green(ledger, weather):
    ledger.card(
        REGRESSION,
        features={name: {"kind": "numeric"} for name in ("humidity", "pressure")} | {"city": {"kind": "categorical"}},
        versions=[{"version": "1", "importance": {"humidity": 0.4, "pressure": 0.4, "city": 0.2}}],
        data={"cluster": "day", "reference": {"from": "2016-01-01", "to": "2016-12-31"}},
        business={"key_metrics": [{"metric": "mae", "target": 3.5, "limit": 4.0}]},
    )
    ledger.monitored(weather)
    found = statuses(ledger, "mae")
    assert set(between(found, "2017-01", "2017-12")) == {"ok"}


def test_the_same_forecast_without_targets_is_not_alarmed(ledger, weather):
    ledger.card(REGRESSION, data={"cluster": "day", "reference": {"from": "2016-01-01", "to": "2016-12-31"}},
                features={"humidity": {"kind": "numeric"}})  # fmt: skip
    ledger.monitored(weather)
    # February 2017 was 27 % worse than the mean of 2016, which February 2016 was not; all others lie nearer.
    months = [status for month, status in statuses(ledger, "mae").items() if month >= "2017" and month != "2017-02"]
    assert "alert" not in months


def errors_of_births(ledger: Ledger) -> dict[str, str]:
    """A mean by weekday and month of 1969 and 1970; births in the United States fell from the end of 1971 on."""
    found = read("mosaicData", "Births")
    past = found[found["year"] <= 1970].groupby(["wday", "month"])["births"].mean().rename("p").reset_index()
    found = found[found["year"].between(1970, 1975)].merge(past, on=["wday", "month"])
    made = pd.DataFrame({
        "id": found["date"].astype(str), "at": pd.to_datetime(found["date"], utc=True), "p": found["p"],
        "y": found["births"].astype(float), "wday": found["wday"],
    })  # fmt: skip
    ledger.card(
        REGRESSION, period="day", features={"wday": {"kind": "categorical"}},
        data={"reference": {"from": "1970-01-01", "to": "1970-12-31"}},
        business={"key_metrics": [{"metric": "mae", "target": 650, "limit": 750}]},
        monitoring={"performance": {"min_labelled": 25}},
    )  # fmt: skip
    ledger.monitored(made.sort_values("at"))
    return statuses(ledger, "mae")


def test_births_that_fall_are_told_from_the_first_months_of_the_fall(ledger):
    months = errors_of_births(ledger)
    assert "alert" not in between(months, "1970-01", "1971-10")
    assert "alert" in between(months, "1972-06", "1975-12")


def test_no_month_of_the_fall_is_called_good(ledger):
    # A month of days that hang together may be too little to judge, but none of these is called good.
    assert "ok" not in between(errors_of_births(ledger), "1972-06", "1975-12")


def test_a_ranking_that_falls_in_autumn_is_told_from_october_on(ledger):
    """Rates of traffic stops by precinct and hour of January to March; from October on they rank worse (0.65)."""
    found = read("carData", "MplsStops")
    at = pd.to_datetime(found["date"], utc=True)
    found = found.assign(at=at, hour=at.dt.hour, y=(found["problem"] == "traffic").astype(int)).sort_values("at")
    past = found[found["at"] < "2017-04-01"]
    rates = past.groupby(["policePrecinct", "hour"])["y"].agg(["sum", "count"])
    rates = ((rates["sum"] + 20 * past["y"].mean()) / (rates["count"] + 20)).rename("p").reset_index()
    made = found.merge(rates, on=["policePrecinct", "hour"])[["at", "p", "y", "hour", "policePrecinct"]]
    made = made[made["at"] < "2018-01-01"].assign(id=np.arange(len(made[made["at"] < "2018-01-01"]))).sort_values("at")
    ledger.card(
        BINARY, period="day", time_zone="UTC",
        features={"hour": {"kind": "numeric"}, "policePrecinct": {"kind": "categorical"}},
        data={"reference": {"from": "2017-01-01", "to": "2017-03-31"}},
        business={"key_metrics": [{"metric": "roc_auc", "target": 0.70, "limit": 0.685}]},
    )  # fmt: skip
    ledger.monitored(made.astype({"policePrecinct": str}))
    months = statuses(ledger, "roc_auc")
    assert "alert" not in between(months, "2017-01", "2017-09")
    assert months["2017-10"] in ("warn", "alert")
    assert between(months, "2017-11", "2017-12") == ["alert", "alert"]


def test_a_crisis_is_one_event(ledger):
    """Sales of houses in 46 Texan cities, forecast as those of the year before, in logarithms."""
    found = read("ggplot2", "txhousing").sort_values(["city", "date"])
    found["p"] = np.log(found.groupby("city")["sales"].shift(12))
    found["y"] = np.log(found["sales"])
    found = found.dropna(subset=["p", "y"])
    at = pd.to_datetime(found[["year", "month"]].assign(day=15), utc=True)
    made = found[["p", "y", "city"]].assign(id=found["city"] + " " + at.dt.strftime("%Y-%m"), at=at)
    ledger.card(
        REGRESSION, features={"city": {"kind": "categorical"}},
        data={"cluster": "city", "reference": {"from": "2002-01-01", "to": "2005-12-31"}},
        business={"key_metrics": [{"metric": "bias", "target": 0.15, "limit": 0.2}]},
        monitoring={"performance": {"min_labelled": 30}},
    )  # fmt: skip
    ledger.monitored(made.sort_values("at"))
    months = statuses(ledger, "bias")
    assert "alert" not in between(months, "2002-01", "2007-12")
    assert between(months, "2009-01", "2009-02") == ["alert", "alert"]
    assert "alert" in between(months, "2008-09", "2009-01")
    assert "alert" not in between(months, "2013-01", "2015-07")
