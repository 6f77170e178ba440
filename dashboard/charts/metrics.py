"""What readers call a metric, what it means and how its values are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

from dashboard.schema.card.metric_names import ALL_METRICS
from dashboard.words import mark, number, share, translate


@dataclass(frozen=True)
class MetricWords:
    """A metric for readers: its name, what it says in one sentence, and whether it is a share of one."""

    name: str
    meaning: str
    is_share: bool = False
    has_unit: bool = False


METRICS: dict[str, MetricWords] = {
    metric.name: MetricWords(metric.label, metric.meaning, metric.unit == "share", metric.unit == "target")
    for metric in ALL_METRICS
}

AROUND_ZERO = {metric.name for metric in ALL_METRICS if metric.better == "zero"}

METHODS: dict[str, MetricWords] = {
    "psi": MetricWords(
        mark("Population stability index (PSI)"),
        mark("How far the shares of the value ranges moved; below 0.1 is calm, above 0.25 is a clear shift."),
    ),
    "jensen_shannon": MetricWords(
        mark("Jensen-Shannon distance"), mark("How different the two distributions are; 0 is equal, 1 is disjoint.")
    ),
    "ks": MetricWords(
        mark("Kolmogorov-Smirnov distance"), mark("The largest gap between the two cumulative distributions.")
    ),
    "wasserstein": MetricWords(
        mark("Wasserstein distance"), mark("How far values moved on average, in standard deviations of the reference.")
    ),
}


def metric_words(metric: str) -> MetricWords:
    """The words of a metric or drift method; one without words stands under its own name."""
    return METRICS.get(metric) or METHODS.get(metric) or MetricWords(metric, "")


def metric_name(metric: str, language: str) -> str:
    """What readers of `language` call a metric or a drift method."""
    return translate(metric_words(metric).name, language)


def is_known(value: object) -> TypeGuard[float]:
    """Whether a cell holds a number: not empty, not NaN."""
    return isinstance(value, int | float) and not math.isnan(value)


def aim_value(metric: str, value: float | None, language: str, unit: str | None = None) -> str:
    """Write the target or limit of a metric; one that is best at zero has it on both sides."""
    if not is_known(value) or metric not in AROUND_ZERO:
        return metric_value(metric, value, language, unit)
    return f"±{metric_value(metric, abs(value), language, unit)}"


def metric_value(metric: str, value: float | None, language: str, unit: str | None = None) -> str:
    """A metric's value as readers of `language` write it; an em dash when there is none."""
    if not is_known(value):
        return "–"
    words = metric_words(metric)
    if words.is_share:
        return share(value, language)
    return f"{number(value, language)} {unit}" if words.has_unit and unit else number(value, language)
