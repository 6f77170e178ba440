"""Planted faults are found with dimension, feature, first day and count; clean data raise no alarm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.measures.judging.quality import judge_data, status_of
from dashboard.measures.quality.arrivals import quality_table
from dashboard.measures.quality.check import Checked
from dashboard.measures.quality.checks import checked, quality_checks, windows_of
from dashboard.measures.quality.table import table_of
from dashboard.profiles.periods import label
from dashboard.profiles.windows import Profiles
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import load_thresholds
from tests.profiles.watched import card_of, watch

DAYS, A_DAY = 90, 60
REFERENCE = ("2021-01-01", "2021-02-28")
FIRST = pd.Timestamp("2021-03-12", tz="UTC")
NUMERIC = ("temp", "amount", "age", "grade", "visits")
FEATURES = {**dict.fromkeys(NUMERIC, "numeric"), "colour": "categorical", "shop": "categorical"}
MARCH = "2021-03"


def clean(rng: np.random.Generator, days: int = DAYS, a_day: int = A_DAY) -> pd.DataFrame:
    """Independent rows, but for a temperature that follows day and season."""
    day = np.repeat(np.arange(days), a_day)
    rows = len(day)
    weather = 8 * np.sin(2 * np.pi * (day - 100) / 365) + rng.normal(0, 2, days)[day]
    return pd.DataFrame(
        {
            "id": [f"r{number}" for number in range(rows)],
            "at": pd.Timestamp("2021-01-01", tz="UTC")
            + pd.to_timedelta(day * 86_400 + rng.integers(0, 86_400, rows), unit="s"),
            "score": rng.beta(2, 5, rows),
            "actual": (rng.random(rows) < 0.3).astype(float),
            "temp": 12 + weather + rng.normal(0, 1, rows),
            "amount": np.where(rng.random(rows) < 0.1, np.nan, rng.lognormal(3, 1.5, rows)),
            "age": rng.integers(18, 65, rows).astype(float),
            "grade": rng.choice([-2.0, -1, 0, 1, 2, 5], rows, p=[0.1, 0.2, 0.4, 0.15, 0.1, 0.05]),
            "visits": rng.gamma(4, 2, rows),
            "colour": rng.choice(["red", "green", "blue"], rows),
            "shop": rng.choice([f"s{number}" for number in range(40)], rows),
        }
    )


def after(frame: pd.DataFrame) -> pd.Series:
    return frame["at"] >= FIRST


def some(frame: pd.DataFrame, rng: np.random.Generator, share: float) -> pd.Series:
    """About a share of the rows from the first day on, on that day at least four."""
    chosen = after(frame) & (rng.random(len(frame)) < share)
    chosen[frame.index[after(frame)][:4]] = True
    return chosen


def without(column: str, share: float) -> Callable[[pd.DataFrame, np.random.Generator], tuple[pd.DataFrame, Any]]:
    def plant(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, Any]:
        chosen = some(frame, rng, share)
        return frame.assign(**{column: frame[column].mask(chosen)}), None

    return plant


def with_value(column: str, value: Any, share: float) -> Callable[..., tuple[pd.DataFrame, Any]]:
    def plant(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, Any]:
        chosen = some(frame, rng, share)
        return frame.assign(**{column: frame[column].mask(chosen, value)}), int(chosen.sum())

    return plant


def changed(column: str, change: Callable[[pd.Series], pd.Series]) -> Callable[..., tuple[pd.DataFrame, Any]]:
    def plant(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, Any]:
        del rng
        moved = frame[column].where(~after(frame), change(frame[column]))
        return frame.assign(**{column: moved}), int((after(frame) & frame[column].notna()).sum())

    return plant


def sent_twice(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, Any]:
    again = frame[some(frame, rng, 0.05)]
    return pd.concat([frame, again.assign(id="again" + again["id"])], ignore_index=True), len(again)


def with_gap(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, Any]:
    del rng
    gone = after(frame) & (frame["at"] < FIRST + pd.Timedelta(days=2))
    return frame[~gone], int(gone.sum())


def standardised(column: pd.Series) -> pd.Series:
    return (column - column.mean()) / column.std()


def squeezed(column: pd.Series) -> pd.Series:
    return (column - column.min()) / (column.max() - column.min())


def only_after(column: str) -> Callable[..., tuple[pd.DataFrame, Any]]:
    """A column that training did not have."""

    def plant(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, Any]:
        del rng
        return frame.assign(**{column: frame[column].where(after(frame))}), int(after(frame).sum())

    return plant


# Faults that go together into one log, each with dimension, feature and check.
PLANTED = (
    (
        ("completeness", "colour", "missing", without("colour", 0.15)),
        ("completeness", "amount", "missing", without("amount", 0.3)),
        ("reality", "age", "plausible range", with_value("age", -1.0, 0.05)),
        ("reality", "visits", "unit", changed("visits", lambda column: column * 100)),
        ("consistency", "grade", "code", changed("grade", lambda column: column + 1)),
    ),
    (
        ("completeness", "visits", "missing", without("visits", 1)),
        ("reality", "temp", "plausible range", with_value("temp", -999.0, 0.1)),
        ("reality", "amount", "plausible range", with_value("amount", 1e9, 0.02)),
        ("consistency", "colour", "never seen", with_value("colour", "violet", 0.06)),
    ),
    (
        ("consistency", None, "repeated rows", sent_twice),
        ("consistency", "colour", "never seen", changed("colour", lambda column: column.str.upper())),
        ("reality", "visits", "unit", changed("visits", lambda column: column * 1.609344)),
    ),
    (("availability", None, "rows of the period", with_gap),),
    (
        ("consistency", "visits", "scale", changed("visits", standardised)),
        ("consistency", "age", "scale", changed("age", squeezed)),
        ("consistency", "grade", "type", with_value("grade", 0.5, 0.08)),
    ),
    (
        ("consistency", "age", "scale", changed("age", standardised)),
        ("consistency", "shop", "not in training", only_after("shop")),
    ),
)


def found_in(profiles: Profiles, by: str = "month") -> list[Checked]:
    table = quality_table(profiles)
    assert table is not None
    windows = windows_of(table, by)  # type: ignore[arg-type]
    return [one for one in checked(table, quality_checks(table, profiles.card), windows) if one.fails]


def told(found: list[Checked]) -> set[tuple[Any, ...]]:
    return {(one.check.dimension, one.check.feature, one.check.name) for one in found}


@pytest.mark.parametrize("faults", PLANTED, ids=lambda faults: faults[0][2])
def test_planted_faults_are_found_and_nothing_else(store, faults):
    rng = np.random.default_rng([17, len(faults)])
    frame, planted = clean(rng), {}
    for dimension, feature, check, plant in faults:
        frame, number = plant(frame, rng)
        if number is None:
            number = int(frame.loc[frame["at"] >= "2021-03-01", feature].isna().sum())
        planted[dimension, feature, check] = number
    found = found_in(watch(store, card_of(features=FEATURES, reference=REFERENCE), frame))
    assert told(found) == set(planted)
    assert {one.label for one in found} == {MARCH}
    for one in found:
        number = planted[one.check.dimension, one.check.feature, one.check.name]
        assert one.since is not None
        days = abs((pd.Timestamp(one.since, tz="UTC") - FIRST).days)
        if one.check.name in ("unit", "code", "scale"):
            # Neighbouring days are taken together where one has too few rows to show a unit or a code.
            assert days <= 7
            assert one.affected == pytest.approx(number, rel=0.35)
        else:
            assert (days, one.affected) == (0, number)


def test_days_count_exactly_what_pandas_counts(store):
    rng = np.random.default_rng(3)
    frame, _ = with_value("colour", "violet", 0.3)(clean(rng), rng)
    found = found_in(watch(store, card_of(features=FEATURES, reference=REFERENCE), frame), by="day")
    wrong = frame[frame["colour"] == "violet"]
    expected = wrong.groupby(wrong["at"].dt.strftime("%Y-%m-%d")).size()
    counted = {one.label: one.affected for one in found}
    assert min(counted) == "2021-03-12"
    assert counted == {day: expected[day] for day in counted}
    assert len(counted) >= 15


@pytest.mark.parametrize("seed", range(3))
def test_clean_data_raise_no_alarm(store, seed):
    frame = clean(np.random.default_rng([23, seed]), days=200, a_day=30)
    profiles = watch(store, card_of(features=FEATURES, reference=REFERENCE), frame)
    assert not told(found_in(profiles))
    assert not told(found_in(profiles, "day"))
    verdict = judge_data(profiles, profiles.card, load_thresholds(), {}).verdict
    assert verdict.status == "ok"
    assert verdict.reason.values["features"] == len(FEATURES)


def test_a_season_that_the_reference_lacks_is_no_fault(store):
    """The reference is a winter: in summer it is warmer than ever, and snow is no more."""
    frame = clean(np.random.default_rng(5), days=240, a_day=30)
    assert frame["temp"].max() > frame.loc[frame["at"] <= "2021-03-01", "temp"].max() + 5
    assert not told(found_in(watch(store, card_of(features=FEATURES, reference=REFERENCE), frame)))


def test_categories_that_always_grow_raise_no_alarm(store):
    """Of a long tail of categories new ones come all the time, in the reference too."""
    rng = np.random.default_rng(6)
    frame = clean(rng)
    weights = 1 / np.arange(1, 5_000) ** 1.1
    frame["shop"] = [f"s{number}" for number in rng.choice(4_999, len(frame), p=weights / weights.sum())]
    assert not told(found_in(watch(store, card_of(features=FEATURES, reference=REFERENCE), frame)))


def test_a_feature_that_is_hardly_ever_filled_is_not_new_by_chance(store):
    """The reference has no value of it by chance; single ones later are no news, a filled column is."""
    rng = np.random.default_rng(12)
    frame = clean(rng, a_day=8)
    rare = frame["at"].dt.date.isin({pd.Timestamp(day).date() for day in ("2021-03-05", "2021-03-20")})
    first = rare & ~frame["at"].dt.date.duplicated()
    frame["visits"] = frame["visits"].where(first)
    profiles = watch(store, card_of(features=FEATURES, reference=REFERENCE), frame)
    assert not told(found_in(profiles, "day"))


def with_demands(**features: dict[str, Any]) -> ModelCard:
    card = card_of(features=FEATURES, reference=REFERENCE).model_dump(mode="json", by_alias=True)
    rules = [
        {"name": "children pay nothing", "check": "age >= 18 or amount = 0", "dimension": "reality"},
        {"name": "cold is blue", "check": "not (temp < 0 and colour = 'red')", "limit": 0.9},
    ]
    card["data"]["rules"] = rules
    for name, demand in features.items():
        card["data"]["features"][name] |= demand
    return ModelCard.model_validate(card)


def test_what_the_card_demands_is_counted_as_pandas_counts_it(store):
    rng = np.random.default_rng(7)
    frame = clean(rng)
    frame.loc[rng.random(len(frame)) < 0.01, "age"] = 12.0
    card = with_demands(age={"range": [0, 60]}, amount={"required": True})
    table = quality_table(watch(store, card, frame))
    assert table is not None
    sums = {check.name: (check.affected.sum(), check.rows.sum()) for check in quality_checks(table, card)}
    young, paid = frame["age"] < 18, frame["amount"] != 0
    # Undecided is a rule where a missing amount leaves it open.
    open_to_doubt = young & frame["amount"].isna()
    assert sums["children pay nothing"] == ((young & paid & ~open_to_doubt).sum(), (~open_to_doubt).sum())
    assert sums["cold is blue"] == (((frame["temp"] < 0) & (frame["colour"] == "red")).sum(), len(frame))
    assert sums["range"] == ((frame["age"] > 60).sum(), len(frame))
    assert sums["required"] == (frame["amount"].isna().sum(), len(frame))


def test_profiles_of_an_earlier_layout_are_read(store):
    """They hold no squares: these follow from the bins, so that a home written by an earlier version has its page."""
    profiles = watch(store, card_of(features=FEATURES, reference=REFERENCE), clean(np.random.default_rng(29)))
    found = profiles.read(("features",), None, None)
    earlier = [replace(one, kept={**one.features(), "sums": one.features()["sums"][:, :3]}) for one in found]
    now, then = (table_of(some, profiles.layout, profiles.card) for some in (found, earlier))
    places = [now.place(feature) for feature in ("temp", "age", "visits")]
    assert then.sums[:, places, 0] == pytest.approx(now.sums[:, places, 0])
    assert then.sums[:, places, 1].sum(axis=0) == pytest.approx(now.sums[:, places, 1].sum(axis=0), rel=0.05)


def test_new_rules_are_counted_over_the_whole_log(store):
    frame = clean(np.random.default_rng(8))
    watch(store, card_of(features=FEATURES, reference=REFERENCE), frame)
    card = with_demands(age={"range": [0, 60]})
    found = found_in(watch(store, card))
    assert ("reality", "age", "range") in told(found)
    assert {one.label for one in found if one.check.name == "range"} == {"2021-01", "2021-02", "2021-03"}


def test_only_features_that_matter_alert(store):
    rng = np.random.default_rng(9)
    frame, _ = without("colour", 0.3)(clean(rng), rng)
    profiles = watch(store, card_of(features=FEATURES, reference=REFERENCE), frame)
    (one,) = found_in(profiles)
    thresholds = load_thresholds()
    assert [status_of(one, {"colour": weight}, thresholds) for weight in (0.2, 0.01)] == ["alert", "warn"]
    assert status_of(one, {}, thresholds) == "warn"
    verdict = judge_data(profiles, profiles.card, thresholds, {"colour": 0.2}).verdict
    assert verdict.status == "alert"
    assert verdict.reason.values["since"] == "2021-03-12"
    assert "colour" in verdict.reason.render()


def test_without_reference_only_the_rhythm_is_checked(store):
    rng = np.random.default_rng(10)
    frame, gone = with_gap(clean(rng), rng)
    found = found_in(watch(store, card_of(features=FEATURES), frame))
    assert [(one.check.name, one.affected) for one in found] == [("rows of the period", gone)]
    assert label(found[0].since, "day") == "2021-03-12"  # type: ignore[arg-type]
