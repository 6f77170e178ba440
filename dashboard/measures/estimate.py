"""Performance before labels arrive, with the uncertainty of the reference it rests on.

Binary: the reference's rate of positives at each score (isotonic in the score) gives every prediction a probability of
being positive; expected counts then go through the same measures (confidence-based performance estimation, as in
NannyML's CBPE). Regression: the reference's mean errors in each region of predicted values.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from dashboard.measures.binary import scores_of
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import FEWEST_UNITS, interval
from dashboard.measures.outcomes import Outcomes, outcomes_of, units_of
from dashboard.measures.registry import measures_of
from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import Layout
from dashboard.profiles.outcomes import NEGATIVE, POSITIVE, REGION_SUMS, TOTAL_SUMS
from dashboard.profiles.windows import Window

# Estimated from scores and errors alone; the others would need the labels' own spread.
REGRESSION_ESTIMATES = ("mae", "rmse", "bias", "mean_prediction", "mean_actual")


def rate_by_score(reference: Outcomes) -> Floats:
    """Rate of positives in each score bin of a labelled reference: isotonic, pooled by adjacent violators."""
    scores = np.asarray(reference.arrays["scores"], dtype=np.float64)
    positive, rows = scores[POSITIVE], scores[POSITIVE] + scores[NEGATIVE]
    filled = rows > 0
    if not filled.any():
        return np.full(scores.shape[-1], np.nan)
    places = np.arange(scores.shape[-1], dtype=np.float64)
    rate = never_falling(positive[filled] / rows[filled], rows[filled])
    return np.asarray(np.interp(places, places[filled], rate), dtype=np.float64)


def never_falling(values: Floats, weights: Floats) -> Floats:
    """The sequence that never falls and is nearest in weighted squares: neighbours that fall are pooled to their mean.

    Barlow et al., Statistical Inference under Order Restrictions (1972).

    >>> never_falling(np.array([0.1, 0.4, 0.2, 0.5]), np.array([1.0, 1.0, 3.0, 1.0])).tolist()
    [0.1, 0.25, 0.25, 0.5]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, total, count = value, weight, 1
        while pools and pools[-1][0] >= mean:
            before, lighter, number = pools.pop()
            mean = (before * lighter + mean * total) / (lighter + total)
            total, count = lighter + total, number + count
        pools.append((mean, total, count))
    return np.repeat([mean for mean, _, _ in pools], [count for _, _, count in pools])


def expected_binary(current: Outcomes, rate: Floats) -> Outcomes:
    """Outcomes as they would be expected if every score had a rate of positives; all rows count as labelled."""
    scores = np.asarray(current.arrays["scores"], dtype=np.float64).sum(axis=-2)
    positive = scores * rate
    expected = np.stack([scores - positive, positive, np.zeros_like(positive)], axis=-2)
    return replace(current, arrays={"scores": expected, "sums": _expected_sums(expected, scores_of(current))})


def _expected_sums(expected: Floats, middle: Floats) -> Floats:
    clipped = np.clip(middle, 1e-15, 1 - 1e-15)
    loss = np.stack([-np.log1p(-clipped), -np.log(clipped), np.zeros_like(clipped)])
    weights = (np.ones_like(middle), middle, middle**2)
    parts = [(expected * weight).sum(axis=-1) for weight in weights]
    return np.stack([*parts, (expected * loss).sum(axis=-1)], axis=-1)


def expected_regression(current: Outcomes, reference: Outcomes) -> Outcomes:
    """Outcomes as they would be expected if every region kept the reference's mean errors."""
    here = np.asarray(current.arrays["regions"], dtype=np.float64)
    there = np.asarray(reference.arrays["regions"], dtype=np.float64)
    labelled = there[..., REGION_SUMS.index("labelled")]
    safe = np.where(labelled > 0, labelled, 1.0)
    rows = here[..., REGION_SUMS.index("rows")]
    score = here[..., REGION_SUMS.index("score")]
    means = {name: there[..., REGION_SUMS.index(name)] / safe for name in ("error", "absolute_error", "squared_error")}
    error = rows * means["error"]
    values = {
        "rows": rows,
        "labelled": np.where(labelled > 0, rows, 0.0),
        "score": score,
        "score_labelled": score,
        "actual": score - error,
        "error": error,
        "absolute_error": rows * means["absolute_error"],
        "squared_error": rows * means["squared_error"],
    }
    wide = np.broadcast_shapes(rows.shape, labelled.shape)
    regions = np.stack([np.broadcast_to(values[name], wide) for name in REGION_SUMS], axis=-1)
    shape = (*regions.shape[:-2], len(TOTAL_SUMS))
    return replace(current, arrays={"regions": regions, "totals": np.zeros(shape)})


class Estimator:
    """Estimates windows of one model from its labelled reference."""

    def __init__(self, reference: Window, layout: Layout, threshold: float | None = None) -> None:
        """Fit on the reference, once as a whole and once without each of its groups of clusters."""
        self._layout, self._threshold = layout, threshold
        self._measures = {
            name: entry
            for name, entry in measures_of(layout.task).items()
            if entry.usual and (layout.task == "binary_classification" or name in REGRESSION_ESTIMATES)
        }
        self._whole = outcomes_of(reference, layout, threshold)
        units = units_of(reference, layout, threshold)
        left_out = units.leaving_one_out() if units.arrays else None
        self._number = len(next(iter(left_out.arrays.values()))) if left_out else 0
        self._left_out = left_out if self._number >= FEWEST_UNITS else None
        if layout.task == "binary_classification":
            self._rate = rate_by_score(self._whole)
            if self._left_out is not None:
                self._rates = [rate_by_score(self._without(index)) for index in range(self._number)]

    def _without(self, index: int) -> Outcomes:
        assert self._left_out is not None
        return replace(self._left_out, arrays={"scores": self._left_out.arrays["scores"][index]})

    def estimate(self, window: Window) -> dict[str, Figure]:
        """Every estimable measure; the interval is the uncertainty of the reference (groups of clusters left out)."""
        expected, variants = self._expected(window)
        found = {}
        for name, entry in self._measures.items():
            value = float(entry.compute(expected))
            error = math.nan
            if variants is not None:
                values = entry.compute(variants)
                error = math.sqrt((self._number - 1) / self._number * float(np.sum((values - values.mean()) ** 2)))
            found[name] = Figure(value, *interval(value, error, self._number, entry), 0)
        return found

    def _expected(self, window: Window) -> tuple[Outcomes, Outcomes | None]:
        here = outcomes_of(window, self._layout, self._threshold)
        if self._layout.task == "regression":
            variants = expected_regression(here, self._left_out) if self._left_out is not None else None
            return expected_regression(here, self._whole), variants
        scores = scores_of(here)
        expected = expected_binary(here, np.interp(scores, scores_of(self._whole), self._rate))
        if self._left_out is None:
            return expected, None
        known = scores_of(self._left_out)
        return expected, expected_binary(here, np.stack([np.interp(scores, known, rate) for rate in self._rates]))
