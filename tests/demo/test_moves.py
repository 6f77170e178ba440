"""Dates that are moved: by whole years, so that the data reach the day of the build and their stories show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import yaml
from hypothesis import given, strategies as st

from dashboard.demo.material import BUSINESS, RECENT, STORY, plan_demo, read_lines, source_of
from dashboard.demo.moves import Source, months_to_move, moved_rows, moved_text, with_moved_dates
from dashboard.demo.plan import Plan, with_days
from dashboard.demo.slices import moved_log, write_slice
from dashboard.profiles.periods import YEAR, months_later

BUILDS = ("2026-11-28", "2027-02-28", "2028-02-29", "2027-07-01")
NEW_YORK = ZoneInfo("America/New_York")


def instant(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:30:00+00:00")


@pytest.fixture(scope="module")
def plans(portfolio, cards) -> dict[str, Plan]:
    """The plan of a demo that is built on each of the days."""
    events = [*read_lines(portfolio / "events.jsonl"), *read_lines(RECENT), *read_lines(BUSINESS)]
    shown_by = yaml.safe_load(STORY.read_text(encoding="utf-8"))["shown_by"]
    sources = {
        model: source_of(card, portfolio / "predictions" / f"{model}.parquet", shown_by[model])
        for model, card in cards.items()
    }
    return {day: plan_demo(cards, events, sources, instant(day)) for day in BUILDS}


@pytest.fixture(scope="module", params=BUILDS)
def moved_logs(request, plans, portfolio):
    """The day of a build, its plan, and the rows of every model as they are known then, with `source_month`."""
    plan, found = plans[request.param], {}
    for model, known in plan.models.items():
        log = moved_log(portfolio / "predictions" / f"{model}.parquet", known.card, known.months, plan.until)
        data = known.card["data"]
        local = log[data["predicted_at"]].dt.tz_convert(known.card.get("time_zone", "UTC")).dt.tz_localize(None)
        source = local - pd.DateOffset(months=known.months)
        found[model] = log.assign(
            score=log[data["score"]], actual=log[data["actual"]], source_day=source.dt.strftime("%Y-%m-%d")
        )
    return request.param, plan, found


@given(st.dates(date(1990, 1, 1), date(2020, 12, 31)), st.integers(1, 40))
def test_a_day_moved_by_whole_years_keeps_month_and_day(day: date, years: int) -> None:
    there = months_later(day, YEAR * years)
    assert (there.year - day.year, there.month) == (years, day.month)
    leap = (day.month, day.day) == (2, 29) and not pd.Timestamp(there).is_leap_year
    assert there.day == (28 if leap else day.day)
    assert pd.Timestamp(day) + pd.DateOffset(years=years) == pd.Timestamp(there)


def test_dates_of_cards_and_events_are_moved_and_names_of_columns_are_not() -> None:
    card = {
        "versions": [
            {"trained_at": datetime(2013, 3, 28, 13, tzinfo=UTC), "deployments": [{"from": date(2016, 2, 29)}]}
        ],
        "data": {"known_at": "counted_at", "reference": {"from": "2013-01-01", "to": "2013-03-31"}},
    }
    assert with_moved_dates(card, 120) == {
        "versions": [{"trained_at": "2023-03-28T13:00:00Z", "deployments": [{"from": "2026-02-28"}]}],
        "data": {"known_at": "counted_at", "reference": {"from": "2023-01-01", "to": "2023-03-31"}},
    }
    assert moved_text("2013-04-21T23:30:00-04:00", 12) == "2014-04-22T03:30:00Z"


def test_rows_keep_their_hour_of_the_day_where_the_clocks_change_on_other_days() -> None:
    summer = pd.Timestamp("2013-03-09T23:00", tz=NEW_YORK), pd.Timestamp("2013-03-08T02:30", tz=NEW_YORK), pd.NaT
    rows = pd.DataFrame({"at": pd.to_datetime(pd.Series(summer), utc=True)})
    found = moved_rows(rows, ["at"], 13 * 12, NEW_YORK)["at"]
    assert found.iloc[0].tz_convert(NEW_YORK) == pd.Timestamp("2026-03-09T23:00", tz=NEW_YORK)
    # On 8 March 2026 the hour from two to three does not exist in New York.
    assert found.iloc[1].tz_convert(NEW_YORK) == pd.Timestamp("2026-03-08T03:00", tz=NEW_YORK)
    assert found.isna().tolist() == [False, False, True]


def test_data_reach_the_build_unless_their_story_could_not_be_seen_yet() -> None:
    source = Source(datetime(2013, 12, 31, 12, tzinfo=UTC), date(2013, 5, 1))
    assert months_to_move(source, instant("2026-11-28")) == 13 * 12
    assert months_to_move(source, instant("2027-04-30")) == 13 * 12
    assert months_to_move(source, instant("2027-05-01")) == 14 * 12


@pytest.mark.parametrize("day", BUILDS)
def test_real_data_are_moved_by_whole_years_and_say_so(plans, day: str) -> None:
    for model, known in plans[day].models.items():
        if model == "card-default":
            assert "dates_moved_by_years" not in known.card
        else:
            assert known.months == 12 * known.card["dates_moved_by_years"], model
            assert known.months % 12 == 0


def test_on_a_day_in_november_all_data_reach_the_build(plans) -> None:
    years = {model: known.months / 12 for model, known in plans["2026-11-28"].models.items()}
    assert years.pop("card-default") == 21
    assert years == {
        "bike-demand": 14,
        "collateral-valuation": 10,
        "employment-support": 8,
        "flight-delay": 13,
        "injury-triage": 24,
        "retail-churn": 15,
    }


@pytest.mark.parametrize("day", BUILDS)
def test_history_is_two_years_long_and_nothing_lies_after_the_build(plans, day: str) -> None:
    plan = plans[day]
    assert timedelta(days=730) < plan.until - plan.begins < timedelta(days=800)
    for known in plan.models.values():
        assert plan.begins < known.first <= known.registered < known.intakes[0]
        assert list(known.intakes) == sorted(known.intakes)
        assert known.intakes[-1] == plan.until
    assert max(plan.imported) <= plan.until
    assert max(at for at, _ in plan.decided) <= plan.until
    assert sum(event["kind"] in ("sign_off", "risk") for _, event in plan.decided) > 60


def test_events_dated_in_days_before_the_build_have_their_instants() -> None:
    event = {"kind": "risk", "days_ago": 2, "time": "14:20", "review_in": 30}
    assert with_days(event, instant("2028-03-01")) == {
        "kind": "risk", "at": "2028-02-28T14:20:00Z", "next_review": "2028-03-29",
    }  # fmt: skip


def test_the_end_of_what_is_outside_is_known_ahead_and_that_of_an_outage_is_not(plans) -> None:
    imported = [event for found in plans["2026-11-28"].imported.values() for event in found]
    (thanksgiving,) = (event for event in imported if event.get("title") == "Thanksgiving")
    assert (thanksgiving["at"], thanksgiving["until"]) == ("2026-11-26", "2026-12-01")
    until = [event["until"] for event in imported if "until" in event and event["kind"] != "outside"]
    assert max(until) < "2026-11-28T09:30:00Z"


def test_stories_of_the_data_are_there_on_every_day(moved_logs) -> None:
    day, plan, logs = moved_logs

    def of(model: str, begins: str) -> pd.DataFrame:
        log = logs[model]
        return log[log["source_day"].str.startswith(begins) & log["actual"].notna()]

    def bias(rows: pd.DataFrame) -> float:
        return float((rows["score"] - rows["actual"]).mean())

    week = logs["flight-delay"]
    assert week.loc[week["source_day"].between("2013-04-21", "2013-04-27"), "actual"].mean() == pytest.approx(
        0.41, abs=0.01
    )
    assert abs(bias(of("retail-churn", "2010-10"))) < 0.07
    assert bias(of("retail-churn", "2010-12")) < -0.15
    assert -45_000 < bias(of("collateral-valuation", "2012")) < 0
    assert bias(of("collateral-valuation", "2014")) < -60_000
    assert abs(bias(of("employment-support", "2016"))) < 0.02
    assert bias(of("bike-demand", "2012-03")) < -25
    assert bias(of("card-default", "2005-08")) > 0.04
    if day != "2027-07-01":
        assert of("bike-demand", "2012-10-29")["actual"].sum() < 100
    for model, log in logs.items():
        data = plan.models[model].card["data"]
        assert log[data["predicted_at"]].max() <= plan.until
        assert log[data["known_at"]].dropna().max() <= plan.until
        assert (log["actual"].isna() == log[data["known_at"]].isna()).mean() > 0.9, model


def test_slices_bring_every_row_and_every_label_once_and_never_early(plans, portfolio, tmp_path) -> None:
    plan = plans["2026-11-28"]
    known = plan.models["retail-churn"]
    data = known.card["data"]
    log = moved_log(portfolio / "predictions" / "retail-churn.parquet", known.card, known.months, plan.until)
    rows, labels, since = 0, 0, None
    for at in known.intakes:
        found = write_slice(log, known.card, since, at, tmp_path)
        for path in (found.predictions, found.actuals):
            part = pd.read_parquet(path) if path else pd.DataFrame({data["actual"]: [], data["known_at"]: []})
            assert not (pd.to_datetime(part[data["known_at"]], utc=True) > at).any()
            rows += len(part) if path is not None and path == found.predictions else 0
            labels += int(part[data["actual"]].notna().sum())
        since = at
    assert (rows, labels) == (len(log), int(log[data["actual"]].notna().sum()))
