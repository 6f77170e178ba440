"""Performance estimated without labels against what the labels say later, on data of which the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from sklearn.isotonic import IsotonicRegression

from dashboard.measures.estimate import Estimator
from dashboard.measures.estimate_basis import estimate_bases
from dashboard.measures.estimate_binary import BinaryReference
from dashboard.measures.isotonic import never_falling, rates_of
from dashboard.measures.registry import measures_of, names_shown
from dashboard.profiles.windows import open_profiles
from tests.profiles.watched import BINARY, REGRESSION, between, binary_rows, card_of, figures, watch

REFERENCE = ("2013-01-01", "2013-01-31")
WITHIN = {
    "roc_auc": 0.02, "accuracy": 0.02, "precision": 0.04, "recall": 0.04, "f1": 0.04, "brier_score": 0.01,
    "log_loss": 0.03, "mean_prediction": 0.002, "base_rate": 0.02, "bias": 0.02,
}  # fmt: skip


def binary_world(seed: int, rows: int, first: str, shift: float = 0.0) -> pd.DataFrame:
    """Scores that are too low by a bent but constant amount; `shift` moves the cases, not the relation."""
    rng = np.random.default_rng(seed)
    frame = binary_rows(rng, rows, missing=0, first=first, days=28)
    truth = 1 / (1 + np.exp(-rng.normal(-0.7 + shift, 1.3, rows)))
    return frame.assign(score=truth**1.5, actual=(rng.random(rows) < truth).astype(float))


def estimates(store, card, before: pd.DataFrame, after: pd.DataFrame) -> tuple[dict, dict]:
    """Figures estimated from the second frame without its labels, and those with them."""
    profiles = watch(store, card, before, after)
    bases = estimate_bases(profiles, 100)
    estimator = Estimator({version: basis.window for version, basis in bases.items()}, profiles.layout)
    names = [name for name in names_shown(card) if name in estimator.names]
    found = estimator.estimate({"1": between(profiles, "2013-02-01", "2013-02-28")}, names)
    assert found.reason is None
    return found.figures, figures(profiles)["2013-02"]


@pytest.mark.parametrize("shift", [0.0, 0.8])
@pytest.mark.parametrize("cluster", [None, "colour"])
def test_binary_estimates_are_what_labels_say_later(store, shift, cluster):
    card = card_of(reference=REFERENCE, threshold=0.35, cluster=cluster)
    before, after = binary_world(1, 12_000, "2013-01-01"), binary_world(2, 12_000, "2013-02-01", shift)
    found, realised = estimates(store, card, before, after)
    assert set(found) == set(realised)
    for name, figure in found.items():
        assert figure.value == pytest.approx(realised[name], abs=WITHIN[name]), name
        if name == "mean_prediction":
            assert np.isnan(figure.low)
            assert figure.value == pytest.approx(realised[name], rel=1e-9)
        else:
            assert figure.low < figure.value < figure.high, name
    assert abs(found["bias"].value) > 0.05


# NannyML 0.13.1, CBPE over one chunk, on the very rows of the test below.
CBPE = {
    0.0: {"roc_auc": 0.78668, "f1": 0.59897, "precision": 0.67518, "recall": 0.53822, "accuracy": 0.73472},
    0.8: {"roc_auc": 0.78618, "f1": 0.72572, "precision": 0.71689, "recall": 0.73477, "accuracy": 0.71420},
}


@pytest.mark.parametrize("shift", list(CBPE))
def test_binary_estimates_are_those_of_another_tool(store, shift):
    card = card_of(reference=REFERENCE, threshold=0.35)
    before, after = binary_world(1, 12_000, "2013-01-01"), binary_world(2, 12_000, "2013-02-01", shift)
    found, _ = estimates(store, card, before, after)
    profiles = open_profiles(store, card)
    measures = {name: measures_of(BINARY)[name] for name in CBPE[shift]}
    basis = estimate_bases(profiles, 100)["1"].window
    # The other tool leaves in what its calibration flatters its own sample by.
    flattery = BinaryReference(basis, profiles.layout, None, measures).flattery
    assert flattery["roc_auc"] > 0.001
    assert {name: found[name].value + flattery[name] for name in CBPE[shift]} == pytest.approx(CBPE[shift], abs=0.0015)


def test_estimates_do_not_look_at_the_labels_of_the_window(store, tmp_path):
    from dashboard.store.engine.database import open_store

    card = card_of(reference=REFERENCE)
    before, after = binary_world(3, 4_000, "2013-01-01"), binary_world(4, 4_000, "2013-02-01")
    with_labels, _ = estimates(store, card, before, after)
    other = open_store(tmp_path / "other")
    without, _ = estimates(other, card, before, after.assign(actual=1 - after["actual"]))
    other.close()
    assert {name: figure.value for name, figure in with_labels.items()} == pytest.approx(
        {name: figure.value for name, figure in without.items()}
    )


def test_a_changed_relation_is_not_seen(store):
    """What no estimate from scores can see: the same scores, other outcomes."""
    before, after = binary_world(5, 6_000, "2013-01-01"), binary_world(6, 6_000, "2013-02-01")
    after["actual"] = np.random.default_rng(7).permutation(after["actual"].to_numpy())
    found, realised = estimates(store, card_of(reference=REFERENCE), before, after)
    assert realised["roc_auc"] == pytest.approx(0.5, abs=0.03)
    assert found["roc_auc"].value > 0.7


def regression_world(seed: int, rows: int, first: str, shift: float = 0.0) -> pd.DataFrame:
    """Errors that grow with the predicted value."""
    rng = np.random.default_rng(seed)
    frame = binary_rows(rng, rows, missing=0, first=first, days=28)
    score = rng.gamma(4 + shift, 10, rows)
    return frame.assign(score=score, actual=score * (1 + 0.2 * rng.standard_normal(rows)) + 2)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_regression_estimates_are_what_labels_say_later(store, shift):
    card = card_of(REGRESSION, reference=REFERENCE)
    before, after = regression_world(8, 12_000, "2013-01-01"), regression_world(9, 12_000, "2013-02-01", shift)
    found, realised = estimates(store, card, before, after)
    for name, within in {"mae": 0.05, "rmse": 0.08, "mean_prediction": 1e-9, "mean_actual": 0.01}.items():
        assert found[name].value == pytest.approx(realised[name], rel=within), name
    assert found["bias"].value == pytest.approx(realised["bias"], abs=0.5)
    assert found["bias"].value == pytest.approx(-2, abs=0.5)


@given(
    st.lists(
        st.tuples(st.one_of(st.sampled_from([0.0, 0.25, 1.0]), st.floats(0, 1)), st.integers(1, 10_000)),
        min_size=1, max_size=60,
    )
)  # fmt: skip
def test_pooled_rates_are_those_of_sklearn(points):
    values, weights = np.array([value for value, _ in points]), np.array([float(weight) for _, weight in points])
    expected = IsotonicRegression().fit_transform(np.arange(len(points)), values, sample_weight=weights)
    found = never_falling(values, weights)
    assert found == pytest.approx(expected, abs=1e-9)
    assert (np.diff(found) >= 0).all()


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=40))
def test_rates_by_score_are_those_of_sklearn(bins):
    scores = np.array([[negative, positive, 5] for negative, positive in bins], dtype=float).T
    found = rates_of(scores)
    rows = scores[0] + scores[1]
    filled, places = rows > 0, np.arange(len(bins))
    if not filled.any():
        assert np.isnan(found).all()
        return
    fitted = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    fitted.fit(places[filled], scores[1][filled] / rows[filled], sample_weight=rows[filled])
    assert found == pytest.approx(fitted.predict(places), abs=1e-9)
