"""Figures with intervals of whole windows: what `performance`, statuses and pages show; they judge nothing."""

from __future__ import annotations

import math
from collections.abc import Collection

from dashboard.measures.families import spread_of
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL, NO_UNITS, unit_error
from dashboard.measures.outcomes import Outcomes, outcomes_of, units_of
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.layout import Layout
from dashboard.profiles.windows import Profiles, Window, merged


def figures_of(
    window: Window, layout: Layout, threshold: float | None = None, names: Collection[str] | None = None
) -> dict[str, Figure]:
    """The named measures of the task (None: the usual ones) on one window, with their intervals."""
    whole = outcomes_of(window, layout, threshold)
    units = units_of(window, layout, threshold)
    measures = measures_of(layout.task)
    wanted = {name: entry for name, entry in measures.items() if (entry.usual if names is None else name in names)}
    return {name: figure_of(entry, whole, units) for name, entry in wanted.items()}


def figure_of(measure: Measure, whole: Outcomes, units: Outcomes) -> Figure:
    """One measure with its interval from the units of resampling, else from rows; NaN where it is not defined."""
    if not whole.arrays:
        return Figure(math.nan, math.nan, math.nan, 0)
    value = float(measure.compute(whole))
    in_order = not whole.layout.cluster_groups
    found = unit_error(measure, units, in_order) if math.isfinite(value) else NO_UNITS
    spread, basis = spread_of(measure, whole, value, found)
    number = round(float(whole.labelled()))
    if spread is None:
        return Figure(value, math.nan, math.nan, number, basis=basis)
    low, high = spread.ends(LEVEL)
    return Figure(value, max(measure.low, low), min(measure.high, high), number, spread, basis)


def reference_figures(profiles: Profiles, names: Collection[str] | None = None) -> dict[str, Figure]:
    """The named measures (None: the usual) on the card's reference; empty when there is none or nothing is named."""
    if names is not None and not names:
        return {}
    found = profiles.reference(("outcomes",))
    return figures_of(merged(found, profiles.layout), profiles.layout, names=names) if found else {}
