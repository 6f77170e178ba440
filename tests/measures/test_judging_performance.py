"""Verdicts on figures: what they rest on, what is chance, and what is said."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from dashboard.charts.metrics import aim_value
from dashboard.measures.figure import Basis, Figure
from dashboard.measures.intervals import student
from dashboard.measures.judging.alarms import JudgedPeriod, status_of_record, with_since
from dashboard.measures.judging.comparison import certain, difference_ends
from dashboard.measures.judging.labels import selected, unripe
from dashboard.measures.judging.metrics import Case, judge_metric, judge_together
from dashboard.measures.judging.performance import performance_status
from dashboard.measures.judging.verdict import Verdict
from dashboard.measures.registry import MEASURES
from dashboard.measures.spreads import MeanSpread, ShareSpread
from dashboard.profiles.windows import Window, merged, windows
from dashboard.schema.card.business import KeyMetric
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence
from tests.profiles.watched import card_of, watch

USUAL, MANY = Thresholds(), 100_000
BIAS, AUC = (MEASURES.get(f"binary_classification:{name}") for name in ("bias", "roc_auc"))
RATE, RECALL = (MEASURES.get(f"binary_classification:{name}") for name in ("base_rate", "recall"))


def figure(value: float, error: float, labelled: int = 10_000, degrees: int = MANY) -> Figure:
    spread = MeanSpread(value, error, degrees)
    return Figure(value, *spread.ends(0.95), labelled, spread, Basis(labelled, "", "periods", 30))


def share(part: int, whole: int) -> Figure:
    spread = ShareSpread(part, whole, 1.0, MANY)
    return Figure(part / whole, *spread.ends(0.95), whole, spread, Basis(whole, "cases that happened", "rows", whole))


@pytest.mark.parametrize(
    ("value", "error", "target", "limit", "status", "sentence"),
    [
        (-0.102, 0.005, 0.05, 0.08, "alert", "outside the limit of ±0.080."),
        (
            -0.082,
            0.005,
            0.05,
            0.08,
            "warn",
            "outside the target of ±0.050; that it is outside the limit of ±0.080 too may be chance.",
        ),
        (0.06, 0.002, -0.05, 0.08, "warn", "outside the target of ±0.050, within the limit of ±0.080."),
        (0.06, 0.002, 0.05, None, "warn", "outside the target of ±0.050."),
        (0.06, 0.02, 0.05, None, "ok", "outside the target of ±0.050, but that may be chance."),
        (0.09, 0.02, None, 0.08, "unknown", "outside the limit of ±0.080, but that may be chance."),
        (-0.03, 0.005, None, 0.08, "ok", "within the limit of ±0.080."),
        (-0.03, 0.005, 0.05, 0.08, "ok", "within the target of ±0.050."),
    ],
)
def test_a_figure_that_is_best_at_zero_has_its_aims_on_both_sides(value, error, target, limit, status, sentence):
    case = Case(BIAS, figure(value, error), KeyMetric(metric="bias", target=target, limit=limit))
    verdict = judge_metric(case, USUAL)
    assert verdict.status == status
    assert verdict.reason.render("en").endswith(f"10,000 outcomes), {sentence}")
    assert "±" in verdict.reason.render("de")


@pytest.mark.parametrize(
    ("value", "error", "status", "sentence"),
    [
        (0.6, 0.02, "alert", "worse than the limit 0.700."),
        (0.69, 0.02, "warn", "worse than the target 0.800; that it is worse than the limit 0.700 too may be chance."),
        (0.69, 0.09, "unknown", "worse than the limit 0.700, but that may be chance."),
        (0.75, 0.02, "warn", "worse than the target 0.800, within the limit 0.700."),
        (0.79, 0.02, "ok", "worse than the target 0.800, but that may be chance."),
        (0.79996, 0.0001, "ok", "and meets the target 0.800."),
        (0.9, 0.02, "ok", "and meets the target 0.800."),
        (0.85, 0.25, "unknown", "That is too uncertain to compare with 0.700."),
    ],
)
def test_a_bound_is_missed_where_the_interval_lies_beyond(value, error, status, sentence):
    case = Case(AUC, figure(value, error), KeyMetric(metric="roc_auc", target=0.8, limit=0.7))
    verdict = judge_metric(case, USUAL)
    assert (verdict.status, verdict.reason.render("en").endswith(sentence)) == (status, True), verdict.reason.render()


@pytest.mark.parametrize(
    ("value", "error", "status", "word"),
    [
        (0.65, 0.01, "alert", "worse than in the reference"),
        # What is better than guessing counts: 0.05 of 0.30 are more than 15 percent.
        (0.75, 0.01, "alert", "worse than in the reference"),
        (0.77, 0.01, "warn", "worse than in the reference"),
        (
            0.79,
            0.001,
            "ok",
            "no chance, but less than 5% of what it is better than guessing",
        ),
        (0.65, 0.12, "ok", "may be chance"),
        (0.80, 0.01, "ok", "as in the reference: 0.800 (10,000 outcomes); a change by 0.026 would have been seen"),
        (0.85, 0.01, "ok", "better than in the reference"),
        (0.80, 0.30, "unknown", "nothing can be said"),
    ],
)
def test_beside_the_reference(value, error, status, word):
    verdict = judge_metric(Case(AUC, figure(value, error), reference=figure(0.8, 0.001)), USUAL)
    assert (verdict.status, word in verdict.reason.render("en")) == (status, True), verdict.reason.render("en")


def test_a_figure_that_describes_warns_at_most():
    verdict = judge_metric(Case(RATE, figure(0.6, 0.001), reference=figure(0.3, 0.001)), USUAL)
    assert (verdict.status, "different from the reference" in verdict.reason.render("en")) == ("warn", True)


@given(now=st.floats(-1, 1), then=st.floats(-1, 1), errors=st.tuples(*[st.floats(0.001, 0.3)] * 2))
def test_a_difference_has_both_errors(now, then, errors):
    low, high = difference_ends(figure(now, errors[0]), figure(then, errors[1]), 0.95)
    reach = stats.norm.ppf(0.975) * math.hypot(*errors)
    assert (low, high) == pytest.approx((now - then - reach, now - then + reach), rel=1e-4, abs=1e-4)


@given(chances=st.lists(st.floats(1e-6, 0.5), min_size=1, max_size=8))
def test_holm_is_holms(chances):
    found = certain([lambda level, chance=chance: chance <= 1 - level for chance in chances], 0.95)
    ordered, expected, open_ = sorted(range(len(chances)), key=lambda place: chances[place]), set(), True
    for rank, place in enumerate(ordered):
        open_ = open_ and chances[place] <= 0.05 / (len(chances) - rank)
        if open_:
            expected.add(place)
    edge = any(abs(chance * (len(chances) - rank) - 0.05) < 1e-9 for rank in range(8) for chance in chances)
    assert edge or {place for place, held in enumerate(found) if held} == expected


def test_several_metrics_are_corrected_together():
    one = Case(AUC, figure(0.765, 0.0125), reference=figure(0.8, 0.001))
    assert judge_metric(one, USUAL).status == "warn"
    assert [
        entry.verdict.status for entry in judge_together([one] + 7 * [replace(one, figure=figure(0.8, 0.01))], USUAL)
    ][0] == "ok"


@given(
    value=st.floats(0.3, 1.0), error=st.floats(0.001, 0.2), more=st.floats(1.0, 10.0), aim=st.sampled_from([None, 0.7])
)
def test_less_is_never_surer(value, error, more, aim):
    """A figure with a larger error gives no alarm that the same figure with the smaller one does not."""
    severe = {"unknown": 0, "ok": 0, "warn": 1, "alert": 2}
    target = None if aim is None else KeyMetric(metric="roc_auc", target=0.8, limit=aim)
    sure, less = (
        judge_metric(Case(AUC, figure(value, one), target, figure(0.8, 0.001)), USUAL).status
        for one in (error, error * more)
    )
    assert severe[less] <= severe[sure]


@given(
    value=st.floats(0, 1),
    labelled=st.integers(0, 200),
    counted=st.integers(0, 200),
    target=st.sampled_from([None, KeyMetric(metric="recall", target=0.1, limit=0.05)]),
    reference=st.sampled_from([None, share(40, 80), Figure(0.8, math.nan, math.nan, 500), share(2, 5)]),
    known=st.booleans(),
)
def test_nothing_is_ok_without_a_basis(value, labelled, counted, target, reference, known):
    spread = MeanSpread(value, 0.01, 30) if known else None
    ends = spread.ends(0.95) if spread else (math.nan, math.nan)
    found = Figure(value, *ends, labelled, spread, Basis(counted, "cases that happened", "rows", labelled))
    enough = labelled >= 50 and counted >= 10 and known
    comparable = target is not None or (reference is not None and reference.labelled == 80)
    status = judge_metric(Case(RECALL, found, target, reference), USUAL).status
    if not (enough and comparable):
        assert status == "unknown"


def test_two_positive_cases_prove_nothing():
    found = replace(share(0, 2), labelled=94)
    verdict = judge_metric(Case(RECALL, found, KeyMetric(metric="recall", limit=0.5)), USUAL)
    assert verdict.reason.render("en") == "Too few cases to judge Recall: 2 of at least 10 cases that happened."
    assert "eingetretene Fälle" in verdict.reason.render("de")


def rows_of(months: int, per_month: int, lost_from: int, seed: int = 0) -> pd.DataFrame:
    """Months of 2024 in which the score decides, until a month from which on it says nothing."""
    rng, found = np.random.default_rng(seed), []
    for month in range(1, months + 1):
        score = 1 / (1 + np.exp(1 - 1.6 * rng.normal(size=per_month)))
        rate = score if month < lost_from else np.full(per_month, score.mean())
        at = pd.Timestamp(f"2024-{month:02d}-01", tz="UTC") + pd.to_timedelta(
            rng.integers(0, 28 * 86400, per_month), "s"
        )
        actual = (rng.random(per_month) < rate).astype(float)
        found.append(pd.DataFrame({"at": at.astype("datetime64[us, UTC]"), "score": score, "actual": actual}))
    rows = pd.concat(found, ignore_index=True)
    return rows.assign(id=[f"i{place}" for place in rows.index], x=0.0)


@pytest.mark.parametrize("period", ["month", "year"])
def test_a_model_that_lost_its_skill_alerts_without_units(store, period):
    card = card_of(period=period, reference=("2024-01-01", "2024-03-31"))
    rows = rows_of(7, 800, 1 if period == "year" else 5)
    if period == "year":
        card = card_of(period=period, reference=("2023-01-01", "2023-12-31"))
        good = rows_of(7, 800, 99, seed=1)
        rows = pd.concat([good.assign(at=good["at"] - pd.Timedelta(days=366), id="g" + good["id"]), rows])
    verdict = performance_status(watch(store, card, rows), card, USUAL)
    assert verdict.status == "alert"
    assert "95% interval if cases are independent" in verdict.reason.render("en")
    assert "worse than in the reference" in verdict.reason.render("en")


def test_a_model_that_keeps_its_skill_is_ok(store):
    card = card_of(period="month", reference=("2024-01-01", "2024-03-31"))
    verdict = performance_status(watch(store, card, rows_of(5, 800, 99)), card, USUAL)
    assert (verdict.status, verdict.reason.values["since"]) == ("ok", "2024-01")


@pytest.mark.parametrize(("kept", "period", "status"), [(25, "2024-05", "alert"), (800, "2024-06", "alert")])
def test_a_month_that_has_hardly_begun_does_not_hide_the_one_before(store, kept, period, status):
    rows = rows_of(6, 800, 4)
    late = rows[rows["at"] >= "2024-06-01"]
    card = card_of(period="month", reference=("2024-01-01", "2024-03-31"))
    shown = pd.concat([rows[rows["at"] < "2024-06-01"], late.head(kept)])
    verdict = performance_status(watch(store, card, shown), card, fewest_labels(20))
    assert (verdict.reason.values["period"], verdict.status) == (period, status)


def fewest_labels(fewest: int) -> Thresholds:
    return USUAL.overridden({"performance": {"min_labelled": fewest}})


def test_labels_of_low_scores_alone_cannot_speak(store):
    rows = rows_of(5, 800, 99)
    late = (rows["at"] >= "2024-04-01") & (rows["score"] >= 0.3)
    rows.loc[late, "actual"] = np.nan
    card = card_of(period="month", reference=("2024-01-01", "2024-03-31"))
    profiles = watch(store, card, rows)
    found = windows(profiles.read(("outcomes",)), profiles.layout, "month")
    assert [selected(window, USUAL) is None for window in found] == [True, True, True, False, False]
    verdict = performance_status(profiles, card, replace_ripe(0.0))
    assert verdict.status == "unknown"
    assert "cannot speak for this period" in verdict.reason.render("en")


def replace_ripe(ripe: float) -> Thresholds:
    return USUAL.overridden({"performance": {"ripe": ripe}})


def test_a_month_whose_labels_are_not_in_yet_is_left_for_an_earlier_one(store):
    rows = rows_of(5, 800, 99)
    rng = np.random.default_rng(3)
    rows.loc[(rows["at"] >= "2024-05-01") & (rng.random(len(rows)) < 0.7), "actual"] = np.nan
    card = card_of(period="month", reference=("2024-01-01", "2024-03-31"))
    profiles = watch(store, card, rows)
    assert performance_status(profiles, card, USUAL).reason.values["period"] == "2024-04"
    assert performance_status(profiles, card, replace_ripe(0.0)).reason.values["period"] == "2024-05"
    found = windows(profiles.read(("outcomes",)), profiles.layout, "month")
    assert "32%" in str(unripe(found[-1], found[:-1], USUAL).reason.render("en"))
    assert unripe(found[1], found[:1], USUAL) is None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), labelled=st.integers(50, 2_000), unlabelled=st.integers(30, 2_000))
def test_labels_drawn_by_chance_speak(seed, labelled, unlabelled):
    rng = np.random.default_rng(seed)
    scores = np.zeros((3, 40), dtype=np.int64)
    np.add.at(scores, (rng.integers(0, 2, labelled), rng.integers(0, 40, labelled)), 1)
    np.add.at(scores, (2, rng.integers(0, 40, unlabelled)), 1)
    window = merged([], _NoLayout(), "w")  # type: ignore[arg-type]
    window = replace(window, predictions=labelled + unlabelled, labelled=labelled, outcomes={"scores": scores})
    assert selected(window, USUAL) is None or seed_is_one_in_a_thousand(window)


def seed_is_one_in_a_thousand(window: Window) -> bool:
    """By chi-square of the same table in tenths, such a sample comes about seldom."""
    scores = window.outcomes["scores"]
    table = np.stack([scores[:2].sum(axis=0), scores[2]]).reshape(2, 10, 4).sum(axis=2)
    return float(stats.chi2_contingency(table).pvalue) < 0.02


class _NoLayout:
    slots, columns, cluster_groups = 0, (), 0


def period(label: str, status: str, strong: bool = False) -> JudgedPeriod:
    return JudgedPeriod(label, Verdict(status, Sentence("x")), strong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("latest_first", "status", "since", "said"),
    [
        (["alert", "ok"], "warn", "p0", "first alarm; 2 in a row"),
        (["alert!", "ok"], "alert", "p0", "x"),
        (["alert", "alert", "ok"], "alert", "p1", "since p1, 2 periods in a row"),
        (["warn", "alert", "warn", "ok"], "warn", "p2", "so or worse since p2, 3 periods in a row"),
        (["warn", "warn", "ok"], "warn", "p1", "so since p1, 2 periods in a row"),
        (["ok", "ok", "alert"], "ok", "p1", "x"),
    ],
)
def test_two_alarms_in_a_row_or_one_strong(latest_first, status, since, said):
    periods = [period(f"p{place}", one.rstrip("!"), one.endswith("!")) for place, one in enumerate(latest_first)]
    verdict = status_of_record(periods, 2)
    assert (verdict.status, verdict.reason.values["since"]) == (status, since)
    assert said in with_since(verdict).reason.render("en")


@pytest.mark.parametrize(
    ("metric", "value", "written"),
    [("bias", -10.0, "±10.0 bikes"), ("mae", 10.0, "10.0 bikes"), ("bias", math.nan, "–"), ("bias", None, "–")],
)
def test_an_aim_is_written_on_both_sides_of_zero(metric, value, written):
    assert aim_value(metric, value, "en", "bikes") == written


def test_degrees_of_few_units_widen():
    assert student(4) > student(30) > student(MANY)
