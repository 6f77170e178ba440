"""Whether rows that break a rule are more than chance brings, given how many the reference has.

Both counts together, each row is as likely as any other to be among those that break the rule, so that their number on
one side is binomial (the conditional test of two rates; Przyborowski and Wilenski, Biometrika 31, 1940). Rows that hang
together count as few as they are worth.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Terms of a tail smaller than this part of the sum are left out.
NEGLIGIBLE = 1e-12


def upper_tail(successes: float, trials: float, probability: float) -> float:
    """The probability of at least so many successes; counts need not be whole (their gamma function is not either).

    >>> round(upper_tail(8, 10, 0.5), 6)  # (45 + 10 + 1) / 1024
    0.054688
    """
    if successes <= 0 or trials <= 0 or not 0 < probability < 1:
        return 1.0 if successes <= 0 or probability >= 1 else 0.0
    logs = math.log(probability), math.log1p(-probability)
    total, count = 0.0, min(successes, trials)
    while count <= trials + 1e-9:
        rest = max(0.0, trials - count)
        ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(rest + 1)
        term = math.exp(ways + count * logs[0] + rest * logs[1])
        total += term
        if count > trials * probability and term < NEGLIGIBLE * total:
            break
        count += 1
    return min(1.0, total)


def lower_tail(count: float, mean: float) -> float:
    """The probability that Poisson's distribution of this mean gives at most so many.

    >>> round(lower_tail(2, 10), 6)
    0.002769
    """
    whole = math.floor(count)
    logs = (
        [-mean + number * math.log(mean) - math.lgamma(number + 1) for number in range(whole + 1)] if mean > 0 else [0]
    )
    return min(1.0, sum(map(math.exp, logs)))


def chance_of(now: tuple[float, float], then: tuple[float, float], effect: float = 1.0) -> float:
    """How likely so many rows break a rule if nothing has changed: (broken, rows) now and in the reference.

    `effect` tells how many rows count as one. Of no row in the reference nothing can be said: 1.
    """
    if not now[1] or not then[1]:
        return 1.0
    effect = max(1.0, effect)
    return upper_tail(now[0] / effect, (now[0] + then[0]) / effect, now[1] / (now[1] + then[1]))


def chance_beyond(rows: float, size: float, reference: float, thinning: float, effect: float = 1.0) -> float:
    """How likely so many rows lie beyond a bound farther out than all of the reference.

    Beyond the largest of `reference` rows lie (size / reference) times an exponential number in the mean, so that their
    count is geometric; `thinning` is the part of them that reaches the bound.
    """
    if not size or not reference:
        return 1.0
    expected = size / reference * thinning
    return float((expected / (1 + expected)) ** (rows / max(1.0, effect)))


def dispersion(broken: Floats, rows: Floats) -> float:
    """How many rows count as one, from counts of the reference's periods: Pearson's statistic over its freedom.

    One standard error is added to it; with fewer than three periods, or nothing broken, it is 1.
    """
    broken, rows = broken[rows > 0], rows[rows > 0]
    share = broken.sum() / rows.sum() if rows.sum() else 0.0
    if len(rows) < 3 or not 0 < share < 1:
        return 1.0
    freedom = len(rows) - 1
    found = float(((broken - rows * share) ** 2 / (rows * share * (1 - share))).sum()) / freedom
    return max(1.0, found * (1 + math.sqrt(2 / freedom)))
