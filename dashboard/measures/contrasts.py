"""Is a share in one group another one than elsewhere? An exact test, and what many such tests at once allow to say."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

# Probabilities that differ by less than this are the same; the sum over equally rare tables needs it.
SAME = 1e-7


def fisher_exact(here: int, of_here: int, there: int, of_there: int) -> float:
    """The two-sided p-value of Fisher's exact test that two shares are one: `here` of `of_here`, `there` of `of_there`.

    The sum of all tables with the same margins that are no likelier than the one seen (Fisher 1935).

    >>> round(fisher_exact(8, 10, 1, 6), 4)
    0.035
    """
    hits, whole = here + there, of_here + of_there
    possible = np.arange(max(0, hits - of_there), min(hits, of_here) + 1)
    ways = np.array([_log_ways(of_here, one) + _log_ways(of_there, hits - one) for one in possible.tolist()])
    shares = np.exp(ways - _log_ways(whole, hits))
    seen = shares[here - int(possible[0])]
    return float(min(1.0, shares[shares <= seen * (1 + SAME)].sum()))


def _log_ways(whole: int, part: int) -> float:
    """The logarithm of how many ways there are to pick `part` of `whole`."""
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)


def holm(chances: Sequence[float]) -> list[float]:
    """P-values of several tests as one would have to read them alone (Holm 1979): below a level, true of all at once.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    found, largest = [0.0] * len(chances), 0.0
    for place, which in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        largest = max(largest, min(1.0, (len(chances) - place) * chances[which]))
        found[which] = largest
    return found
