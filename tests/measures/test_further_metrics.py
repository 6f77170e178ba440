"""Metrics that are shown on request, against scikit-learn and scipy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from sklearn import metrics

from dashboard.measures.registry import MEASURES, measures_of, names_shown
from dashboard.schema.card.metric_names import METRICS
from tests.measures.test_classification_figures import class_rows
from tests.measures.test_regression_figures import regression_rows
from tests.profiles.watched import BINARY, CLASSES, REGRESSION, binary_rows, card_of, figures, watch

FEATURES = {"x": "numeric", "colour": "categorical"}
# Of the error that weighted points in place of single scores may make.
WITHIN = {
    "average_precision": 0.002, "ece": 0.002, "lift_top_10": 0.02, "ks_of_scores": 0.004, "gini": 0.001,
    "calibration_slope": 0.005, "calibration_intercept": 0.005,
}  # fmt: skip


def further(task: str) -> list[str]:
    return [name for name, metric in METRICS[task].items() if not metric.usual]


def cox(actual: np.ndarray, score: np.ndarray, slope: float | None) -> np.ndarray:
    """Intercept (and slope) of a logistic recalibration, by a general optimiser over single rows."""
    bounded = np.clip(score, 1e-6, 1 - 1e-6)
    logit = np.log(bounded / (1 - bounded))

    def loss(free: np.ndarray) -> float:
        linear = free[0] + (free[1] if slope is None else slope) * logit
        return float((np.logaddexp(0, linear) - actual * linear).mean())

    start = np.array([0.0, 1.0]) if slope is None else np.array([0.0])
    return np.asarray(optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-9}).x)


def ece(actual: np.ndarray, score: np.ndarray) -> float:
    parts = np.array_split(np.argsort(score, kind="stable"), 10)
    return float(sum(abs(score[part].sum() - actual[part].sum()) for part in parts) / len(actual))


def binary_by_others(rows: pd.DataFrame, threshold: float) -> dict[str, float]:
    actual, score = rows["actual"].to_numpy(), rows["score"].to_numpy()
    chosen = (score >= threshold).astype(float)
    top = np.argsort(-score, kind="stable")[: len(score) // 10]
    rate = actual.mean()
    return {
        "average_precision": metrics.average_precision_score(actual, score),
        "gini": 2 * metrics.roc_auc_score(actual, score) - 1,
        "ks_of_scores": stats.ks_2samp(score[actual == 1], score[actual == 0]).statistic,
        "lift_top_10": actual[top].mean() / rate,
        "specificity": metrics.recall_score(actual, chosen, pos_label=0),
        "false_positive_rate": 1 - metrics.recall_score(actual, chosen, pos_label=0),
        "selection_rate": chosen.mean(),
        "balanced_accuracy": metrics.balanced_accuracy_score(actual, chosen),
        "matthews_corrcoef": metrics.matthews_corrcoef(actual, chosen),
        "brier_skill": 1 - metrics.brier_score_loss(actual, score) / (rate * (1 - rate)),
        "ece": ece(actual, score),
        "calibration_slope": cox(actual, score, None)[1],
        "calibration_intercept": cox(actual, score, 1.0)[0],
    }


@pytest.mark.parametrize("rows", [900, 12_000])
@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_further_figures_of_binary_models(store, rows, scale):
    rng = np.random.default_rng(21)
    frame = binary_rows(rng, rows, days=31)
    frame["score"] = rng.beta(1.3, 3, rows) * scale
    frame["actual"] = (rng.random(rows) < frame["score"] / scale * 0.8).astype(float)
    threshold = 0.3 if scale == 1 else 0.003
    profiles = watch(store, card_of(features=FEATURES, threshold=threshold), frame)
    found = figures(profiles, names=further(BINARY))["2013-01"]
    expected = binary_by_others(frame, threshold)
    assert set(found) == set(expected)
    for name, value in expected.items():
        within = {"abs": WITHIN[name]} if name in WITHIN else {"rel": 1e-4, "abs": 1e-4}
        assert found[name] == pytest.approx(value, **within), name


def test_average_precision_of_tied_scores_is_that_of_sklearn(store):
    frame = binary_rows(np.random.default_rng(22), 4_000, missing=0, days=31)
    frame["score"] = frame["score"].round(1)
    found = figures(watch(store, card_of(), frame), names={"average_precision", "ks_of_scores"})["2013-01"]
    assert found["average_precision"] == pytest.approx(
        metrics.average_precision_score(frame["actual"], frame["score"]), abs=1e-12
    )
    positive = frame["actual"] == 1
    separation = stats.ks_2samp(frame.loc[positive, "score"], frame.loc[~positive, "score"]).statistic
    assert found["ks_of_scores"] == pytest.approx(separation, abs=1e-12)


def test_further_figures_of_one_class_are_not_defined(store):
    frame = binary_rows(np.random.default_rng(23), 300, days=20).assign(actual=0.0)
    found = figures(watch(store, card_of(), frame), names=further(BINARY))["2013-01"]
    undefined = {name for name, value in found.items() if math.isnan(value)}
    assert undefined == {
        "average_precision", "gini", "ks_of_scores", "lift_top_10", "balanced_accuracy", "brier_skill",
        "calibration_slope", "calibration_intercept",
    }  # fmt: skip


def test_scores_that_separate_the_classes_have_no_calibration_slope(store):
    frame = binary_rows(np.random.default_rng(24), 300, missing=0, days=20)
    frame["actual"] = (frame["score"] > 0.3).astype(float)
    found = figures(watch(store, card_of(), frame), names={"calibration_slope", "roc_auc"})["2013-01"]
    assert found["roc_auc"] == 1.0
    assert math.isnan(found["calibration_slope"])


def test_further_figures_of_several_classes(store):
    rows = class_rows(np.random.default_rng(25), 900, ["a", "b", "c", "d"], days=20)
    found = figures(watch(store, card_of(CLASSES, FEATURES), rows), names=further(CLASSES))["2013-01"]
    known = rows[rows["actual"].notna()]
    actual, score = known["actual"].astype(str), known["score"].astype(str)
    expected = {
        "balanced_accuracy": metrics.balanced_accuracy_score(actual, score),
        "matthews_corrcoef": metrics.matthews_corrcoef(actual, score),
        "cohen_kappa": metrics.cohen_kappa_score(actual, score),
    }
    for average in ("micro", "weighted"):
        for name in ("precision", "recall", "f1"):
            compute = getattr(metrics, f"{name}_score")
            expected[f"{name}_{average}"] = compute(actual, score, average=average, zero_division=0)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("quantile", [0.5, 0.9])
def test_further_figures_of_regressions(store, quantile):
    rows = regression_rows(26, 900, days=20)
    found = figures(watch(store, card_of(REGRESSION, quantile=quantile), rows), names=further(REGRESSION))["2013-01"]
    known = rows[rows["actual"].notna()]
    actual, score = known["actual"], known["score"]
    assert found == pytest.approx(
        {
            "mse": metrics.mean_squared_error(actual, score),
            "wape": (actual - score).abs().sum() / actual.abs().sum(),
            "root_mean_squared_log_error": metrics.root_mean_squared_log_error(actual, score),
            "bias_relative": (score - actual).sum() / abs(actual.sum()),
            "pinball_loss": metrics.mean_pinball_loss(actual, score, alpha=quantile),
        },
        rel=1e-9,
    )


def test_log_errors_of_negative_amounts_are_not_defined(store):
    rows = regression_rows(27, 200, days=20)
    rows.loc[3, ["actual", "score"]] = [-1.0, 2.0]
    found = figures(watch(store, card_of(REGRESSION), rows), names={"root_mean_squared_log_error", "mse"})["2013-01"]
    assert math.isnan(found["root_mean_squared_log_error"])
    assert found["mse"] > 0


def test_only_usual_metrics_are_shown_unasked():
    card = card_of()
    assert names_shown(card) == [name for name in measures_of(BINARY) if MEASURES.get(f"{BINARY}:{name}").usual]
    assert "average_precision" not in names_shown(card)
    assert names_shown(card, "ece")[-1] == "ece"
    keyed = card.model_copy(update={"business": card.business.model_validate({"key_metrics": [{"metric": "gini"}]})})
    assert "gini" in names_shown(keyed)
