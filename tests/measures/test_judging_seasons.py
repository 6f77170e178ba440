"""What the season, the calendar and days that hang together explain, and what they do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.measures.judging.drift.comparison import Comparison, card_reference, judge_column
from dashboard.measures.judging.drift.status import drift_status, rule_of
from dashboard.profiles.windows import Profiles
from dashboard.schema.config.thresholds import load_thresholds
from tests.profiles.watched import between, card_of, watch

THRESHOLDS = load_thresholds()
QUARTER = ("2022-01-01", "2022-03-31")


def history(days: int, a_day: int = 40, seed: int = 1) -> tuple[np.random.Generator, pd.DataFrame]:
    """Rows of some days from 2022 on; `day` is the number of the day."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), a_day)
    at = pd.Timestamp("2022-01-01", tz="UTC") + pd.to_timedelta(day, "D") + pd.to_timedelta(
        rng.integers(0, 86_400, len(day)), "s"
    )  # fmt: skip
    score = rng.random(len(day))
    rows = pd.DataFrame(
        {
            "id": np.char.mod("%d", np.arange(len(day))),
            "at": at.astype("datetime64[us, UTC]"),
            "score": score,
            "day": day,
        }
    )
    return rng, rows.assign(actual=(rng.random(len(day)) < score).astype(float))


def profiles_of(store, rows: pd.DataFrame, reference=QUARTER, features=None, **more) -> Profiles:
    card = card_of(features=features or {"x": "numeric"}, reference=reference, **more)
    return watch(store, card, rows.drop(columns="day"))


def status_of(profiles: Profiles):
    importance = dict.fromkeys(profiles.card.data.features, 1 / len(profiles.card.data.features))
    return drift_status(profiles, profiles.card, THRESHOLDS, importance)


SEASON = 1.5


@pytest.mark.parametrize(
    ("name", "status"), [("season", "ok"), ("season and a jump", "alert"), ("jump", "alert"), ("early jump", "alert")]
)
def test_a_season_is_no_drift_and_a_jump_is_no_season(store, name, status):
    """A jump for good, also one that came before the earlier year's same days, is not taken for a season."""
    rng, rows = history(540)
    day = rows["day"].to_numpy()
    season = SEASON * np.sin(2 * np.pi * (day - 45) / 365.25)
    moved = {
        "season": season,
        "season and a jump": season + 1.5 * (day > 500),
        "jump": 1.5 * (day > 500),
        "early jump": 1.5 * (day > 120),
    }[name]
    found = status_of(profiles_of(store, rows.assign(x=rng.normal(size=len(rows)) + moved)))
    assert found.status == status, found.reason.render()


def test_a_month_is_compared_with_that_month_of_a_reference_of_a_year(store):
    rng, rows = history(540)
    season = 2 * np.sin(2 * np.pi * rows["day"] / 365.25)
    profiles = profiles_of(store, rows.assign(x=rng.normal(size=len(rows)) + season), ("2022-01-01", "2022-12-31"))
    found = status_of(profiles)
    assert found.status == "ok"


CALENDAR = {
    "month": lambda at: at.dt.month.astype(float),
    "weekday": lambda at: at.dt.dayofweek + 1.0,
    "hour": lambda at: at.dt.hour.astype(float),
    "is_weekend": lambda at: (at.dt.dayofweek >= 5).astype(float),
    "year": lambda at: at.dt.year.astype(float),
    "week_of_year": lambda at: at.dt.isocalendar().week.astype(float),
    "day_name": lambda at: at.dt.day_name(),
    "month_name": lambda at: at.dt.month_name(),
    "sine_of_hour": lambda at: np.sin(at.dt.hour / 24 * 2 * np.pi),
}
CYCLES = ["month", "weekday", "hour", "weekday", "year", "month", "weekday", "month", "hour"]


def test_calendar_features_are_recognised_by_their_values(store):
    rng, rows = history(120)
    made = {f"c{number}": make(rows["at"]) for number, make in enumerate(CALENDAR.values())}
    made["temperature"] = rng.normal(size=120)[rows["day"]]
    made["rare"] = (rng.random(len(rows)) < 0.01).astype(float)
    made["one"] = np.ones(len(rows))
    kinds = {name: "numeric" if pd.api.types.is_numeric_dtype(v) else "categorical" for name, v in made.items()}
    profiles = profiles_of(store, rows.assign(**made), features=kinds)
    assert [profiles.layout.trait(f"c{number}").cycle for number in range(len(CALENDAR))] == CYCLES
    assert {profiles.layout.trait(name).cycle for name in ("temperature", "rare", "one")} == {""}
    comparison = Comparison(
        profiles.layout, between(profiles, "2022-04-01", "2022-04-30"), card_reference(profiles), True
    )
    rule = rule_of(comparison, THRESHOLDS, {})
    reasons = [judge_column(comparison, f"c{n}", rule).verdict.reason.message for n in (0, 1, 2, 3, 4)]
    unequal = "The calendar determines this feature, and both windows cover different parts of it."
    assert reasons == [unequal, *["Distributed as in the reference."] * 4]


def test_six_days_are_no_calendar_to_compare_with(store):
    """A working day of three weeks beside six days of the year before: no drift, and no verdict either."""
    _, rows = history(540)
    rows = rows.assign(x=(rows["at"].dt.dayofweek < 5).astype(float))
    few = (rows["at"] >= "2022-06-06") & (rows["at"] < "2022-06-11")
    kept = rows[few | (rows["at"] < "2022-04-01") | (rows["at"] >= "2023-06-01")]
    profiles = profiles_of(store, kept)
    sides = between(profiles, "2023-06-02", "2023-06-22"), between(profiles, "2022-06-02", "2022-06-22")
    comparison = Comparison(profiles.layout, sides[0], sides[1], False)
    found = judge_column(comparison, "x", rule_of(comparison, THRESHOLDS, {"x": 1.0}))
    assert found.verdict.status == "unknown"


def test_days_that_hang_together_widen_what_chance_reaches(store):
    """Each day has a level of its own: a month is thirty draws, not a thousand."""
    rng, rows = history(150, seed=3)
    level = rng.normal(size=150)[rows["day"]]
    profiles = profiles_of(store, rows.assign(x=level + 0.5 * rng.normal(size=len(rows)), y=rng.normal(size=len(rows))),
                           features={"x": "numeric", "y": "numeric"})  # fmt: skip
    assert profiles.layout.trait("x").dependence.design_effect(40) > 6
    assert profiles.layout.trait("y").dependence.design_effect(40) == 1
    assert status_of(profiles).status in ("ok", "unknown")


def test_clusters_widen_what_chance_reaches(store):
    rng, rows = history(150, seed=4)
    customer = rng.integers(0, 300, len(rows))
    rows = rows.assign(x=rng.normal(size=300)[customer], customer=np.char.mod("k%d", customer))
    profiles = profiles_of(store, rows, cluster="customer")
    size = np.mean([np.sum(customer[rows["at"] < "2022-04-01"] == k) for k in range(300)])
    assert profiles.layout.trait("x").dependence.cluster == pytest.approx(size, rel=0.35)
