"""Stray instants, and instants as warehouses and spreadsheets write them; days and weeks in any time zone."""

from __future__ import annotations

import pytest

from tests.cases.ledger import ISO, OK, REFUSED, days_ago, rows

pytestmark = pytest.mark.campaign

# influxdata/influxdb 6599, feast-dev/feast 3548, bxparks/bigquery-schema-generator 19, timescale/timescaledb 9119.
STRAY = ["2200-12-31T00:00:00Z", "1900-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "in sixty days"]


@pytest.mark.parametrize("instant", STRAY)
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_stray_instant_is_told(ledger, instant, form):
    instant = days_ago(-60).strftime(ISO) if instant == "in sixty days" else instant
    ledger.card()
    made = rows(500)
    made["at"] = made["at"].dt.strftime(ISO)
    made.loc[5, "at"] = instant
    told = ledger.predictions(made if form == "parquet" else ledger.csv(made))
    assert told.code == REFUSED
    assert instant[:10] in told.text


WRITTEN = {
    "BigQuery": "%Y-%m-%d %H:%M:%S UTC",
    "BigQuery with parts of seconds": "%Y-%m-%d %H:%M:%S.%f UTC",
    "Snowflake": "%Y-%m-%d %H:%M:%S.000 +0000",
    "PostgreSQL": "%Y-%m-%d %H:%M:%S+00",
    "Python's text": "%Y-%m-%d %H:%M:%S+00:00",
    "ISO 8601 with comma": "%Y-%m-%dT%H:%M:%S,000Z",
}


@pytest.mark.parametrize("form", WRITTEN)
def test_instants_of_warehouses_are_read(ledger, form):
    ledger.card()
    made = rows(60)
    told = ledger.predictions(ledger.csv(made.assign(at=made["at"].dt.strftime(WRITTEN[form]))))
    assert told.code == OK, told.err
    ledger.monitor()
    months = ledger.show("performance", "m").drop_duplicates("period").set_index("period")["predictions"].to_dict()
    assert months == made["at"].dt.strftime("%Y-%m").value_counts().to_dict()


ZONES = [("America/Sao_Paulo", "2018-01-01", 365), ("Africa/Cairo", "2014-01-01", 365),
         ("Australia/Lord_Howe", "2024-01-01", 365), ("Pacific/Apia", "2011-12-20", 20)]  # fmt: skip


@pytest.mark.parametrize(("period", "form"), [("hour", "%Y-%m-%dT%H"), ("day", "%Y-%m-%d")])
@pytest.mark.parametrize(("zone", "start", "days"), ZONES)
def test_days_and_hours_in_zones_with_odd_clocks(ledger, zone, start, days, period, form):
    ledger.card(time_zone=zone, period=period)
    made = rows(1000, days=days, start=start)
    ledger.monitored(made)
    shown = ledger.show("performance", "m").drop_duplicates("period")
    wanted = made["at"].dt.tz_convert(zone).dt.strftime(form).value_counts().to_dict()
    assert dict(zip(shown["period"], shown["predictions"], strict=True)) == wanted


@pytest.mark.parametrize("start", ["2020-12-20", "2015-12-20", "2018-12-20"])
def test_weeks_over_new_year(ledger, start):
    ledger.card(period="week")
    made = rows(1500, days=30, start=start)
    ledger.monitored(made)
    shown = ledger.show("performance", "m").drop_duplicates("period")
    calendar = made["at"].dt.isocalendar()
    weeks = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    assert dict(zip(shown["period"], shown["predictions"], strict=True)) == weeks.value_counts().to_dict()


def test_seconds_since_1970_mean_what_they_say_or_are_refused(ledger):
    ledger.card()
    made = rows(60)
    told = ledger.predictions(ledger.csv(made.assign(at=made["at"].dt.as_unit("s").astype("int64"))))
    if told.code == OK:
        ledger.monitor()
        assert set(ledger.show("performance", "m")["period"]) == {"2024-01", "2024-02"}
    else:
        assert told.code == REFUSED
