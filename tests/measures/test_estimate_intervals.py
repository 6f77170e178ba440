"""Intervals of the estimate against what is drawn here, and what the estimate refuses to say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.measures.estimate import Estimate, Estimator
from dashboard.measures.estimate_basis import estimate_bases
from dashboard.measures.estimate_binary import BinaryReference, chance_variances
from dashboard.measures.outcomes import Outcomes
from dashboard.measures.registry import measures_of
from dashboard.profiles.layout import Layout, OutcomeLayout
from dashboard.profiles.score_points import ScorePoints
from dashboard.profiles.windows import Profiles, merged
from tests.profiles.watched import BINARY, REGRESSION, binary_rows, card_of, figures, watch

REFERENCE = ("2013-01-01", "2013-01-31")
NAMES = (
    "roc_auc",
    "accuracy",
    "precision",
    "recall",
    "f1",
    "brier_score",
    "log_loss",
    "base_rate",
    "average_precision",
)


def outcomes_of_rows(scores: np.ndarray, labels: np.ndarray, threshold: float) -> Outcomes:
    """Single rows as outcomes, with any leading axes of the labels."""
    order = np.argsort(scores)
    scores, labels = scores[order], labels[..., order].astype(float)
    counts = np.stack([1 - labels, labels], axis=-2)
    loss = np.stack([-np.log1p(-scores), -np.log(scores)])
    weights = (np.ones_like(scores), scores, scores**2)
    sums = [*((counts * weight).sum(axis=-1) for weight in weights), (counts * loss).sum(axis=-1)]
    empty = np.zeros(0)
    layout = Layout("l", "m", BINARY, "UTC", "day", (), OutcomeLayout(empty, empty, empty), 0, (), has_reference=True)
    points = ScorePoints(scores, counts[..., :, :].reshape(-1, *counts.shape[-2:])[0], np.zeros(len(scores), bool))
    return Outcomes({"scores": counts, "sums": np.stack(sums, axis=-1)}, threshold, layout, points)


@pytest.mark.parametrize("level", [-1.0, -3.0])
def test_the_variance_of_outcomes_is_that_of_drawing_them(level):
    rng = np.random.default_rng(41)
    scores = np.sort(1 / (1 + np.exp(-rng.normal(level, 1.2, 1_500))))
    drawn = outcomes_of_rows(scores, rng.random((2_000, 1_500)) < scores, 0.3)
    measures = {name: measures_of(BINARY)[name] for name in NAMES}
    found = chance_variances(drawn, [(scores, np.ones(1_500), scores)], measures)
    for name, entry in measures.items():
        assert found[name] ** 0.5 == pytest.approx(np.nanstd(entry.compute(drawn)), rel=0.12), name


def world(seed: int, rows: int, first: str, version: str = "1", scale: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = binary_rows(rng, rows, missing=0, first=first, days=28)
    truth = 1 / (1 + np.exp(-rng.normal(-0.7, 1.3, rows)))
    outcome = (rng.random(rows) < truth).astype(float)
    return frame.assign(score=truth**1.5 * scale, actual=outcome, model_version=version)


def estimator_of(profiles: Profiles) -> Estimator:
    bases = estimate_bases(profiles, 100)
    return Estimator({version: basis.window for version, basis in bases.items()}, profiles.layout)


def estimated(profiles: Profiles, first: str, last: str) -> Estimate:
    found = profiles.read(span=(pd.Timestamp(first).date(), pd.Timestamp(last).date()))
    versions = {profile.version for profile in found}
    parts = {
        version: merged([profile for profile in found if profile.version == version], profiles.layout)
        for version in versions
    }
    return estimator_of(profiles).estimate(parts)


def test_what_the_calibration_flatters_is_taken_off(store):
    """Of the reference's own scores the estimate says what was measured, though its rates were fitted to them."""
    profiles = watch(store, card_of(reference=REFERENCE), world(42, 600, "2013-01-01"))
    found, measured = estimated(profiles, "2013-01-01", "2013-01-31").figures, figures(profiles)["2013-01"]
    for name in ("roc_auc", "precision", "recall", "f1", "log_loss"):
        assert found[name].value == pytest.approx(measured[name], abs=0.001), name
    basis = estimate_bases(profiles, 100)["1"].window
    flattery = BinaryReference(basis, profiles.layout, None, {"roc_auc": measures_of(BINARY)["roc_auc"]}).flattery
    assert flattery["roc_auc"] > 0.005


