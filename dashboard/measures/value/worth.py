"""What all predictions of a window bring: measured from known outcomes, and expected before they are known.

Measured money is a mean over the labelled predictions times the number of all, so that missing outcomes count as the
known ones do. Its 95 % interval is that of the mean, by clusters (else by periods), times the number of predictions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.measures.estimate import Estimate, Estimator
from dashboard.measures.figure import Figure
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.measures.performance import figure_of
from dashboard.measures.registry import Measure
from dashboard.measures.value.money import MONEY
from dashboard.measures.value.weighed import weighed, weight_of
from dashboard.profiles.amounts import AMOUNTS
from dashboard.profiles.layout import Layout
from dashboard.profiles.windows import Window
from dashboard.words import Sentence, mark

NOTHING = Figure(math.nan, math.nan, math.nan, 0)
AMOUNTS_UNKNOWN = Sentence(
    mark("The amounts that weigh predictions do not allow an estimate before outcomes are known.")
)


def each(window: Window, layout: Layout, money: Measure) -> Figure:
    """What a labelled prediction brings in the mean, with its interval."""
    if not window.labelled:
        return NOTHING
    return figure_of(money, outcomes_of(window, layout), units_of(window, layout))


def realised(window: Window, layout: Layout, money: Measure) -> Figure:
    """What all predictions of a window brought, by those with a known outcome."""
    return times(each(window, layout, money), window.predictions)


def times(figure: Figure, number: float) -> Figure:
    """A mean as a sum over so many."""
    return replace(figure, value=figure.value * number, low=figure.low * number, high=figure.high * number, spread=None)


@dataclass(frozen=True)
class Expected:
    """What a window is expected to bring, or the reason why that is not known."""

    figure: Figure = NOTHING
    reason: Sentence | None = None


class WorthEstimator:
    """Expects the money of windows from the scores alone, by what happened at such scores in the reference."""

    def __init__(self, references: Mapping[str, Window], layout: Layout, money: Measure) -> None:
        """Fit on the labelled reference of each version."""
        self._layout, self._weights = layout, dict[str, float]()
        if layout.amount is None:
            self._estimator: Estimator | None = Estimator(references, layout, None, {MONEY: money})
            return
        weights = {version: weight_of(window) for version, window in references.items()}
        self._weights = {version: weight for version, weight in weights.items() if weight is not None}
        self._estimator = None
        if layout.task != "regression" and len(self._weights) == len(references):
            plain = replace(layout, amount=None)
            windows = {version: weighed(window, layout, self._weights[version]) for version, window in
                       references.items()}  # fmt: skip
            self._estimator = Estimator(windows, plain, None, {MONEY: money})

    def expected(self, parts: Mapping[str, Window]) -> Expected:
        """The money of a window, of which `parts` are the versions; needs their features for a regression."""
        if self._estimator is None:
            return Expected(reason=AMOUNTS_UNKNOWN)
        if self._layout.amount is None:
            return _expected(self._estimator.estimate(parts), sum(window.predictions for window in parts.values()))
        known = set(self._weights)
        if not all(version in known and _has_amounts(window) for version, window in parts.items()):
            return Expected(reason=AMOUNTS_UNKNOWN)
        total = sum(float(window.outcomes[AMOUNTS].sum()) for window in parts.values())
        # One weight for all versions, so that their shares are those of amounts.
        weight = max(self._weights.values(), default=1.0)
        shown = {version: weighed(window, self._layout, weight) for version, window in parts.items()}
        return _expected(self._estimator.estimate(shown), total)


def _has_amounts(window: Window) -> bool:
    return AMOUNTS in window.outcomes and not (window.outcomes[AMOUNTS] < 0).any()


def _expected(estimate: Estimate, number: float) -> Expected:
    if MONEY not in estimate.figures:
        return Expected(reason=estimate.reason)
    return Expected(times(estimate.figures[MONEY], number))
