"""Which family of intervals a figure belongs to, and how much it varies: by units, else by single rows.

Rows are taken as not hanging together; what they give is the yardstick of the design effect, and the error itself where
there are too few periods to resample.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.binary import confusion, scores_of
from dashboard.measures.figure import Basis, Spread
from dashboard.measures.intervals import UnitError, degrees_of_tails
from dashboard.measures.outcomes import Outcomes
from dashboard.measures.registry import Measure
from dashboard.measures.regression import region_sum, total
from dashboard.measures.spreads import (
    ClassesSpread,
    MeanSpread,
    RankSpread,
    Scale,
    ShareSpread,
    SharesSpread,
    rank_variance,
)
from dashboard.profiles.bins import Floats
from dashboard.profiles.outcomes import EPSILON, NEGATIVE, POSITIVE, REGION_SUMS
from dashboard.schema.card.metric_names import BINARY, MULTICLASS, REGRESSION
from dashboard.words import mark

# With fewer units there is no interval from them.
FEWEST_FOR_INTERVAL = 5
# Where a smaller share of the units carries the variance, a mean has no interval: one more such unit moves it anywhere.
CARRIED = 0.3
# With fewer cases of a kind their own spread says nothing of the design effect.
FEWEST_FOR_DESIGN = 10
POSITIVES, NEGATIVES = mark("cases that happened"), mark("cases that did not happen")
SELECTED = mark("cases that the model selected")


Family = ShareSpread | RankSpread | ClassesSpread | MeanSpread | SharesSpread


@dataclass(frozen=True)
class Rows:
    """A figure's spread as if rows did not hang together; `error` is its standard error, NaN where it is not kept.

    `counted` and `kind` are those of `Basis`; `rarer` are the cases that carry the spread: degrees are no more. `jumps`
    tells that the figure is another one as soon as other cases occur, so that no interval can hold. A figure for which
    few units may `carry` the variance has a wide interval then, by as few degrees of freedom, instead of none.
    """

    spread: Family | None
    error: float
    counted: int
    kind: str
    rarer: int
    jumps: bool = False
    carry: bool = False


def spread_of(measure: Measure, whole: Outcomes, value: float, found: UnitError) -> tuple[Spread | None, Basis]:
    """What the interval of a figure follows from and rests on; None where there is none.

    By units where there are enough of them; by rows where no cluster is named and periods are too few.
    """
    if not math.isfinite(value):
        return None, Basis()
    rows = _rows(measure, whole, value)
    basis = Basis(rows.counted, rows.kind)
    clustered = bool(whole.layout.cluster_groups)
    if found.units >= FEWEST_FOR_INTERVAL and math.isfinite(found.error):
        basis = replace(basis, resampled="clusters" if clustered else "periods", units=found.units)
        return _by_units(measure, rows, value, found, basis)
    if clustered or rows.spread is None:
        return None, basis
    return rows.spread, replace(basis, resampled="rows", units=round(float(whole.labelled())))


def _by_units(
    measure: Measure, rows: Rows, value: float, found: UnitError, basis: Basis
) -> tuple[Spread | None, Basis]:
    known = math.isfinite(rows.error) and rows.error > 0 and found.error > 0
    if rows.spread is None or isinstance(rows.spread, MeanSpread):
        if rows.jumps or (not rows.carry and found.tails < CARRIED * (found.units - 1)):
            return None, Basis(basis.counted, basis.kind)
        design = (found.error / rows.error) ** 2 if known else 1.0
        spread = other_spread(measure, value, found.error, min(found.degrees, found.tails))
        return spread, replace(basis, design=design) if spread else Basis(basis.counted, basis.kind)
    design = (found.error / rows.error) ** 2 if known and rows.rarer >= FEWEST_FOR_DESIGN else 1.0
    degrees = found.degrees
    if isinstance(rows.spread, RankSpread):
        degrees = min(degrees, max(1, rows.rarer - 1))
    elif isinstance(rows.spread, ClassesSpread) and rows.rarer >= FEWEST_FOR_DESIGN:
        degrees = min(degrees, found.tails)
    return replace(rows.spread, design=design, degrees=degrees), replace(basis, design=design)


def other_spread(measure: Measure, value: float, error: float, degrees: int) -> MeanSpread | None:
    """The spread of a figure of no other family, on the scale that its bounds ask for; None at a bound."""
    scale: Scale = "plain"
    if math.isfinite(measure.low) and math.isfinite(measure.high):
        scale = "logit" if (measure.low, measure.high) == (0.0, 1.0) else "plain"
    elif math.isfinite(measure.low):
        scale = "log"
    elif math.isfinite(measure.high):
        scale = "gap"
    inside = measure.low < value < measure.high
    return MeanSpread(value, error, degrees, scale) if error > 0 and inside else None


def _rows(measure: Measure, whole: Outcomes, value: float) -> Rows:
    if measure.rows is not None:
        return measure.rows(whole, value)
    return {BINARY: _binary, MULTICLASS: _classes, REGRESSION: _regression}[measure.task](measure, whole, value)


def _share(part: float, whole: float, kind: str = "", counted: float | None = None, harmonic: bool = False) -> Rows:
    share = part / whole
    slope = 2 / (1 + share) ** 2 if harmonic else 1.0
    spread = ShareSpread(part, whole, 1.0, _degrees(whole), harmonic)
    error = slope * math.sqrt(share * (1 - share) / whole)
    # Few hits or few misses: the share varies by whole cases, and its own spread says little.
    needed = int(whole if counted is None else counted)
    return Rows(spread, error, needed, kind, int(whole))


def _degrees(rows: float) -> int:
    return max(1, int(rows) - 1)


def _binary(measure: Measure, whole: Outcomes, value: float) -> Rows:
    tp, fp, fn, tn = (float(cell) for cell in confusion(whole))
    rows, positive, negative = tp + fp + fn + tn, tp + fn, fp + tn
    shares: dict[str, Callable[[], Rows]] = {
        "accuracy": lambda: _share(tp + tn, rows),
        "precision": lambda: _share(tp, tp + fp, SELECTED),
        "recall": lambda: _share(tp, positive, POSITIVES),
        "specificity": lambda: _share(tn, negative, NEGATIVES),
        "false_positive_rate": lambda: _share(fp, negative, NEGATIVES),
        "selection_rate": lambda: _share(tp + fp, rows),
        "f1": lambda: _share(tp, tp + fp + fn, POSITIVES, positive, harmonic=True),
    }
    if measure.name in shares:
        return shares[measure.name]()
    rarer = (positive, POSITIVES) if positive <= negative else (negative, NEGATIVES)
    if measure.name == "roc_auc":
        spread = RankSpread(value, positive, negative, 1.0, _degrees(rows))
        error = math.sqrt(rank_variance(value, positive, negative)) if min(positive, negative) > 0 else math.nan
        return Rows(spread, error, int(rarer[0]), rarer[1], int(rarer[0]))
    if measure.name == "mean_prediction":
        return _of_scores(measure, whole, value)
    if measure.name in BY_CLASS:
        return _of_two_classes(measure.name, whole, value)
    return Rows(None, math.nan, int(rarer[0]), rarer[1], int(rarer[0]))


# What a row gives to a figure that is a mean over rows, by its score: of the negative and of the positive class.
BY_CLASS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "brier_score": (lambda s: s**2, lambda s: (1 - s) ** 2),
    "log_loss": (lambda s: -np.log1p(-s), lambda s: -np.log(s)),
    "base_rate": (lambda s: 0 * s, lambda s: 0 * s + 1),
    "bias": (lambda s: s, lambda s: s - 1),
}


def _of_two_classes(name: str, whole: Outcomes, value: float) -> Rows:
    scores, counts = _labelled_scores(whole)
    everyone = counts[NEGATIVE] + counts[POSITIVE]
    means, variances = [0.0, 0.0], [0.0, 0.0]
    for label, gives in zip((NEGATIVE, POSITIVE), BY_CLASS[name], strict=True):
        # A class of few rows borrows the scores of all: what the others would give if they were of this class.
        known = counts[label] if float(counts[label].sum()) >= FEWEST_FOR_DESIGN else everyone
        given = gives(scores)
        means[label] = float((known * given).sum() / known.sum())
        variances[label] = float((known * (given - means[label]) ** 2).sum() / known.sum())
    return two_classes(value, (float(counts[NEGATIVE].sum()), float(counts[POSITIVE].sum())), means, variances)


def two_classes(value: float, numbers: tuple[float, float], means: Sequence[float], variances: Sequence[float]) -> Rows:
    """The spread of a mean over rows of two classes (negative, positive): their numbers, and what a row gives."""
    rows, positive = sum(numbers), numbers[POSITIVE]
    within = sum(number / rows**2 * variance for number, variance in zip(numbers, variances, strict=True))
    difference, share = means[POSITIVE] - means[NEGATIVE], positive / rows
    spread = ClassesSpread(value, positive, rows, difference, within, 1.0, _degrees(rows))
    error = math.sqrt(within + difference**2 * share * (1 - share) / rows)
    return Rows(spread, error, int(rows), "", int(min(positive, rows - positive)))


def _of_scores(measure: Measure, whole: Outcomes, value: float) -> Rows:
    """The mean of scores, which are skewed where what they foresee is rare."""
    scores, counts = _labelled_scores(whole)
    rows = counts.sum(axis=0)
    number, deviations = float(rows.sum()), scores - value
    squares = float(rows @ deviations**2)
    error = math.sqrt(squares) / number
    kurtosis = number * float(rows @ deviations**4) / squares**2 if squares > 0 else 1.0
    degrees = degrees_of_tails(number, kurtosis)
    few = degrees < FEWEST_FOR_DESIGN
    spread = None if few else other_spread(measure, value, error, degrees)
    # Where few rows carry the spread, one more such row moves the mean anywhere.
    return Rows(spread, error, int(number), "", int(number), jumps=few)


def _labelled_scores(whole: Outcomes) -> tuple[Floats, Floats]:
    """Scores and how many negative and positive rows have each."""
    return np.clip(scores_of(whole), EPSILON, 1 - EPSILON), np.asarray(whole.arrays["scores"][:2], dtype=np.float64)


def _classes(measure: Measure, whole: Outcomes, value: float) -> Rows:
    matrix = np.asarray(whole.arrays["confusion"][:-1], dtype=np.float64)
    hits, actual, predicted = np.diagonal(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    if measure.name == "accuracy":
        return _share(float(hits.sum()), float(actual.sum()))
    wholes = {"recall": actual, "precision": predicted, "f1": actual + predicted - hits}.get(measure.name)
    rows = int(actual.sum())
    if wholes is None:
        return Rows(None, math.nan, rows, "", rows)
    known = np.arange(len(actual)) < len(whole.layout.outcome.classes)
    if ((actual == 0) & known).any():
        # The mean is over the classes that occur: without one of them it is another figure.
        return Rows(None, math.nan, rows, "", rows, jumps=True)
    harmonic, present = measure.name == "f1", actual + predicted > 0
    shares = tuple((float(h), float(max(w, 1))) for h, w in zip(hits[present], wholes[present], strict=True))
    naive = math.sqrt(sum(_share(*share, harmonic=harmonic).error ** 2 for share in shares)) / len(shares)
    error = _row_error(measure.name, matrix, present)
    design = (error / naive) ** 2 if naive > 0 and error > 0 else 1.0
    return Rows(SharesSpread(shares, design, _degrees(rows), harmonic), naive, rows, "", rows)


def _row_error(name: str, matrix: Floats, present: NDArray[np.bool_]) -> float:
    """Standard error of a mean over classes if rows do not hang together, by what each cell of the matrix gives."""
    hits, actual, predicted = np.diagonal(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    classes, rows = int(present.sum()), float(matrix.sum())
    whole = {"recall": actual, "precision": predicted, "f1": (actual + predicted) / 2}[name]
    safe = np.where(whole > 0, whole, np.inf)
    each = hits / safe**2
    gives = np.diag(1 / safe)
    if name != "precision":
        gives = gives - each[:, None] / (2 if name == "f1" else 1)
    if name != "recall":
        gives = gives - each[None, :] / (2 if name == "f1" else 1)
    mean = float((matrix * gives).sum()) / rows
    return math.sqrt(max(0.0, float((matrix * (gives - mean) ** 2).sum()))) / classes


def _regression(measure: Measure, whole: Outcomes, value: float) -> Rows:
    sums = {name: float(region_sum(whole, name)) for name in REGION_SUMS}
    rows = sums["labelled"]
    squared = sums["squared_error"] / rows
    centred, centred_squared = (float(total(whole, name)) / rows for name in ("centred", "centred_squared"))
    variances = {
        "mae": lambda: squared - (sums["absolute_error"] / rows) ** 2,
        "bias": lambda: squared - (sums["error"] / rows) ** 2,
        "mean_actual": lambda: centred_squared - centred**2,
        "rmse": lambda: (_fourth_power(whole, squared) - squared**2) / (4 * squared),
    }
    if measure.name not in variances or rows < 2 or squared <= 0:
        return Rows(None, math.nan, int(rows), "", int(rows))
    error = math.sqrt(max(0.0, variances[measure.name]()) / (rows - 1))
    return Rows(other_spread(measure, value, error, _degrees(rows)), error, int(rows), "", int(rows))


def _fourth_power(whole: Outcomes, squared: float) -> float:
    """Mean fourth power of the errors, from their bins, scaled so that their mean square is the exact one."""
    edges = whole.layout.outcome.error_edges
    counts = np.asarray(whole.arrays["errors"], dtype=np.float64)[: len(edges) + 1]
    ends = np.concatenate([edges[:1], edges, edges[-1:]])
    middles = (ends[:-1] + ends[1:]) / 2
    second = float((counts * middles**2).sum() / counts.sum())
    fourth = float((counts * middles**4).sum() / counts.sum())
    return fourth * (squared / second) ** 2 if second > 0 else squared**2
