"""Whether value is delivered: verdicts by hand, money of a log against pandas, the status of record and its alert."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, strategies as st

from dashboard.access.principal import operator
from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError
from dashboard.governance.value.reported import ReportedFigure, reported_sum
from dashboard.governance.value.valuation import months_in
from dashboard.governance.value.verdict import Measured, Promised, Record, judge_value
from dashboard.measures.figure import Figure
from dashboard.measures.value.worth import Expected
from dashboard.store.events import RecordedEvent
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view
from dashboard.words import Sentence
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.conftest import History
from tests.measures.value.priced import PRICES, money_by_hand

NOT_KNOWN = Figure(math.nan, math.nan, math.nan, 0)
LATE = Sentence("Too few outcomes.")


def figure(value: float, low: float = math.nan, high: float = math.nan) -> Figure:
    return Figure(value, low, high, 100)


@pytest.mark.parametrize(
    ("realised", "expected", "unfair", "answer", "source"),
    [
        (figure(120, 100, 140), NOT_KNOWN, None, "yes", "realised"),
        (figure(120, 99.9, 140), NOT_KNOWN, None, "unknown", "realised"),
        (figure(80, 60, 100), NOT_KNOWN, None, "unknown", "realised"),
        (figure(80, 60, 99.9), NOT_KNOWN, None, "no", "realised"),
        (figure(80), NOT_KNOWN, None, "unknown", "realised"),
        (NOT_KNOWN, figure(80, 60, 99), None, "no", "estimated"),
        (NOT_KNOWN, figure(150, 110, 180), None, "yes", "estimated"),
        (figure(80, 60, 90), figure(150, 110, 180), LATE, "yes", "estimated"),
        (figure(80, 60, 90), NOT_KNOWN, LATE, "unknown", None),
        (NOT_KNOWN, NOT_KNOWN, None, "unknown", None),
    ],
)
def test_the_bounds_of_the_interval_decide(
    realised: Figure, expected: Figure, unfair: Sentence | None, answer: str, source: str | None
) -> None:
    verdict = judge_value(Measured(realised, unfair, Expected(expected)), Promised(100, "EUR"))
    assert (verdict.answer, verdict.source) == (answer, source)
    assert verdict.reason.render("en")
    assert verdict.reason.render("de") != verdict.reason.render("en") or unfair is not None


@pytest.mark.parametrize(
    ("record", "estimate", "answer"),
    [
        (Record(12, 2, 0), figure(150, 110, 180), "unknown"),
        (Record(12, 1, 0, "too_high"), figure(150, 110, 180), "unknown"),
        (Record(12, 1, 0), figure(150, 110, 180), "yes"),
        (Record(12, 0, 5, "too_low"), figure(150, 110, 180), "yes"),
        (Record(12, 0, 2), figure(50, 40, 60), "unknown"),
        (Record(12, 9, 0, "too_high"), figure(50, 40, 60), "no"),
    ],
)
def test_an_estimate_that_erred_to_its_side_before_answers_nothing(
    record: Record, estimate: Figure, answer: str
) -> None:
    found = judge_value(Measured(NOT_KNOWN, None, Expected(estimate)), Promised(100, "EUR"), lambda: record)
    assert (found.answer, found.settled) == (answer, answer != "unknown")


def test_a_period_that_is_not_over_is_answered_only_by_yes() -> None:
    for known, answer in ((figure(80, 60, 90), "unknown"), (figure(130, 110, 150), "yes")):
        found = judge_value(Measured(known, None, Expected()), Promised(100, "EUR", date(2024, 5, 20)))
        assert (found.answer, found.settled) == (answer, answer == "yes")


def test_months_are_counted_by_their_own_days() -> None:
    assert months_in(date(2024, 1, 1), date(2024, 12, 31)) == pytest.approx(12)
    assert months_in(date(2024, 2, 1), date(2024, 2, 7)) == pytest.approx(7 / 29)
    assert months_in(date(2024, 1, 31), date(2024, 2, 1)) == pytest.approx(1 / 31 + 1 / 29)


def rows_of(months: int = 5) -> pd.DataFrame:
    """Forty cases a day from January 2024; a tenth of the outcomes never becomes known, none of the last month."""
    rng = np.random.default_rng(1)
    at = pd.date_range("2024-01-01", periods=months * 30 * 40, freq="36min", tz="UTC")
    number = len(at)
    score = rng.beta(2, 3, number).round(3)
    actual = (rng.random(number) < score).astype(float)
    actual[(rng.random(number) < 0.1) | (at >= "2024-05-01")] = np.nan
    return pd.DataFrame(
        {
            "id": [f"c-{place}" for place in range(number)], "decided": at, "p": score, "fraud": actual,
            "customer": rng.integers(0, 900, number), "amount": 1.0, "age": 40, "constant": 7.0,
            "region": rng.choice(["north", "south"], number), "channel": "web", "model_version": "1",
        }
    )  # fmt: skip


@pytest.fixture
def priced(history: History, tmp_path: Path) -> History:
    """A model whose outcomes have prices, monitored on 3 June 2024, promised 10,000 a month on its card."""
    history.on("2024-06-03")
    value = {"currency": "EUR", "promised_per_month": 10_000, "running_cost_per_month": 600, "outcomes": PRICES}
    card = yaml.safe_load(BINARY_CARD)
    written = {**card, "time_zone": "UTC", "roles": {"accountable_executive": ["anna"]}}
    written["business"] = {**card["business"], "value": value}
    history.people("people: [{id: anna, name: Anna}]")
    history.register_text(yaml.safe_dump(written))
    path = tmp_path / "rows.parquet"
    rows_of().to_parquet(path)
    history.predictions(path)
    return history


def value(history: History, **asked: object) -> dict[str, dict[str, object]]:
    frame = run_view(history.store, "value", Query(model="claims", **asked), operator("test"))
    return {str(row["period"]): row for row in records(frame)}


def test_money_of_periods_is_that_of_the_rows(priced: History) -> None:
    rows = rows_of()
    rows = rows.assign(score=rows["p"], actual=rows["fraud"])
    rows["money"] = money_by_hand(rows, 0.37)
    for by, form in (("month", "%Y-%m"), ("quarter", None)):
        found = value(priced, by=by)
        names = rows["decided"].dt.strftime(form) if form else "2024-Q" + rows["decided"].dt.quarter.astype(str)
        for period, part in rows.groupby(names):
            row = found[str(period)]
            assert (row["predictions"], row["labelled"]) == (len(part), part["actual"].notna().sum())
            if not row["labelled"]:
                assert row["realised"] is None
                assert row["source"] == "estimated"
                continue
            assert row["realised"] == pytest.approx(part["money"].sum() * len(part) / part["money"].notna().sum())
            months = 3 if by == "quarter" else 1
            assert (row["promised"], row["cost"]) == (pytest.approx(10_000 * months), pytest.approx(600 * months))
            assert row["net"] == pytest.approx(row["realised"] - row["cost"])
            assert row["currency"] == "EUR"
    some = value(priced, start=date(2024, 2, 1), end=date(2024, 2, 7), by="month")["2024-02"]
    assert some["promised"] == pytest.approx(10_000 * 7 / 29)
    assert some["cost"] == pytest.approx(600 * 7 / 29)


def test_a_part_of_the_cases_has_money_and_no_promise(priced: History) -> None:
    rows = rows_of()
    rows = rows.assign(score=rows["p"], actual=rows["fraud"])
    north = rows[(rows["region"] == "north") & (rows["decided"].dt.month == 3)]
    money = money_by_hand(north, 0.37)
    found = value(priced, segment=("region", "north"), by="month")["2024-03"]
    assert found["realised"] == pytest.approx(money.sum() * len(north) / money.notna().sum())
    assert (found["promised"], found["cost"], found["verdict"]) == (None, None, "unknown")
    assert "all cases" in str(found["reason"])


def test_the_status_follows_the_promise_and_opens_an_alert(priced: History) -> None:
    brought = value(priced, by="month")["2024-05"]
    assert brought["source"] == "estimated"
    assert brought["verdict"] == "yes"
    (area,) = [row for row in records(priced.show("status")) if row["area"] == "value"]
    assert (area["status"], area["period"]) == ("ok", "2024-05")
    assert records(priced.show("models"))[0]["value_verdict"] == "yes"
    priced.act("anna", "promise", per_month=10 * float(str(brought["high"])), start="2024-01-01", reason="Ten times.")
    (area,) = [row for row in records(priced.show("status")) if row["area"] == "value"]
    assert area["status"] == "alert"
    assert records(priced.show("models"))[0]["value_verdict"] == "no"
    assert records(priced.show("values"))[0]["verdict"] == "no"
    assert records(priced.show("values"))[0]["reason"] == area["reason"]
    run_action(priced.store, "monitor", Models(models=("claims",)), operator("test"))
    alerts = records(run_view(priced.store, "alerts", Query(model="claims"), operator("test")))
    assert "value" in {row["area"] for row in alerts}


def test_moves_thresholds_and_decisions_of_a_log_add_up(priced: History) -> None:
    moves = priced.show("value-moves")
    assert (moves["volume"] + moves["mix"] + moves["quality"]).tolist() == pytest.approx(moves["change"].tolist())
    decisions, periods = priced.show("value-decisions"), value(priced, by="month")
    counted = sum(int(str(row["labelled"])) for row in periods.values())
    assert decisions["number"].sum() == counted == decisions["labelled"].iloc[0]
    thresholds = priced.show("value-thresholds")
    assert thresholds.loc[thresholds["current"], "threshold"].tolist() == [0.37]
    assert thresholds["best"].sum() == 1
    current = thresholds[thresholds["current"]].iloc[0]
    assert current["money"] / current["predictions"] == pytest.approx(decisions["money"].sum() / counted)
    assert current["gain"] == 0


def reported(history: History, first: str, last: str, value: float, **further: object) -> None:
    said = {"name": "Saved hours", "unit": "EUR", "source": "ERP", "is_value": True, **further}
    history.event("kpi", first, until=last, value=value, **said)


@pytest.fixture
def counted_elsewhere(history: History, tmp_path: Path) -> History:
    """A model whose card has no prices, with a log until May 2024 and a promise of 1,000 a month."""
    history.on("2024-06-03")
    prices = {"currency": "EUR", "promised_per_month": 1000, "running_cost_per_month": 100}
    history.card(business={"process": "claims", "value": prices}, time_zone="UTC")
    path = tmp_path / "rows.parquet"
    rows_of().to_parquet(path)
    history.predictions(path)
    return history


def test_what_the_business_reports_is_what_the_model_brought_where_the_card_has_no_prices(
    counted_elsewhere: History,
) -> None:
    history = counted_elsewhere
    assert {row["verdict"] for row in value(history, by="month").values()} == {"unknown"}
    reported(history, "2024-01-01", "2024-01-31", 1200)
    # Half of it is for March.
    reported(history, "2024-02-16", "2024-03-16", 1800)
    reported(history, "2024-02-01", "2024-02-15", 50)
    reported(history, "2024-03-17", "2024-03-31", 9, unit="USD")
    found = value(history, by="month")
    january, february, march = (found[f"2024-0{month}"] for month in (1, 2, 3))
    assert (january["realised"], january["verdict"], january["source"]) == (1200, "yes", "reported")
    assert (january["low"], january["high"], january["net"]) == (None, None, 1100)
    assert "Saved hours, ERP" in january["reason"]
    assert february["realised"] == pytest.approx(50 + 1800 * 14 / 30)
    assert february["verdict"] == "no"
    assert (march["realised"], march["verdict"]) == (None, "unknown")
    assert "do not cover all days" in march["reason"]
    assert all(row["source"] is None for row in value(history, by="month", version="1").values())
    status = {row["area"]: row for row in records(history.show("status"))}
    assert status["value"]["status"] == "alert"
    assert records(history.show("values"))[0]["period"] == "2024-02"


def test_a_reported_value_needs_a_currency_and_the_last_word_counts(counted_elsewhere: History) -> None:
    with pytest.raises(InputRefusedError, match="allowed for a value is a currency"):
        reported(counted_elsewhere, "2024-01-01", "2024-01-31", 1, unit="hours")
    reported(counted_elsewhere, "2024-01-01", "2024-01-31", 1200)
    counted_elsewhere.on("2024-06-04")
    reported(counted_elsewhere, "2024-01-01", "2024-01-31", 800)
    found = value(counted_elsewhere, by="month")["2024-01"]
    assert (found["realised"], found["verdict"]) == (800, "no")


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=6), st.integers(0, 40), st.integers(1, 60))
def test_parts_of_reported_figures_add_up_to_the_whole(values: list[float], begin: int, days: int) -> None:
    first = date(2024, 1, 1)
    event = cast(RecordedEvent, None)
    figures, day = [], first
    for value in values:
        last = day + timedelta(days=days - 1)
        figures.append(ReportedFigure("x", day, last, value, "EUR", is_value=True, event=event))
        day = last + timedelta(days=1)
    end = day - timedelta(days=1)
    cut = min(first + timedelta(days=begin), end)
    whole = reported_sum(figures, first, end)
    assert whole == pytest.approx(sum(values))
    if cut < end:
        parts = reported_sum(figures, first, cut) + reported_sum(figures, cut + timedelta(days=1), end)
        assert parts == pytest.approx(whole)
    assert math.isnan(reported_sum(figures, first, end + timedelta(days=1)))


def test_models_of_a_process_are_summed_by_period_and_currency(counted_elsewhere: History) -> None:
    reported(counted_elsewhere, "2024-01-01", "2024-04-30", 4000)
    (row,) = records(run_view(counted_elsewhere.store, "process-values", Query(), operator("test")))
    assert (row["process"], row["period"], row["currency"], row["models"]) == ("claims", "2024-04", "EUR", 1)
    assert (row["measured"], row["estimated_models"], row["promised"]) == (1, 0, 1000)
    assert row["money"] == pytest.approx(4000 * 30 / 121)
    assert (row["low"], row["net"]) == (None, pytest.approx(4000 * 30 / 121 - 100))
