"""Whether a model performs as it should: figures held against targets, limits and the reference."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dashboard.measures.figure import Figure
from dashboard.measures.judging.areas import NO_LOG, judging_grain
from dashboard.measures.judging.verdict import SEVERITY, Verdict
from dashboard.measures.performance import figures_of, reference_figures
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.windows import Profiles, Window, windows
from dashboard.schema.card.business import KeyMetric
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

# Deviations of `bias` are judged relative to this measure of the reference.
SCALES = {"binary_classification": "base_rate", "regression": "mean_actual"}


@dataclass(frozen=True)
class JudgedFigure:
    """One metric of one window with its verdict."""

    metric: str
    figure: Figure
    verdict: Verdict


def performance_status(profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> Verdict:
    """The worst key metric (or, without key metrics, the worst metric) of the latest period with enough labels."""
    found = windows(profiles.read(("outcomes",)), profiles.layout, judging_grain(card))
    if not found:
        return Verdict("unknown", NO_LOG)
    if not any(window.labelled for window in found):
        return Verdict("unknown", Sentence(mark("No label is known yet.")))
    enough = [window for window in found if window.labelled >= thresholds.performance.min_labelled]
    if not enough:
        values = {"labelled": max(w.labelled for w in found), "fewest": thresholds.performance.min_labelled}
        return Verdict("unknown", Sentence(mark("Too few labels to judge: {labelled} of at least {fewest}."), values))
    window = enough[-1]
    return _with_period(_worst(judge_window(window, profiles, card, thresholds)), window)


def _worst(entries: list[JudgedFigure]) -> Verdict:
    return max((entry.verdict for entry in entries), key=lambda verdict: SEVERITY[verdict.status])


def _with_period(verdict: Verdict, window: Window) -> Verdict:
    return replace(verdict, reason=Sentence(verdict.reason.message, {**verdict.reason.values, "period": window.label}))


def names_that_count(card: ModelCard) -> set[str]:
    """The metrics by which a model is judged: its key metrics; without any, the usual ones that can get worse."""
    keys = {entry.metric for entry in card.business.key_metrics}
    return keys or {name for name, entry in measures_of(card.task).items() if entry.usual and entry.better != "none"}


def judge_window(window: Window, profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> list[JudgedFigure]:
    """The metrics that count on one window, each held against its target or, without one, against the reference."""
    names = names_that_count(card)
    bound = {entry.metric for entry in card.business.key_metrics if (entry.target, entry.limit) != (None, None)}
    against = names - bound
    if against:
        against = {*against, SCALES.get(card.task, "")}
    figures = figures_of(window, profiles.layout, names=names)
    return list(judged(figures, card, reference_figures(profiles, against), thresholds))


def judged(
    figures: dict[str, Figure], card: ModelCard, reference: dict[str, Figure], thresholds: Thresholds
) -> Iterable[JudgedFigure]:
    """Every figure held against the card's targets or the reference."""
    targets = {entry.metric: entry for entry in card.business.key_metrics}
    measures = measures_of(card.task)
    scale = reference.get(SCALES.get(card.task, ""), Figure(math.nan, math.nan, math.nan, 0)).value
    for name, figure in figures.items():
        verdict = judge_metric(measures[name], figure, targets.get(name), reference.get(name), thresholds, scale)
        yield JudgedFigure(name, figure, verdict)


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
