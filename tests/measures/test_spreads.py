"""Intervals of the families of figures against SciPy, hand formulas and single rows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from dashboard.measures.families import FEWEST_FOR_INTERVAL
from dashboard.measures.intervals import hanging_together, student, tail_degrees
from dashboard.measures.performance import figures_of
from dashboard.measures.spreads import ClassesSpread, MeanSpread, RankSpread, ShareSpread, SharesSpread, rank_variance
from dashboard.profiles.windows import merged
from tests.profiles.watched import CLASSES, REGRESSION, binary_rows, card_of, watch

MANY = 10_000_000
confidences = st.sampled_from([0.5, 0.8, 0.95, 0.99, 0.99375, 0.999])


@given(part=st.integers(0, 60), more=st.integers(0, 400), confidence=confidences)
def test_a_share_has_wilsons_interval(part, more, confidence):
    whole = part + more or 1
    found = ShareSpread(part, whole, 1.0, MANY).ends(confidence)
    expected = stats.binomtest(part, whole).proportion_ci(confidence, method="wilson")
    assert found == pytest.approx((expected.low, expected.high), abs=1e-6)
    assert found[1] - found[0] > 0


@given(part=st.integers(0, 60), more=st.integers(0, 400), design=st.floats(1.1, 20), degrees=st.integers(3, 60))
def test_rows_that_hang_together_say_less(part, more, design, degrees):
    whole = part + more or 1
    low, high = ShareSpread(part, whole, 1.0, MANY).ends(0.95)
    wider = ShareSpread(part, whole, design, degrees).ends(0.95)
    assert wider[1] - wider[0] > high - low


@given(part=st.integers(0, 60), more=st.integers(0, 400))
def test_f1_is_a_function_of_the_share_of_its_cells(part, more):
    whole = part + more or 1
    low, high = ShareSpread(part, whole, 1.0, MANY, harmonic=True).ends(0.95)
    plain = ShareSpread(part, whole, 1.0, MANY).ends(0.95)
    assert (low, high) == pytest.approx(tuple(2 * end / (1 + end) for end in plain))


@given(value=st.floats(0, 1), positive=st.integers(1, 500), negative=st.integers(1, 500), confidence=confidences)
def test_ends_of_a_rank_are_as_unlikely_as_stated(value, positive, negative, confidence):
    if positive + negative < 3:
        return
    low, high = RankSpread(value, positive, negative, 1.0, MANY).ends(confidence)
    assert 0 <= low <= value <= high <= 1
    assert high > low
    for end in (low, high):
        if 1e-6 < end < 1 - 1e-6 and abs(end - value) > 1e-6:
            away = abs(end - value) / math.sqrt(rank_variance(end, positive, negative))
            assert away == pytest.approx(student(MANY, confidence), rel=1e-3)


def test_the_rank_interval_is_newcombes():
    """Example of Newcombe (2006), part 2: 0.7 of 30 and 30 cases by method 5 lies between Hanley and McNeil's ends."""
    low, high = RankSpread(0.7, 30, 30, 1.0, MANY).ends(0.95)
    error = math.sqrt(rank_variance(0.7, 30, 30))
    assert (low, high) == pytest.approx((0.7 - 1.96 * error, 0.7 + 1.96 * error), abs=0.03)
    assert 0.7 - low > high - 0.7


@given(positive=st.integers(0, 50), more=st.integers(1, 500))
def test_a_mean_of_ones_and_zeros_is_a_share(positive, more):
    rows = positive + more
    found = ClassesSpread(positive / rows, positive, rows, 1.0, 0.0, 1.0, MANY).ends(0.95)
    assert found == pytest.approx(ShareSpread(positive, rows, 1.0, MANY).ends(0.95))


def test_one_class_alone_is_its_share():
    assert SharesSpread(((3, 40),), 1.5, 12).ends(0.9) == pytest.approx(ShareSpread(3, 40, 1.5, 12).ends(0.9))


@given(
    value=st.floats(0.01, 0.99), error=st.floats(0.001, 0.5), scale=st.sampled_from(["plain", "log", "gap", "logit"])
)
def test_other_figures_reach_as_far_as_their_error_to_first_order(value, error, scale):
    low, high = MeanSpread(value, error / 1000, 30, scale).ends(0.95)
    assert (high - low) / 2 == pytest.approx(student(30) * error / 1000, rel=0.02)
    assert low < value < high


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99, 0.99375, 0.999, 0.99999])
@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 30, 500, 1_999, 2_001, 10**6])
def test_student_at_any_confidence(degrees, confidence):
    assert student(degrees, confidence) == pytest.approx(stats.t.ppf((1 + confidence) / 2, degrees), rel=1e-6)


def test_parts_that_hang_together_count_as_fewer():
    rng = np.random.default_rng(5)
    alone, chain = rng.normal(size=(200, 60)), np.zeros((200, 60))
    chain[:, 0] = alone[:, 0]
    for place in range(1, 60):
        chain[:, place] = 0.8 * chain[:, place - 1] + 0.6 * alone[:, place]
    assert np.mean([hanging_together(one)[0] > 1 for one in alone]) < 0.2
    times = [hanging_together(one)[0] for one in chain]
    assert np.median(times) > 3
    assert hanging_together(np.array([1.0, 2.0, 1.0])) == (1.0, 3)


def test_long_tails_leave_fewer_degrees():
    rng = np.random.default_rng(6)
    assert tail_degrees(rng.normal(size=400)) > 300
    assert tail_degrees(np.array([*rng.normal(size=30), 100.0])) <= 2


