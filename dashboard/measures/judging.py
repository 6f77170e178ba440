"""From a figure to a status with its reason. Where nothing can be said the status is `unknown`, never `ok`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from dashboard.measures.registry import Measure
from dashboard.schema.card.business import KeyMetric
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

Status = Literal["ok", "warn", "alert", "unknown"]
SEVERITY: dict[str, int] = {"ok": 0, "unknown": 1, "warn": 2, "alert": 3}


@dataclass(frozen=True)
class Verdict:
    """A status and the sentence that gives its reason."""

    status: Status
    reason: Sentence


@dataclass(frozen=True)
class Figure:
    """A measured value with its interval (NaN = not known) and the labelled rows behind it."""

    value: float
    low: float
    high: float
    labelled: int


def worst(statuses: list[Status]) -> Status:
    """The status that counts: alert before warn before unknown before ok; nothing at all is unknown.

    >>> worst(["ok", "unknown"]), worst(["ok", "warn", "unknown"]), worst([])
    ('unknown', 'warn', 'unknown')
    """
    return max(statuses, key=lambda status: SEVERITY[status], default="unknown")


# Sentences of a figure beside its target and limit; a figure that is best at zero, like bias, has them on both sides.
ONE_SIDED = {
    "limit missed": mark("{metric} is {value}, worse than the limit {limit}."),
    "target missed": mark("{metric} is {value}, worse than the target {target}."),
    "limit kept": mark("{metric} is {value}, worse than the target {target}, within the limit {limit}."),
    "no target": mark("{metric} is {value}, within the limit {limit}."),
    "target met": mark("{metric} is {value} and meets the target {target}."),
}
AROUND_ZERO = {
    "limit missed": mark("{metric} is {value}, outside the limit of ±{limit}."),
    "target missed": mark("{metric} is {value}, outside the target of ±{target}."),
    "limit kept": mark("{metric} is {value}, outside the target of ±{target}, within the limit of ±{limit}."),
    "no target": mark("{metric} is {value}, within the limit of ±{limit}."),
    "target met": mark("{metric} is {value}, within the target of ±{target}."),
}


def judge_metric(
    measure: Measure,
    figure: Figure,
    target: KeyMetric | None,
    reference: Figure | None,
    thresholds: Thresholds,
    scale: float = math.nan,
) -> Verdict:
    """Hold a figure against the card's target and limit or, without them, against the reference.

    `scale` is the reference's mean actual: deviations of `bias` are taken relative to it.
    """
    fewest = thresholds.performance.min_labelled
    values = {"metric": measure.name, "value": figure.value, "labelled": figure.labelled, "fewest": fewest}
    if figure.labelled == 0:
        return Verdict("unknown", Sentence(mark("No label is known yet."), {}))
    if not math.isfinite(figure.value):
        return Verdict("unknown", Sentence(mark("{metric} is not defined on these cases."), values))
    if figure.labelled < fewest:
        return Verdict("unknown", Sentence(mark("Too few labels to judge: {labelled} of at least {fewest}."), values))
    if target is not None and (target.target is not None or target.limit is not None):
        return _against_target(measure, figure, target, values)
    return _against_reference(measure, figure, reference, thresholds, scale, values)


def _against_target(measure: Measure, figure: Figure, target: KeyMetric, values: dict[str, object]) -> Verdict:
    words = AROUND_ZERO if measure.better == "zero" else ONE_SIDED
    aims = {"target": target.target, "limit": target.limit}
    if words is AROUND_ZERO:
        aims = {name: None if aim is None else abs(aim) for name, aim in aims.items()}
    values = {**values, **aims}
    if target.limit is not None and is_worse(measure, figure.value, target.limit, target):
        return Verdict("alert", Sentence(words["limit missed"], values))
    if target.target is not None and is_worse(measure, figure.value, target.target, target):
        return Verdict("warn", Sentence(words["target missed" if target.limit is None else "limit kept"], values))
    return Verdict("ok", Sentence(words["no target" if target.target is None else "target met"], values))


def is_worse(measure: Measure, value: float, bound: float, target: KeyMetric) -> bool:
    """Return whether a value lies on the bad side of a bound; by the target's limit without a better direction."""
    if measure.better == "zero":
        return abs(value) > abs(bound)
    if measure.better == "none":
        if target.target is None or target.limit is None or target.target == target.limit:
            return False
        return value < bound if target.limit < target.target else value > bound
    return value < bound if measure.better == "higher" else value > bound


def _against_reference(
    measure: Measure,
    figure: Figure,
    reference: Figure | None,
    thresholds: Thresholds,
    scale: float,
    values: dict[str, object],
) -> Verdict:
    if reference is None or not math.isfinite(reference.value):
        return Verdict("unknown", Sentence(mark("{metric} has no target and no reference to compare with."), values))
    values = {**values, "reference": reference.value}
    change = _worsening(measure, figure.value, reference.value, scale)
    # Without an interval a difference may be chance, and is not held against the model.
    outside = figure.low > reference.value or figure.high < reference.value
    levels = thresholds.performance.change_from_reference
    # A figure that only describes (a rate, a mean) may move for good reasons; it warns at most.
    if change >= levels.alert and outside and measure.better != "none":
        return Verdict("alert", Sentence(mark("{metric} is {value}; in the reference it was {reference}."), values))
    if change >= levels.warn and outside:
        return Verdict("warn", Sentence(mark("{metric} is {value}; in the reference it was {reference}."), values))
    return Verdict("ok", Sentence(mark("{metric} is {value}, as in the reference ({reference})."), values))


def _worsening(measure: Measure, value: float, reference: float, scale: float) -> float:
    """Relative worsening: 0.1 = ten percent worse than the reference."""
    if measure.better == "zero":
        base = abs(scale) if math.isfinite(scale) and scale else abs(reference)
        return (abs(value) - abs(reference)) / base if base else 0.0
    if not reference:
        return 0.0
    change = (value - reference) / abs(reference)
    return {"higher": -change, "lower": change, "none": abs(change)}[measure.better]


def judge_drift(value: float, rows: int, importance: float, method: str, thresholds: Thresholds) -> Verdict:
    """Hold a drift value against its levels; a feature that the model hardly uses never alerts."""
    drift = thresholds.drift
    values: dict[str, object] = {
        "value": value,
        "rows": rows,
        "fewest": drift.min_rows,
        "importance": importance,
    }
    if rows < drift.min_rows:
        return Verdict("unknown", Sentence(mark("Too few rows to judge: {rows} of at least {fewest}."), values))
    if not math.isfinite(value):
        return Verdict("unknown", Sentence(mark("This distance is not defined for this feature."), values))
    levels = getattr(drift, method)
    if value < levels.alert:
        if value < levels.warn:
            return Verdict("ok", Sentence(mark("Distributed as in the reference."), values))
        return Verdict("warn", Sentence(mark("Distributed differently from the reference."), values))
    return _judge_much_drift(importance, drift.alert_importance, values)


def _judge_much_drift(importance: float, needed: float, values: dict[str, object]) -> Verdict:
    if not math.isfinite(importance):
        return Verdict("warn", Sentence(mark("Strong drift; how much the model uses this feature is unknown."), values))
    if importance < needed:
        return Verdict("warn", Sentence(mark("Strong drift, but the model hardly uses this feature."), values))
    return Verdict("alert", Sentence(mark("A feature that the model relies on has drifted strongly."), values))
