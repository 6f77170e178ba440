"""Gains of one version over another: above zero is better whatever the metric, and what chance explains is grey."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.charts.comparison import MOST, gains, gains_by_metric
from dashboard.charts.look import GREY, STATUS_COLOURS, Look

ROW = {"version": "2", "against": "1", "low": 0.05, "high": 0.15, "difference": 0.1, "against_value": 0.5}


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, "better": None, "label": row["metric"], **row} for row in rows])


def test_less_of_a_loss_is_a_gain():
    found = gains(frame({"metric": "log_loss", "better": "1"}, {"metric": "roc_auc", "better": "2"}))
    assert list(found["gain"]) == pytest.approx([-0.2, 0.2])
    assert list(found["gain_low"]) == pytest.approx([-0.3, 0.1])
    assert list(found["gain_high"]) == pytest.approx([-0.1, 0.3])
    assert list(found["clear"]) == ["worse", "better"]


def test_what_has_no_side_no_interval_or_no_base_is_left_out():
    rows = [{"metric": "bias"}, {"metric": "base_rate"}, {"metric": "recall", "low": None}]
    assert gains(frame(*rows, {"metric": "f1", "against_value": 0.0})).empty


def test_a_loss_of_money_is_relative_to_its_size():
    found = gains(frame({"metric": "money", "against_value": -0.5, "better": "2"}))
    assert list(found["gain"]) == pytest.approx([0.2])


def test_marks_by_clearness_and_far_ones_at_the_edge():
    rows = [
        {"metric": "roc_auc", "better": "2"},
        {"metric": "recall"},
        {"metric": "log_loss", "better": "1", "difference": 5.0},
    ]
    figure = gains_by_metric(gains(frame(*rows)), Look("en"))
    marks = {trace.name: (trace.marker.color, list(trace.x)) for trace in figure.data}
    assert marks["better"] == (STATUS_COLOURS["ok"], pytest.approx([0.2]))
    assert marks["may be chance"][0] == GREY
    assert marks["worse"] == (STATUS_COLOURS["alert"], [-MOST])