def test_small_windows_have_wide_intervals(store):
    rows = [world(44, 3_000, "2013-01-01"), world(45, 150, "2013-02-01"), world(46, 6_000, "2013-03-01")]
    profiles = watch(store, card_of(reference=REFERENCE), *rows)
    small = estimated(profiles, "2013-02-01", "2013-02-28").figures
    large = estimated(profiles, "2013-03-01", "2013-03-31").figures
    for name in ("roc_auc", "accuracy", "recall", "base_rate"):
        few, many = (found[name].high - found[name].low for found in (small, large))
        assert few > 2.5 * many, name
        measured = figures(profiles)["2013-02"][name]
        assert small[name].low < measured < small[name].high, name


def test_each_version_is_estimated_by_its_own_cases(store):
    """Version 2 scores on another scale: its first labels calibrate it, and nothing is said of them."""
    rows = [
        world(47, 3_000, "2013-01-01"), world(48, 3_000, "2013-02-01", "2", 0.01),
        world(49, 3_000, "2013-03-01", "2", 0.01),
    ]  # fmt: skip
    profiles = watch(store, card_of(versions=("1", "2"), reference=REFERENCE, threshold=0.005), *rows)
    bases = estimate_bases(profiles, 100)
    assert bases["1"].until is None
    assert 1_000 <= bases["2"].window.labelled < 1_300
    found, measured = estimated(profiles, "2013-03-01", "2013-03-31"), figures(profiles)["2013-03"]
    for name in ("roc_auc", "base_rate", "recall"):
        assert found.figures[name].low < measured[name] < found.figures[name].high, name
    early = profiles.read(version="2")[0]
    assert bases["2"].covers(early)


def test_a_version_without_labels_is_not_estimated(store):
    later = world(50, 2_000, "2013-02-01", "2").assign(actual=np.nan)
    profiles = watch(store, card_of(versions=("1", "2"), reference=REFERENCE), world(51, 2_000, "2013-01-01"), later)
    found = estimated(profiles, "2013-02-01", "2013-02-28")
    assert found.figures == {}
    assert "too few known outcomes of version 2" in found.reason.render("en")


@pytest.mark.parametrize("scale", [0.001, 30.0])
def test_scores_outside_of_the_reference_are_not_estimated(store, scale):
    reference = world(52, 2_000, "2013-01-01").assign(score=lambda frame: 0.02 + 0.01 * frame["score"])
    later = world(53, 2_000, "2013-02-01").assign(score=lambda frame: (0.02 + 0.01 * frame["score"]) * scale)
    profiles = watch(store, card_of(reference=REFERENCE), reference, later)
    found = estimated(profiles, "2013-02-01", "2013-02-28")
    assert found.figures == {}
    assert found.reason.render("en").startswith("100.0% of the scores lie outside")


def amounts(seed: int, rows: int, first: str, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = binary_rows(rng, rows, missing=0, first=first, days=28)
    score = rng.gamma(4, 10, rows) + shift
    return frame.assign(score=score, actual=score * (1 + 0.2 * rng.standard_normal(rows)) + 2)


def test_intervals_of_a_regression_know_the_rows_of_the_window(store):
    rows = [amounts(54, 4_000, "2013-01-01"), amounts(55, 200, "2013-02-01"), amounts(56, 200, "2013-03-01", 500)]
    profiles = watch(store, card_of(REGRESSION, reference=REFERENCE), *rows)
    found, measured = estimated(profiles, "2013-02-01", "2013-02-28"), figures(profiles)["2013-02"]
    errors = (rows[1]["score"] - rows[1]["actual"]).abs()
    half = (found.figures["mae"].high - found.figures["mae"].low) / 2
    assert half == pytest.approx(2 * errors.std() / np.sqrt(200), rel=0.35)
    for name in ("mae", "rmse", "bias", "mean_actual"):
        assert found.figures[name].low < measured[name] < found.figures[name].high, name
    assert np.isnan(found.figures["mean_prediction"].low)
    beyond = estimated(profiles, "2013-03-01", "2013-03-31")
    assert "outside the range" in beyond.reason.render("en")
