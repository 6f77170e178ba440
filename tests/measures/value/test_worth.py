"""Money of windows: counted by hand, weighed by amounts, expected before outcomes are known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from benchmarks.honesty.memory import Rows, instants, profiles_of
from dashboard.measures.estimate_basis import estimate_bases
from dashboard.measures.value.money import money_of
from dashboard.measures.value.worth import WorthEstimator, realised
from dashboard.profiles.windows import merged, windows
from dashboard.store.engine.database import Store
from tests.measures.value.priced import PRICES, errors_by_hand, money_by_hand, priced
from tests.profiles.watched import REGRESSION, binary_rows, watch

REFERENCE = ("2013-01-01", "2013-01-31")


def scaled(frame: pd.DataFrame, money: pd.Series) -> float:
    """The sum over rows with an outcome, scaled from these to all rows."""
    return float(money.sum() * len(frame) / money.notna().sum())


def month_of(frame: pd.DataFrame) -> pd.Series:
    return frame["at"].dt.strftime("%Y-%m")


@pytest.mark.parametrize("cluster", [None, "group"])
def test_money_of_months_is_the_sum_of_cells_scaled_to_all_predictions(store: Store, cluster: str | None) -> None:
    rng = np.random.default_rng(1)
    frame = binary_rows(rng, 4_000, missing=0.2).assign(group=rng.integers(0, 200, 4_000))
    card = priced(threshold=0.35, **({"cluster": cluster} if cluster else {}))
    profiles = watch(store, card, frame)
    money = money_of(card)
    assert money is not None
    found = {
        window.label: realised(window, profiles.layout, money)
        for window in windows(profiles.read(("outcomes",)), profiles.layout, "month")
    }
    for month, rows in frame.groupby(month_of(frame)):
        figure = found[str(month)]
        assert figure.value == pytest.approx(scaled(rows, money_by_hand(rows, 0.35)), rel=1e-9)
        assert figure.low < figure.value < figure.high
        assert figure.labelled == rows["actual"].notna().sum()


def test_money_of_a_regression_tells_errors_above_and_below_apart(store: Store) -> None:
    rng = np.random.default_rng(2)
    frame = binary_rows(rng, 3_000, missing=0).assign(score=lambda f: 100 * f["score"])
    frame["actual"] = np.where(rng.random(3_000) < 0.1, np.nan, frame["score"] * 0.9 + rng.normal(0, 8, 3_000))
    card = priced(REGRESSION)
    profiles = watch(store, card, frame)
    money = money_of(card)
    assert money is not None
    for window in windows(profiles.read(("outcomes",)), profiles.layout, "month"):
        rows = frame[month_of(frame) == window.label]
        figure = realised(window, profiles.layout, money)
        assert figure.value == pytest.approx(scaled(rows, errors_by_hand(rows)), rel=1e-9)
        assert figure.low < figure.value < figure.high


@pytest.mark.parametrize("cluster", [None, "group"])
def test_amounts_weigh_the_outcomes(store: Store, cluster: str | None) -> None:
    rng = np.random.default_rng(3)
    frame = binary_rows(rng, 3_000).assign(group=rng.integers(0, 200, 3_000), invoice=rng.lognormal(4, 1, 3_000))
    frame.loc[frame.index[::50], "invoice"] = np.nan
    prices = {"true_positive": 0.2, "false_positive": -0.03}
    card = priced(
        value={"outcomes": prices}, threshold=0.37, amount="invoice", segments=["colour"],
        **({"cluster": cluster} if cluster else {}),
    )  # fmt: skip
    profiles = watch(store, card, frame)
    money = money_of(card)
    assert money is not None
    frame["money"] = money_by_hand(frame, 0.37, prices) * frame["invoice"].fillna(0)
    for window in windows(profiles.read(("outcomes",)), profiles.layout, "month"):
        rows = frame[month_of(frame) == window.label]
        figure = realised(window, profiles.layout, money)
        assert figure.value == pytest.approx(scaled(rows, rows["money"]), rel=1e-9)
        assert figure.low < figure.value < figure.high
    red = merged(profiles.read(("outcomes",), segment=("colour", "red")), profiles.layout)
    rows = frame[frame["colour"] == "red"]
    assert realised(red, profiles.layout, money).value == pytest.approx(scaled(rows, rows["money"]), rel=1e-9)


def test_amounts_weigh_errors(store: Store) -> None:
    rng = np.random.default_rng(4)
    frame = binary_rows(rng, 2_000, missing=0).assign(score=lambda f: 100 * f["score"], size=rng.gamma(2, 3, 2_000))
    frame["actual"] = frame["score"] + rng.normal(0, 8, 2_000)
    card = priced(REGRESSION, features={"x": "numeric", "size": "numeric"}, amount="size", cluster="colour")
    profiles = watch(store, card, frame)
    money = money_of(card)
    assert money is not None
    whole = merged(profiles.read(("outcomes",)), profiles.layout)
    by_hand = float((errors_by_hand(frame) * frame["size"]).sum())
    assert realised(whole, profiles.layout, money).value == pytest.approx(by_hand, rel=1e-9)


def leveled(rng: np.random.Generator, rows: int, first: str, days: int, known: bool) -> pd.DataFrame:
    """Five scores, each with its own rate of positives."""
    frame = binary_rows(rng, rows, missing=0, first=first, days=days)
    frame["score"] = rng.choice([0.1, 0.3, 0.5, 0.7, 0.9], rows)
    frame["actual"] = (rng.random(rows) < frame["score"] ** 2).astype(float) if known else np.nan
    return frame


def test_money_is_expected_by_what_happened_at_each_score(store: Store) -> None:
    rng = np.random.default_rng(5)
    before, now = leveled(rng, 4_000, "2013-01-01", 31, True), leveled(rng, 1_500, "2013-02-01", 28, False)
    card = priced(threshold=0.5, reference=REFERENCE)
    profiles = watch(store, card, before, now)
    money = money_of(card)
    assert money is not None
    references = {version: basis.window for version, basis in estimate_bases(profiles, 100).items()}
    estimator = WorthEstimator(references, profiles.layout, money)
    window = windows(profiles.read(("outcomes",)), profiles.layout, "month")[-1]
    found = estimator.expected({"1": window})
    mean = before.assign(money=money_by_hand(before, 0.5)).groupby("score")["money"].mean()
    assert found.figure.value == pytest.approx(float(now["score"].map(mean).sum()), rel=1e-9)
    assert found.figure.low < found.figure.value < found.figure.high


def test_money_with_amounts_is_expected_by_what_happened_at_each_score(store: Store) -> None:
    rng = np.random.default_rng(6)
    before, now = (
        leveled(rng, rows, first, days, known).assign(invoice=rng.lognormal(4, 0.6, rows))
        for rows, first, days, known in ((4_000, "2013-01-01", 31, True), (1_500, "2013-02-01", 28, False))
    )
    card = priced(threshold=0.5, reference=REFERENCE, amount="invoice")
    profiles = watch(store, card, before, now)
    money = money_of(card)
    assert money is not None
    references = {version: basis.window for version, basis in estimate_bases(profiles, 100).items()}
    estimator = WorthEstimator(references, profiles.layout, money)
    window = windows(profiles.read(("outcomes",)), profiles.layout, "month")[-1]
    found = estimator.expected({"1": window})
    before["money"] = money_by_hand(before, 0.5) * before["invoice"]
    sums = before.groupby("score")[["money", "invoice"]].sum()
    expected = float((now["invoice"] * now["score"].map(sums["money"] / sums["invoice"])).sum())
    assert found.figure.value == pytest.approx(expected, rel=1e-9)
    later = leveled(rng, 60_000, "2013-02-01", 28, True).assign(invoice=rng.lognormal(4, 0.6, 60_000))
    truth = float((money_by_hand(later, 0.5) * later["invoice"]).mean()) * len(now)
    assert found.figure.low < truth < found.figure.high


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from([0.0, 1.0, None])), min_size=2, max_size=60),
    st.integers(0, 20),
    st.fixed_dictionaries({name: st.integers(-1_000, 1_000) for name in PRICES}),
)
def test_any_rows_at_any_threshold_with_any_prices(
    rows: list[tuple[int, float | None]], cut: int, prices: dict[str, int]
) -> None:
    frame = pd.DataFrame({"score": [place / 20 for place, _ in rows], "actual": [actual for _, actual in rows]})
    frame["actual"] = frame["actual"].astype(float)
    card = priced(value={"outcomes": prices}, threshold=cut / 20, reference=REFERENCE)
    money = money_of(card)
    assert money is not None
    at = instants(np.random.default_rng(7), len(rows), date(2013, 1, 1), 20)
    nothing = np.zeros(len(rows))
    made = Rows(at, frame["score"].to_numpy(), frame["actual"].to_numpy(), nothing.astype(int), {"x": nothing})
    profiles = profiles_of(card, made)
    figure = realised(merged(profiles.read(("outcomes",)), profiles.layout), profiles.layout, money)
    if frame["actual"].isna().all():
        assert np.isnan(figure.value)
    else:
        assert figure.value == pytest.approx(scaled(frame, money_by_hand(frame, cut / 20, prices)), abs=1e-6)
        assert np.isnan(figure.low) or figure.low <= figure.value + 1e-6
