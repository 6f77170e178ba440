"""Performance before labels arrive, with intervals that hold what is measured once they have.

Binary: the rate of positives at each score in the labelled reference (isotonic in the score) gives every prediction a
probability of being positive; expected counts then go through the same measures (confidence-based performance
estimation, as in NannyML's CBPE). A rate that is fitted and judged on the same cases flatters: what it says too much of
the reference itself is known, and taken off. Regression: the reference's mean errors in each region of predictions.

The variance of an interval has two parts: that of the reference (leaving out one group of clusters, or period, at a
time), and that of the outcomes of the window, which fall as they do even where every rate is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.measures.estimate_binary import BinaryReference, estimate_binary
from dashboard.measures.estimate_regression import RegressionReference, estimate_regression
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import student
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.layout import Layout
from dashboard.profiles.windows import Window
from dashboard.words import Sentence, mark, share

# The calibration of a score would only be that of the reference again.
NOT_ESTIMATED = ("ece", "calibration_slope", "calibration_intercept")
# Estimated from errors alone; the others would need the spread of the labels.
REGRESSION_ESTIMATES = ("mae", "rmse", "mse", "bias", "mean_prediction", "mean_actual")
# With more of its scores outside of the reference's range a window is another world.
MOST_OUTSIDE = 0.05
# A variance in so many parts of the whole is known as if from endless units.
MOST_DEGREES = 100_000


@dataclass(frozen=True)
class Estimate:
    """The estimated figures of a window, or the reason why there are none."""

    figures: dict[str, Figure]
    reason: Sentence | None = None


@dataclass(frozen=True)
class Expected:
    """One estimated value with the variances of the reference and of the window's outcomes; degrees of freedom."""

    value: float
    reference: float
    window: float
    degrees: float


class Estimator:
    """Estimates windows of one model from the labelled reference of each of its versions."""

    def __init__(
        self,
        references: Mapping[str, Window],
        layout: Layout,
        threshold: float | None = None,
        measures: Mapping[str, Measure] | None = None,
    ) -> None:
        """Fit on the references, once as a whole and once without each of its units of resampling.

        `measures` are estimated instead of the metrics of the task.
        """
        self._layout = layout
        self._measures = measures or {
            name: entry
            for name, entry in measures_of(layout.task).items()
            if name not in NOT_ESTIMATED and (layout.task != "regression" or name in REGRESSION_ESTIMATES)
        }
        self._binary: dict[str, BinaryReference] = {}
        self._regression: dict[str, RegressionReference] = {}
        for version, window in references.items():
            if layout.task == "regression":
                self._regression[version] = RegressionReference(window, layout)
            else:
                self._binary[version] = BinaryReference(window, layout, threshold, self._measures)

    @property
    def names(self) -> list[str]:
        """The measures that can be estimated."""
        return list(self._measures)

    def estimate(self, parts: Mapping[str, Window], names: list[str] | None = None) -> Estimate:
        """The named measures (None: every one that can be estimated) on a window, of which `parts` are the versions."""
        refused = self._refusal(parts)
        if refused is not None:
            return Estimate({}, refused)
        wanted = {name: entry for name, entry in self._measures.items() if names is None or name in names}
        if self._layout.task == "regression":
            known = estimate_regression(parts, self._regression, wanted)
        else:
            known = estimate_binary(parts, self._binary, wanted)
        return Estimate({name: _figure(entry, Expected(*known[name])) for name, entry in wanted.items()})

    def _refusal(self, parts: Mapping[str, Window]) -> Sentence | None:
        references: Mapping[str, BinaryReference | RegressionReference] = {**self._binary, **self._regression}
        rows = sum(window.predictions for window in parts.values())
        outside = 0.0
        for version, window in parts.items():
            if version not in references:
                message = mark("The reference has too few known outcomes of version {version} to estimate by.")
                return Sentence(message, {"version": version})
            outside += references[version].outside(window)
        if outside > MOST_OUTSIDE * rows:
            message = mark("{share} of the scores lie outside the range of the reference, which says nothing there.")
            return Sentence(message, {"share": share(outside / rows, "en")})
        return None


def _figure(measure: Measure, expected: Expected) -> Figure:
    """Value and 95 % interval; a mean prediction is known exactly and has none."""
    value = min(measure.high, max(measure.low, expected.value))
    variance = expected.reference + expected.window
    if not math.isfinite(value) or not math.isfinite(variance) or measure.name == "mean_prediction":
        return Figure(value, math.nan, math.nan, 0)
    degrees = int(min(MOST_DEGREES, max(1.0, expected.degrees)))
    reach = student(degrees) * math.sqrt(variance)
    return Figure(value, max(measure.low, value - reach), min(measure.high, value + reach), 0)