@pytest.fixture(scope="module")
def by_rows(tmp_path_factory):
    """Figures of one day of each task, and its rows."""
    from dashboard.store.engine.database import open_store

    rng, found = np.random.default_rng(8), {}
    for task in ("binary_classification", REGRESSION, CLASSES):
        store = open_store(tmp_path_factory.mktemp(task) / "home")
        rows = binary_rows(rng, 480, missing=0, days=1)
        if task == REGRESSION:
            rows["actual"] = 50 + 10 * rng.normal(size=len(rows))
            rows["score"] = rows["actual"] + rng.exponential(4, len(rows)) - 3
        if task == CLASSES:
            rows["actual"] = rng.choice(list("aabc"), len(rows))
            rows["score"] = np.where(rng.random(len(rows)) < 0.6, rows["actual"], rng.choice(list("abc"), len(rows)))
        profiles = watch(store, card_of(task), rows)
        found[task] = figures_of(merged(profiles.read(), profiles.layout), profiles.layout), rows
        store.close()
    return found


def half(figure) -> float:
    return (figure.high - figure.low) / 2


def test_one_period_is_told_by_its_rows(by_rows):
    figures, rows = by_rows["binary_classification"]
    score, actual = rows["score"].to_numpy(), rows["actual"].to_numpy()
    clipped = np.clip(score, 1e-12, 1 - 1e-12)
    each = {
        "brier_score": (score - actual) ** 2,
        "log_loss": -np.where(actual > 0.5, np.log(clipped), np.log1p(-clipped)),
        "mean_prediction": score,
        "base_rate": actual,
        "bias": score - actual,
        "accuracy": (score >= 0.5) == (actual > 0.5),
    }
    for name, values in each.items():
        error = np.std(values, ddof=1) / math.sqrt(len(values))
        assert half(figures[name]) == pytest.approx(1.96 * error, rel=0.08), name
        assert figures[name].basis.resampled == "rows"
    assert figures["roc_auc"].basis.counted == min(actual.sum(), len(actual) - actual.sum())


def test_rows_of_a_regression(by_rows):
    figures, rows = by_rows[REGRESSION]
    error = (rows["score"] - rows["actual"]).to_numpy()
    each = {"mae": np.abs(error), "bias": error, "mean_actual": rows["actual"].to_numpy()}
    for name, values in each.items():
        assert half(figures[name]) == pytest.approx(1.96 * np.std(values) / math.sqrt(len(values)), rel=0.05), name
    rmse = math.sqrt(np.mean(error**2))
    expected = 1.96 * np.std(error**2) / math.sqrt(len(error)) / (2 * rmse)
    assert half(figures["rmse"]) == pytest.approx(expected, rel=0.1)
    assert all(math.isnan(figures[name].low) for name in ("r2", "mape", "mean_prediction"))


def test_rows_of_several_classes(by_rows):
    figures, rows = by_rows[CLASSES]
    rng, actual, score = np.random.default_rng(9), rows["actual"].to_numpy(), rows["score"].to_numpy()
    drawn = {name: [] for name in ("accuracy", "recall", "precision", "f1")}
    for _ in range(400):
        place = rng.integers(0, len(rows), len(rows))
        matrix = pd.crosstab(actual[place], score[place]).to_numpy().astype(float)
        hits, were, said = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
        drawn["accuracy"].append(hits.sum() / matrix.sum())
        drawn["recall"].append(np.mean(hits / were))
        drawn["precision"].append(np.mean(hits / said))
        drawn["f1"].append(np.mean(2 * hits / (were + said)))
    for name, values in drawn.items():
        assert half(figures[name]) == pytest.approx(1.96 * np.std(values), rel=0.12), name


def test_a_mean_over_classes_of_which_one_is_missing_has_no_interval(store):
    rng = np.random.default_rng(10)
    rows = binary_rows(rng, 900, missing=0, days=60)
    rows["actual"] = rng.choice(list("ab"), len(rows))
    rows.loc[rows["at"] >= "2013-02-01", "actual"] = rng.choice(list("abc"), (rows["at"] >= "2013-02-01").sum())
    rows["score"] = rng.choice(list("abc"), len(rows))
    profiles = watch(store, card_of(CLASSES), rows)
    january = [one for one in profiles.read() if one.start.month == 1]
    figures = figures_of(merged(january, profiles.layout), profiles.layout)
    assert math.isnan(figures["recall"].low)
    assert figures["accuracy"].low < figures["accuracy"].value


def test_few_named_clusters_give_no_interval(store):
    rows = binary_rows(np.random.default_rng(11), 400, missing=0, days=30)
    rows["group"] = np.where(np.arange(len(rows)) % 2, "one", "two")
    profiles = watch(store, card_of(cluster="group"), rows)
    figures = figures_of(merged(profiles.read(), profiles.layout), profiles.layout)
    assert all(math.isnan(figure.low) and figure.basis.resampled == "nothing" for figure in figures.values())
    assert FEWEST_FOR_INTERVAL > 2


@settings(max_examples=25, deadline=None)
@given(rate=st.floats(0.005, 0.5), rows=st.integers(20, 400), seed=st.integers(0, 10_000))
def test_no_interval_has_a_width_of_zero(rate, rows, seed):
    rng = np.random.default_rng(seed)
    positive = int((rng.random(rows) < rate).sum())
    assert np.diff(ShareSpread(positive, rows, 1.0, 29).ends(0.95))[0] > 0
    assert np.diff(ClassesSpread(positive / rows, positive, rows, 0.5, 0.0, 1.0, 29).ends(0.95))[0] > 0
    if 0 < positive < rows:
        assert np.diff(RankSpread(1.0, positive, rows - positive, 1.0, 29).ends(0.95))[0] > 0
