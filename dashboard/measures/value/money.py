"""What a labelled prediction brings in the mean, by the prices of the card, as a measure like any other.

Binary: the amount of its cell of the confusion matrix at the threshold (`business.value.outcomes`). Regression:
`per_prediction + over_per_unit * max(score - actual, 0) + under_per_unit * max(actual - score, 0)`
(`business.value.errors`); signs are those of the card. Where the card names `data.amount`, each prediction counts that
many times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dashboard.measures.binary import confusion
from dashboard.measures.families import FEWEST_FOR_DESIGN, Rows, two_classes
from dashboard.measures.outcomes import Outcomes, divided
from dashboard.measures.registry import Measure, Values
from dashboard.measures.regression import region_sum
from dashboard.measures.spreads import MeanSpread
from dashboard.profiles.amounts import AMOUNT_SQUARES, AMOUNT_SUMS, AMOUNTS, amount_cuts
from dashboard.profiles.bins import Floats
from dashboard.profiles.outcomes import NEGATIVE, POSITIVE
from dashboard.schema.card.business import ErrorCosts, Outcomes as Prices, Value
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import BINARY, REGRESSION

MONEY = "money"
LABELS = 2


def money_of(card: ModelCard) -> Measure | None:
    """The measure of a card's money per labelled prediction, in its currency; None where the card has no prices."""
    value = card.business.value
    if value is None:
        return None
    if value.outcomes is not None and card.task == BINARY:
        return of_outcomes(value.outcomes)
    if value.errors is not None and card.task == REGRESSION:
        return of_errors(value.errors)
    return None


def of_outcomes(prices: Prices) -> Measure:
    """Money by decision and outcome at the threshold that is asked about."""

    def compute(outcomes: Outcomes) -> Values:
        tp, fp, fn, tn = confusion(outcomes)
        rows = tp + fp + fn + tn
        if outcomes.layout.amount is not None:
            tp, fp, fn, tn = weighed_confusion(outcomes)
        return divided(total_of(prices, tp, fp, fn, tn), rows)

    def spread(whole: Outcomes, value: float) -> Rows:
        return _rows_of_outcomes(prices, whole, value)

    return Measure(MONEY, BINARY, "higher", -math.inf, math.inf, compute, rows=spread)


def total_of(prices: Prices, tp: Values, fp: Values, fn: Values, tn: Values) -> Values:
    """The money of the four cells."""
    return np.asarray(
        prices.true_positive * tp + prices.false_positive * fp + prices.false_negative * fn + prices.true_negative * tn
    )


def weighed_confusion(outcomes: Outcomes) -> tuple[Values, Values, Values, Values]:
    """The confusion matrix in amounts; nothing is known of profiles from before the card named an amount (NaN)."""
    if AMOUNTS not in outcomes.arrays:
        unknown = np.full_like(confusion(outcomes)[0], np.nan)
        return unknown, unknown, unknown, unknown
    amounts = outcomes.arrays[AMOUNTS]
    first = int(np.searchsorted(amount_cuts(outcomes.layout), outcomes.threshold, side="left")) + 1
    selected, rest = amounts[..., first:].sum(axis=-1), amounts[..., :first].sum(axis=-1)
    return selected[..., POSITIVE], selected[..., NEGATIVE], rest[..., POSITIVE], rest[..., NEGATIVE]


def _rows_of_outcomes(prices: Prices, whole: Outcomes, value: float) -> Rows:
    """The spread of money if rows do not hang together: by the share of positive cases and the cells of each class."""
    tp, fp, fn, tn = (float(cell) for cell in confusion(whole))
    counts = {NEGATIVE: (fp, tn), POSITIVE: (tp, fn)}
    given = {
        NEGATIVE: (prices.false_positive, prices.true_negative),
        POSITIVE: (prices.true_positive, prices.false_negative),
    }
    means, variances = [0.0, 0.0], [0.0, 0.0]
    for label, own in counts.items():
        # A class of few rows borrows the decisions about all.
        selected, rest = own if sum(own) >= FEWEST_FOR_DESIGN else (tp + fp, fn + tn)
        share = selected / max(selected + rest, 1.0)
        first, second = given[label]
        means[label] = share * first + (1 - share) * second
        variances[label] = share * (1 - share) * (first - second) ** 2
    if whole.layout.amount is not None:
        means, variances = _weighed_moments(given, whole)
    return two_classes(value, (fp + tn, tp + fn), means, variances)


def _weighed_moments(given: dict[int, tuple[float, float]], whole: Outcomes) -> tuple[list[float], list[float]]:
    """Mean and variance of the money of a row of each class, from sums of amounts and of their squares."""
    first = int(np.searchsorted(amount_cuts(whole.layout), whole.threshold, side="left")) + 1
    tp, fp, fn, tn = (float(cell) for cell in confusion(whole))
    numbers = {NEGATIVE: fp + tn, POSITIVE: tp + fn}
    sums = np.asarray(whole.arrays[AMOUNTS], dtype=np.float64)[:LABELS]
    squares = np.asarray(whole.arrays[AMOUNT_SQUARES], dtype=np.float64)[:LABELS]
    means, variances = [0.0, 0.0], [0.0, 0.0]
    for label, (selected, rest) in given.items():
        own = numbers[label] >= FEWEST_FOR_DESIGN
        rows = max(numbers[label] if own else sum(numbers.values()), 1.0)
        mine = sums[label] if own else sums.sum(axis=0)
        squared = squares[label] if own else squares.sum(axis=0)
        mean = (selected * mine[first:].sum() + rest * mine[:first].sum()) / rows
        square = (selected**2 * squared[first:].sum() + rest**2 * squared[:first].sum()) / rows
        means[label], variances[label] = float(mean), max(0.0, float(square - mean**2))
    return means, variances


