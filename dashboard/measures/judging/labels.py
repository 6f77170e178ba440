"""Whether the known outcomes of a period can speak for all of it: enough of them are in, and they are a fair sample."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

from dashboard.measures.chance import gamma_upper
from dashboard.measures.drift import stability_parts
from dashboard.measures.judging.verdict import Verdict
from dashboard.profiles.bins import Floats
from dashboard.profiles.outcomes import REGION_SUMS, UNLABELLED
from dashboard.profiles.windows import Window
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

# The usual share of known outcomes is that of the periods before, of so many at most and at least.
EARLIER_MOST, EARLIER_FEWEST = 12, 3
# With a smaller share of unknown outcomes a selection among them changes nothing.
FEW_UNKNOWN = 0.1
GROUPS = 10
# A difference of scores by chance alone exceeds its noise once in so many periods.
CHANCE = 0.001


def unripe(window: Window, earlier: Sequence[Window], thresholds: Thresholds) -> Verdict | None:
    """Unknown, while clearly fewer outcomes of a period are in than is usual; None once they are.

    What is usual is the middle share of the periods before; fewer than three tell nothing.
    """
    shares = [before.labelled / before.predictions for before in earlier if before.predictions][-EARLIER_MOST:]
    if len(shares) < EARLIER_FEWEST or not window.predictions:
        return None
    share, usual = window.labelled / window.predictions, median(shares)
    if share >= thresholds.performance.ripe * usual:
        return None
    message = mark(
        "Only {share}% of the outcomes of this period are known so far; usually it is {usual}%. It is assessed once "
        "they are in."
    )
    return Verdict("unknown", Sentence(message, {"share": round(100 * share), "usual": round(100 * usual)}))


def selected(window: Window, thresholds: Thresholds) -> Verdict | None:
    """Unknown, where the cases with a known outcome were scored differently from those without; None where not.

    Population stability index of the scores in ten groups, beyond its level and beyond chance: without a difference it
    is chi-square with one degree less than groups, times (1/n + 1/N).
    """
    if window.labelled > (1 - FEW_UNKNOWN) * window.predictions or not window.outcomes:
        return None
    with_label, without = _by_score(window)
    known, unknown = (_grouped(part, with_label + without) for part in (with_label, without))
    value, noise = _instability(known, unknown)
    if value <= max(thresholds.performance.selected_labels, noise):
        return None
    message = mark(
        "The known outcomes cannot speak for this period: the {labelled} cases with an outcome were scored "
        "differently from the {unlabelled} without (PSI {psi})."
    )
    values = {"labelled": int(known.sum()), "unlabelled": int(unknown.sum()), "psi": value}
    return Verdict("unknown", Sentence(message, values))


def _by_score(window: Window) -> tuple[Floats, Floats]:
    """Rows with and without label by score: by score bin, region of predicted values, or predicted class."""
    arrays = {name: np.asarray(array, dtype=np.float64) for name, array in window.outcomes.items()}
    if "scores" in arrays:
        return arrays["scores"][:UNLABELLED].sum(axis=0), arrays["scores"][UNLABELLED]
    if "regions" in arrays:
        rows, known = (arrays["regions"][:, REGION_SUMS.index(name)] for name in ("rows", "labelled"))
        return known, rows - known
    return arrays["confusion"][:-1].sum(axis=0), arrays["confusion"][-1]


def _grouped(rows: Floats, everyone: Floats) -> Floats:
    """Rows by tenths of everyone in the order of score."""
    total = everyone.sum()
    middle = (np.cumsum(everyone) - everyone / 2) / total if total else np.zeros(len(everyone))
    place = np.minimum((middle * GROUPS).astype(int), GROUPS - 1)
    return np.asarray(np.bincount(place, weights=rows, minlength=GROUPS), dtype=np.float64)


def _instability(known: Floats, unknown: Floats) -> tuple[float, float]:
    """The index, half a row in each group so that none is empty, and the value that it exceeds seldom by chance."""
    used = (known + unknown) > 0
    here, there = known[used] + 0.5, unknown[used] + 0.5
    first, second = here / here.sum(), there / there.sum()
    degrees, scale = max(1, int(used.sum()) - 1), float(1 / here.sum() + 1 / there.sum())
    # A multiple of chi-square is a gamma distribution.
    noise = gamma_upper(degrees * scale, 2 * degrees * scale**2, CHANCE)
    return float(np.sum(stability_parts(second, first))), noise
