"""Figures with intervals of whole windows: what `performance`, statuses and pages show."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from dashboard.measures.intervals import interval, standard_error
from dashboard.measures.judging import Figure, Verdict, judge_metric
from dashboard.measures.outcomes import Outcomes, outcomes_of, units_of
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.layout import Layout
from dashboard.profiles.windows import Profiles, Window, merged
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds

# Deviations of `bias` are judged relative to this measure of the reference.
SCALES = {"binary_classification": "base_rate", "regression": "mean_actual"}


@dataclass(frozen=True)
class JudgedFigure:
    """One metric of one window with its verdict."""

    metric: str
    figure: Figure
    verdict: Verdict


def figures_of(
    window: Window, layout: Layout, threshold: float | None = None, names: Collection[str] | None = None
) -> dict[str, Figure]:
    """The named measures of the task (None: every one) on one window, with their intervals."""
    whole = outcomes_of(window, layout, threshold)
    units = units_of(window, layout, threshold)
    wanted = {name: entry for name, entry in measures_of(layout.task).items() if names is None or name in names}
    return {name: figure_of(entry, whole, units) for name, entry in wanted.items()}


def names_that_count(card: ModelCard) -> set[str]:
    """The metrics by which a model is judged: its key metrics; every one that can become worse where it names none."""
    keys = {entry.metric for entry in card.business.key_metrics}
    return keys or {name for name, entry in measures_of(card.task).items() if entry.better != "none"}


def judge_window(window: Window, profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> list[JudgedFigure]:
    """The metrics that count on one window, each held against its target or, without one, against the reference."""
    names = names_that_count(card)
    bound = {entry.metric for entry in card.business.key_metrics if (entry.target, entry.limit) != (None, None)}
    against = names - bound
    if against:
        against = {*against, SCALES.get(card.task, "")}
    figures = figures_of(window, profiles.layout, names=names)
    return list(judged(figures, card, reference_figures(profiles, against), thresholds))


def figure_of(measure: Measure, whole: Outcomes, units: Outcomes) -> Figure:
    """One measure with its interval from the units of resampling; NaN where it is not defined."""
    if not whole.arrays:
        return Figure(math.nan, math.nan, math.nan, 0)
    value = float(measure.compute(whole))
    error, number = standard_error(measure, units) if math.isfinite(value) else (math.nan, 0)
    low, high = interval(value, error, number, measure)
    return Figure(value, low, high, round(float(whole.labelled())))


def reference_figures(profiles: Profiles, names: Collection[str] | None = None) -> dict[str, Figure]:
    """The named measures (None: every one) on the card's reference; empty when there is none or nothing is named."""
    if names is not None and not names:
        return {}
    found = profiles.reference(("outcomes",))
    return figures_of(merged(found, profiles.layout), profiles.layout, names=names) if found else {}


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


def finite(value: float) -> float | None:
    """A number, or None where it is not defined.

    >>> finite(float("nan")) is None, finite(0.5)
    (True, 0.5)
    """
    return float(value) if np.isfinite(value) else None