def of_errors(costs: ErrorCosts) -> Measure:
    """Money by how far predictions lie above and below what happened."""

    def compute(outcomes: Outcomes) -> Values:
        rows = region_sum(outcomes, "labelled")
        if outcomes.layout.amount is not None:
            weighed = weighed_errors(outcomes)
            return divided(
                costs.per_prediction * weighed["labelled"]
                + costs.over_per_unit * weighed["over"]
                + costs.under_per_unit * weighed["under"],
                rows,
            )
        error, size = region_sum(outcomes, "error"), region_sum(outcomes, "absolute_error")
        over, under = (size + error) / 2, (size - error) / 2
        return costs.per_prediction + divided(costs.over_per_unit * over + costs.under_per_unit * under, rows)

    def spread(whole: Outcomes, value: float) -> Rows:
        return _rows_of_errors(costs, whole, value)

    by_size = (costs.over_per_unit + costs.under_per_unit) / 2, (costs.over_per_unit - costs.under_per_unit) / 2
    return Measure(MONEY, REGRESSION, "higher", -math.inf, math.inf, compute, rows=spread, of_errors=by_size)


@dataclass(frozen=True)
class MoneyPart:
    """A part of the money of labelled predictions: what it counts, how many (cases, or units of error), each worth."""

    name: str
    number: float
    price: float

    @property
    def money(self) -> float:
        """What the part brings."""
        return self.number * self.price


def parts_of(outcomes: Outcomes, value: Value) -> list[MoneyPart]:
    """The money of labelled predictions by decision and outcome, or by errors above and below; amounts as they weigh.

    Names are those of the prices on the card.
    """
    weighs = outcomes.layout.amount is not None
    if value.outcomes is not None and outcomes.layout.task == BINARY:
        names = ("true_positive", "false_positive", "false_negative", "true_negative")
        numbers = weighed_confusion(outcomes) if weighs else confusion(outcomes)
        return [
            MoneyPart(name, float(number), getattr(value.outcomes, name))
            for name, number in zip(names, numbers, strict=True)
        ]
    if value.errors is None or outcomes.layout.task != REGRESSION:
        return []
    if weighs:
        weighed = weighed_errors(outcomes)
        each, over, under = (float(weighed[name]) for name in ("labelled", "over", "under"))
    else:
        error, size = (float(region_sum(outcomes, name)) for name in ("error", "absolute_error"))
        each, over, under = float(region_sum(outcomes, "labelled")), (size + error) / 2, (size - error) / 2
    numbers_by_name = {"per_prediction": each, "over_per_unit": over, "under_per_unit": under}
    return [MoneyPart(name, number, getattr(value.errors, name)) for name, number in numbers_by_name.items()]


def weighed_errors(outcomes: Outcomes) -> dict[str, Values]:
    """Sums of AMOUNT_SUMS over all regions; NaN for profiles from before the card named an amount."""
    if AMOUNTS not in outcomes.arrays:
        return {name: np.full(region_sum(outcomes, "rows").shape, np.nan) for name in AMOUNT_SUMS}
    sums = outcomes.arrays[AMOUNTS].sum(axis=-2)
    return {name: np.asarray(sums[..., place], dtype=np.float64) for place, name in enumerate(AMOUNT_SUMS)}


def _rows_of_errors(costs: ErrorCosts, whole: Outcomes, value: float) -> Rows:
    """The spread of money if rows do not hang together: squares of errors above and below, separated by their bins."""
    rows = float(region_sum(whole, "labelled"))
    squared = float(region_sum(whole, "squared_error"))
    if rows < LABELS or squared <= 0 or whole.layout.amount is not None:
        return Rows(None, math.nan, int(rows), "", int(rows), carry=True)
    edges = whole.layout.outcome.error_edges
    counts = np.asarray(whole.arrays["errors"], dtype=np.float64)[: len(edges) + 1]
    above = _share_above(edges, counts)
    mean_square = (costs.over_per_unit**2 * above + costs.under_per_unit**2 * (1 - above)) * squared / rows
    variance = max(0.0, mean_square - (value - costs.per_prediction) ** 2)
    error = math.sqrt(variance / (rows - 1))
    known = MeanSpread(value, error, max(1, int(rows) - 1)) if error > 0 else None
    return Rows(known, error, int(rows), "", int(rows), carry=True)


def _share_above(edges: Floats, counts: Floats) -> float:
    """Which share of the sum of squared errors comes from predictions above what happened."""
    ends = np.concatenate([edges[:1], edges, edges[-1:]])
    squares = counts * ((ends[:-1] + ends[1:]) / 2) ** 2
    total = float(squares.sum())
    return float(squares[(ends[:-1] + ends[1:]) > 0].sum()) / total if total > 0 else 0.5
