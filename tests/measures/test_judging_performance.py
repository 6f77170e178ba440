"""The sentence of a figure beside its target and limit: on one side, or around zero."""

import math

import pytest

from dashboard.charts.metrics import aim_value
from dashboard.measures.figure import Figure
from dashboard.measures.judging.performance import judge_metric
from dashboard.measures.registry import MEASURES
from dashboard.schema.card.business import KeyMetric
from dashboard.schema.config.thresholds import Thresholds


@pytest.mark.parametrize(
    ("value", "target", "limit", "status", "sentence"),
    [
        (-0.102, 0.05, 0.08, "alert", "Bias is -0.102, outside the limit of ±0.080."),
        (0.06, -0.05, 0.08, "warn", "Bias is 0.060, outside the target of ±0.050, within the limit of ±0.080."),
        (0.06, 0.05, None, "warn", "Bias is 0.060, outside the target of ±0.050."),
        (-0.03, None, 0.08, "ok", "Bias is -0.030, within the limit of ±0.080."),
        (-0.03, 0.05, 0.08, "ok", "Bias is -0.030, within the target of ±0.050."),
    ],
)
def test_a_figure_that_is_best_at_zero_has_its_aims_on_both_sides(value, target, limit, status, sentence):
    figure, aim = Figure(value, value, value, 10_000), KeyMetric(metric="bias", target=target, limit=limit)
    verdict = judge_metric(MEASURES.get("binary_classification:bias"), figure, aim, None, Thresholds(), math.nan)
    assert (verdict.status, verdict.reason.render("en")) == (status, sentence)
    assert "±" in verdict.reason.render("de")


def test_any_other_figure_has_a_worse_side():
    figure, aim = Figure(0.6, 0.6, 0.6, 10_000), KeyMetric(metric="roc_auc", target=0.8, limit=0.7)
    verdict = judge_metric(MEASURES.get("binary_classification:roc_auc"), figure, aim, None, Thresholds(), math.nan)
    assert verdict.reason.render("en") == "ROC AUC is 0.600, worse than the limit 0.700."


@pytest.mark.parametrize(
    ("metric", "value", "written"),
    [("bias", -10.0, "±10.0 bikes"), ("mae", 10.0, "10.0 bikes"), ("bias", math.nan, "–"), ("bias", None, "–")],
)
def test_an_aim_is_written_on_both_sides_of_zero(metric, value, written):
    assert aim_value(metric, value, "en", "bikes") == written
