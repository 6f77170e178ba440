"""Expected errors of a regression from those of its reference in the same regions of predictions."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from dashboard.measures.estimate_binary import Found
from dashboard.measures.intervals import FEWEST_UNITS, jackknife_variance
from dashboard.measures.outcomes import Outcomes, outcomes_of, units_of
from dashboard.measures.registry import Measure, Values
from dashboard.profiles.bins import NumericBins
from dashboard.profiles.layout import SCORE, Layout
from dashboard.profiles.outcomes import REGION_SUMS, TOTAL_SUMS
from dashboard.profiles.windows import Window

ERRORS = ("error", "absolute_error", "squared_error")
# What the variance of a figure rests on: the spread of these errors within the regions.
SPREAD_OF = {"mae": "absolute_error", "bias": "error", "mean_actual": "error"}


class RegressionReference:
    """The labelled cases of one version: sums of errors by region, as a whole and without each unit in turn."""

    def __init__(self, window: Window, layout: Layout) -> None:
        """Keep the sums."""
        self._layout = layout
        self.real = outcomes_of(window, layout)
        units = units_of(window, layout)
        self.number = units.number()
        self.left_out = units.leaving_one_out() if self.number >= FEWEST_UNITS else None

    def outside(self, window: Window) -> float:
        """Rows of a window with predictions outside of the reference's range, where features were read."""
        bins = self._layout.column(SCORE)
        assert isinstance(bins, NumericBins)
        counts = window.counts[self._layout.slices[SCORE]][:-1]
        return float(counts.sum() - counts[bins.inside].sum())

    def variance_of_outcomes(self, entry: Measure, here: Outcomes) -> float:
        """Variance of a figure of a window over its outcomes: that of the reference's units, for as many rows.

        What the units of the reference differ by, beyond the regions that their predictions lie in, holds how rows hang
        together; it is scaled by the rows of the window and the spread of errors in its regions.
        """
        if self.left_out is None:
            return math.nan
        mine = expected_regression(self.left_out, self.real)
        together = jackknife_variance(entry.compute(self.left_out) - entry.compute(mine))
        alone_there, alone_here = (_alone(entry, outcomes, self.real) for outcomes in (self.real, here))
        if entry.name in SPREAD_OF or entry.of_errors is not None:
            together = max(together, alone_there)
        return together * alone_here / alone_there if alone_there > 0 else 0.0


def expected_regression(current: Outcomes, reference: Outcomes) -> Outcomes:
    """Outcomes as they would be expected if every region kept the reference's mean errors."""
    means = _means(reference)
    known = reference.by_region("labelled") > 0
    rows, score = current.by_region("rows"), current.by_region("score")
    error = rows * means["error"]
    values = {
        "rows": rows,
        "labelled": np.where(known, rows, 0.0),
        "score": score,
        "score_labelled": score,
        "actual": score - error,
        "error": error,
        **{name: rows * means[name] for name in ERRORS[1:]},
    }
    regions = np.stack(np.broadcast_arrays(*(values[name] for name in REGION_SUMS)), axis=-1)
    totals = np.zeros((*regions.shape[:-2], len(TOTAL_SUMS)))
    return Outcomes({"regions": regions, "totals": totals}, current.threshold, current.layout)


def _means(reference: Outcomes) -> dict[str, Values]:
    labelled = reference.by_region("labelled")
    return {name: reference.by_region(name) / np.where(labelled > 0, labelled, 1.0) for name in ERRORS}


def _alone(entry: Measure, outcomes: Outcomes, reference: Outcomes) -> float:
    """Variance of a figure if rows did not hang together, from the errors of the reference's regions.

    That of squared errors is known up to a factor only, the same for every window.
    """
    means = _means(reference)
    rows = outcomes.by_region("rows" if outcomes is not reference else "labelled")
    total = max(float(rows.sum()), 1.0)
    if entry.name in SPREAD_OF:
        variance = np.maximum(0.0, means["squared_error"] - means[SPREAD_OF[entry.name]] ** 2)
        return float((rows * variance).sum()) / total**2
    if entry.of_errors is not None:
        variance = _variance_of_errors(means, entry.of_errors)
        return float((rows * variance).sum()) / total**2
    squared = float((rows * means["squared_error"]).sum()) / total
    fourth = float((rows * means["squared_error"] ** 2).sum()) / total**2
    return fourth / (4 * squared) if entry.name == "rmse" and squared > 0 else fourth


def _variance_of_errors(means: dict[str, Values], weights: tuple[float, float]) -> Values:
    """Variance in each region of a weighted sum of absolute error and error.

    The mean of error times its size is taken as twice the mean error times the mean size, as for errors that scatter
    evenly around their mean.
    """
    by_size, by_sign = weights
    mixed = 2 * means["error"] * means["absolute_error"]
    square = (by_size**2 + by_sign**2) * means["squared_error"] + 2 * by_size * by_sign * mixed
    mean = by_size * means["absolute_error"] + by_sign * means["error"]
    return np.asarray(np.maximum(0.0, square - mean**2), dtype=np.float64)


def estimate_regression(
    parts: Mapping[str, Window], references: Mapping[str, RegressionReference], measures: Mapping[str, Measure]
) -> dict[str, Found]:
    """Figures of a window, of which `parts` are the versions, each by the errors of its own reference."""
    chosen = [(references[version], window) for version, window in parts.items() if window.outcomes]
    if not chosen:
        return dict.fromkeys(measures, (math.nan, math.nan, math.nan, 0.0))
    here = [outcomes_of(window, own.real.layout) for own, window in chosen]
    each = [expected_regression(outcomes, own.real) for outcomes, (own, _) in zip(here, chosen, strict=True)]
    whole = _added(each)
    shares = [window.predictions for _, window in chosen]
    found = {}
    for name, entry in measures.items():
        reference, window = 0.0, 0.0
        for place, (own, _) in enumerate(chosen):
            if own.left_out is None:
                reference = math.nan
                continue
            variant = _added([*each[:place], expected_regression(here[place], own.left_out), *each[place + 1 :]])
            reference += jackknife_variance(entry.compute(variant))
            part = shares[place] / max(sum(shares), 1)
            window += part**2 * own.variance_of_outcomes(entry, here[place])
        fewest = min(own.number for own, _ in chosen) - 1
        found[name] = (float(entry.compute(whole)), reference, window, float(fewest))
    return found


def _added(parts: list[Outcomes]) -> Outcomes:
    regions = sum(part.arrays["regions"] for part in parts[1:]) + parts[0].arrays["regions"]
    totals = np.zeros((*regions.shape[:-2], len(TOTAL_SUMS)))
    return Outcomes({"regions": regions, "totals": totals}, parts[0].threshold, parts[0].layout)
