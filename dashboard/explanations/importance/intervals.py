"""How certain shares of importance are that rest on a sample of rows."""

from __future__ import annotations

import math

import numpy as np

from dashboard.measures.intervals import student, tail_degrees

# A feature that fewer rows of the sample make use of is too rare for an interval.
FEWEST_USED = 10

Interval = tuple[float, float]


def share_intervals(amounts: np.ndarray) -> list[Interval | None]:
    """95 % interval of each feature's share of importance; `amounts` (rows x features) are contributions without sign.

    A share is a ratio of two means over the same rows, so that its error follows by linearization (Cochran, Sampling
    Techniques (1977), 6.4): of a row the amount of the feature less the share of its sum, over the mean sum. Taken on
    the logit, which keeps ends within 0 and 1, with as many degrees of freedom as long tails leave (Satterthwaite
    1946). None where it is not known: a feature that next to no row makes use of, or that is all there is.
    """
    rows, features = amounts.shape
    sums = amounts.sum(axis=1)
    if rows < FEWEST_USED or not sums.mean() > 0:
        return [None] * features
    shares = amounts.mean(axis=0) / sums.mean()
    found: list[Interval | None] = []
    for place in range(features):
        share = float(shares[place])
        used = np.count_nonzero(amounts[:, place])
        if used < FEWEST_USED or not 0 < share < 1:
            found.append(None)
            continue
        errors = (amounts[:, place] - share * sums) / sums.mean()
        error = math.sqrt(float(np.sum(errors**2)) / (rows * (rows - 1)))
        reach = student(tail_degrees(errors)) * error / (share * (1 - share))
        centre = math.log(share / (1 - share))
        found.append((_share(centre - reach), _share(centre + reach)))
    return found


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
