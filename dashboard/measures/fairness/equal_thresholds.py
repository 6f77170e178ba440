"""At which threshold of its own a group would be treated like everybody else, and what that would change: a what-if."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dashboard.measures.binary import scores_of
from dashboard.measures.outcomes import Outcomes
from dashboard.profiles.bins import Floats
from dashboard.profiles.outcomes import NEGATIVE, POSITIVE

# The rates that a threshold of its own can make equal, as the figures of fairness name them.
SELECTED, FOUND, WRONGLY = "selection_rate", "true_positive_rate", "false_positive_rate"
RATES = (SELECTED, FOUND, WRONGLY)


@dataclass(frozen=True)
class EqualThreshold:
    """The threshold at which a rate of a group comes nearest to everybody else's, and what it would have changed.

    `before` and `after` are the rate at the card's threshold and at the group's own, `others` everybody else's at the
    card's. `changed` counts the predictions that would have been decided otherwise, `right` by how many more of the
    labelled ones would have been decided rightly (negative: fewer).
    """

    rate: str
    threshold: float
    before: float
    after: float
    others: float
    changed: int
    right: int


def equal_thresholds(own: Outcomes, others: Outcomes) -> Iterator[EqualThreshold]:
    """For each rate the threshold of a group that makes it equal everybody else's, as near as its scores allow.

    Equal selection, equal opportunity and equal false positive rates, after Hardt, Price and Srebro (2016), without
    their randomised decisions. Of thresholds that come equally near the one nearest to the card's is taken; a rate that
    is not defined on either side is left out.
    """
    scores, counts = scores_of(own), np.asarray(own.arrays["scores"], dtype=np.float64)
    # The threshold above all scores selects nobody.
    candidates = np.append(scores, np.nextafter(scores[-1], np.inf)) if len(scores) else np.empty(0)
    here = int(np.searchsorted(scores, own.threshold, side="left"))
    theirs = np.asarray(others.arrays["scores"], dtype=np.float64)
    there = int(np.searchsorted(scores_of(others), others.threshold, side="left"))
    above = _above(counts)
    for rate, kept in _KEPT.items():
        mine, all_others = counts[kept].sum(), theirs[kept].sum()
        if not (mine and all_others):
            continue
        goal = float(theirs[kept][:, there:].sum() / all_others)
        rates = above[kept].sum(axis=0) / mine
        distance = np.abs(rates - goal)
        nearest = np.flatnonzero(distance <= distance.min() + 1e-12)
        place = int(nearest[np.abs(nearest - here).argmin()])
        first, last = sorted((here, place))
        between = counts[:, first:last].sum(axis=1)
        # Below the old threshold the group's positives are gained and its negatives are lost; above it the reverse.
        gained = (between[POSITIVE] - between[NEGATIVE]) * (1 if place < here else -1)
        threshold = own.threshold if place == here else float(candidates[place])
        yield EqualThreshold(
            rate, threshold, float(rates[here]), float(rates[place]), goal, int(between.sum()), int(gained)
        )


# Of which rows each rate is a share: all, those to whom it happened, those to whom it did not.
_KEPT = {SELECTED: slice(None), FOUND: slice(POSITIVE, POSITIVE + 1), WRONGLY: slice(NEGATIVE, NEGATIVE + 1)}


def _above(counts: Floats) -> Floats:
    """How many rows of each label are selected at each threshold: at every score, and above all of them."""
    selected = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([selected, np.zeros((len(counts), 1))], axis=1)
