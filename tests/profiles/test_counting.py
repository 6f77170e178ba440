"""Counts of periods against pandas, in any time zone; order and parts do not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from dashboard.profiles.bins import category_bins, numeric_bins
from dashboard.profiles.collect_scores import POINT_GAPS, SCORE_ARRAYS, Key, points_of
from dashboard.profiles.layout import ACTUAL, SCORE, Layout, OutcomeLayout, Segment
from dashboard.profiles.periods import following, starts
from dashboard.profiles.score_points import together
from dashboard.profiles.summarise import MISSING, OTHER, Summariser, Summary
from dashboard.profiles.windows import merged, windows
from tests.profiles.watched import binary_rows, card_of, counted, labels_of_period, watch

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("America/New_York", "2013-03-08"),
        ("America/New_York", "2013-11-01"),
        ("Australia/Lord_Howe", "2013-04-05"),
        ("America/Sao_Paulo", "2013-10-18"),
        ("Asia/Kathmandu", "2013-01-01"),
        ("Pacific/Apia", "2011-12-28"),
    ],
)
@pytest.mark.parametrize("period", ["hour", "day"])
def test_hours_and_days_where_clocks_change(store, zone, first, period):
    rows = binary_rows(np.random.default_rng(1), 3_000, first=first, days=6, zone=zone)
    profiles = watch(store, card_of(time_zone=zone, period=period), rows)
    expected = rows.groupby(labels_of_period(rows["at"], zone, period))["actual"].agg(["size", "count"])
    found = {
        window.label: (window.predictions, window.labelled)
        for window in windows(profiles.read(), profiles.layout, period)
    }
    assert found == {str(name): (row["size"], row["count"]) for name, row in expected.iterrows()}


@pytest.mark.parametrize("period", ["week", "month", "year"])
def test_coarse_models_and_weeks_across_months_and_years(store, period):
    rows = binary_rows(np.random.default_rng(2), 2_000, first="2012-11-15", days=120, zone="Europe/Berlin")
    profiles = watch(store, card_of(time_zone="Europe/Berlin", period=period), rows)
    for by in ("week", "month", "quarter", "year"):
        if ["week", "month", "quarter", "year"].index(by) < ["week", "month", "quarter", "year"].index(period):
            continue
        expected = rows.groupby(labels_of_period(rows["at"], "Europe/Berlin", by)).size()
        found = {w.label: w.predictions for w in windows(profiles.read(), profiles.layout, by)}
        assert found == {str(name): int(size) for name, size in expected.items()}


def test_days_of_a_span_are_local_days(store):
    rows = binary_rows(np.random.default_rng(3), 2_000, days=40, zone="Asia/Tokyo")
    profiles = watch(store, card_of(time_zone="Asia/Tokyo"), rows)
    days = labels_of_period(rows["at"], "Asia/Tokyo", "day")
    span = (pd.Timestamp("2013-01-05").date(), pd.Timestamp("2013-01-09").date())
    found = counted(profiles.read(span=span))
    assert sum(size for size, _ in found.values()) == days.between("2013-01-05", "2013-01-09").sum()
    assert [str(start.date()) for start in found] == [f"2013-01-0{day}" for day in range(5, 10)]


@given(
    st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2040-01-01")),
    st.sampled_from(["hour", "day", "week", "month", "quarter", "year"]),
)
def test_periods_follow_each_other_without_gap(moment, grain):
    (start,) = starts(moment, moment, grain)
    assert start <= moment < following(start, grain)


PAIR = "c × x"


def layout_of(task: str = "binary_classification", clusters: int = 0) -> Layout:
    rng = np.random.default_rng(4)
    reference = rng.normal(size=500)
    from collections import Counter

    number = task != "multiclass_classification"
    score = numeric_bins(SCORE, rng.random(500)) if number else category_bins(SCORE, Counter("aab"))
    label = numeric_bins(ACTUAL, rng.random(500)) if number else category_bins(ACTUAL, Counter("aab"))
    columns = (numeric_bins("x", reference), category_bins("c", Counter({"red": 3, "blue": 2})), score, label)
    grid = np.arange(21) / 20
    outcome = OutcomeLayout(grid, grid[::5], np.linspace(-3, 3, 13), 0.5, 0.2, ("a", "b"))
    segments = (
        Segment("c", ("red",)), Segment("x", ("low", "high"), np.array([0.0])), Segment(PAIR, (), pair=("c", "x")),
    )  # fmt: skip
    return Layout("l", "m", task, "UTC", "hour", columns, outcome, clusters, segments, has_reference=True)


def batch_of(rows: list[tuple], task: str) -> pa.RecordBatch:
    number = task != "multiclass_classification"
    kind = pa.float64() if number else pa.string()

    def told(value: float | None) -> object:
        return value if number or value is None else "abc"[min(2, int(value * 3))]

    at, x, c, score, actual, cluster = ([row[i] for row in rows] for i in range(6))
    if task == "binary_classification":
        actual = [None if value is None else round(value) for value in actual]
    arrays = {
        "_at": pa.array(at, pa.int64()),
        "_cluster": pa.array(cluster, pa.uint64()),
        "x": pa.array(x, pa.float64()),
        "c": pa.array(c, pa.string()),
        SCORE: pa.array([told(value) for value in score], kind),
        ACTUAL: pa.array([told(value) for value in actual], kind),
    }
    return pa.record_batch(arrays)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 4 * HOUR - 1).map(lambda at: at // (HOUR // 4) * (HOUR // 4)),
        st.one_of(st.none(), st.integers(-9, 9).map(lambda n: n / 4)),
        st.sampled_from([None, "red", "blue", "new", "newer"]),
        st.integers(0, 64).map(lambda n: n / 64),
        st.one_of(st.none(), st.integers(0, 64).map(lambda n: n / 64)),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=40,
)
TASKS = st.sampled_from(["binary_classification", "regression", "multiclass_classification"])
MARKS = np.arange(5, dtype=np.int64) * HOUR


def assert_same(one: dict[Key, Summary], two: dict[Key, Summary]) -> None:
    assert set(one) == set(two)
    for key, first in one.items():
        second = two[key]
        assert (first.predictions, first.labelled) == (second.predictions, second.labelled)
        assert first.new_categories == second.new_categories
        for mine, theirs in (
            (first.features, second.features),
            (first.outcomes, second.outcomes),
        ):
            assert set(mine) == set(theirs)
            assert all(np.allclose(mine[name], theirs[name], rtol=1e-12, atol=1e-12) for name in mine)


@given(ROWS, TASKS, st.sampled_from([0, 4]), st.randoms(use_true_random=False), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_neither_order_nor_batches_matter(rows, task, clusters, random, size):
    layout = layout_of(task, clusters)
    whole = Summariser(layout).summarise([batch_of(rows, task)], MARKS)
    shuffled = random.sample(rows, len(rows))
    parts = [batch_of(shuffled[i : i + size], task) for i in range(0, len(shuffled), size)]
    assert_same(Summariser(layout).summarise(parts, MARKS), whole)


@given(ROWS, TASKS)
@settings(max_examples=40, deadline=None)
def test_periods_and_segments_add_up_to_the_whole(rows, task):
    layout = layout_of(task)
    hours = Summariser(layout).summarise([batch_of(rows, task)], MARKS)
    at_once = Summariser(layout).summarise([batch_of(rows, task)], MARKS[[0, 4]])
    (whole,) = [summary for key, summary in at_once.items() if key[1] is None]
    for column in (None, "c", "x", PAIR):
        own = [summary for key, summary in hours.items() if key[1] == column]
        assert sum(s.predictions for s in own) == whole.predictions
        assert sum(s.labelled for s in own) == whole.labelled
        for name, array in whole.features.items():
            assert np.allclose(sum(s.features[name] for s in own), array)
        assert_same_scores([summary.outcomes for summary in own], whole.outcomes)
        for name, array in whole.outcomes.items():
            if name not in SCORE_ARRAYS:
                assert np.allclose(sum(s.outcomes[name] for s in own), array)
    names = {key[2] for key in hours if key[1] == "c"}
    assert names == {OTHER if c not in (None, "red") else c or MISSING for _, _, c, *_ in rows}
    together_names = {key[2] for key in hours if key[1] == PAIR}
    assert together_names == {
        MISSING if None in (c, x) else f"red × {'low' if x <= 0 else 'high'}" if c == "red" else OTHER
        for _, x, c, *_ in rows
    }


def assert_same_scores(parts: list[dict], whole: dict) -> None:
    """Few scores are all kept, so that the parts have exactly those of the whole."""
    if POINT_GAPS in whole:
        found, expected = together([points_of(part) for part in parts]), points_of(whole)
        assert np.array_equal(found.values, expected.values)
        assert np.array_equal(found.counts, expected.counts)


def test_a_window_of_nothing_is_empty():
    window = merged([], layout_of())
    assert (window.predictions, window.labelled, window.counts.sum(), window.outcomes) == (0, 0, 0, {})
