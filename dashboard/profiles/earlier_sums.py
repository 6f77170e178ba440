"""Read the sums of profiles of layouts before format 6, which kept none of single bins and none of squares."""

from __future__ import annotations

import numpy as np

from dashboard.profiles.bins import Floats, NumericBins
from dashboard.profiles.features import ABOVE, BELOW, SQUARES, SUMS, WIDE

EARLIER_SUMS = 3


def completed_sums(bins: NumericBins, counts: Floats, sums: Floats) -> Floats:
    """The sums of a column as they are kept today; what an earlier profile does not tell follows from its bins.

    `counts` are those of all slots. Values beyond the reference's range are where their known sums put them on average.
    """
    whole = np.zeros(SUMS)
    whole[:EARLIER_SUMS] = sums
    if not len(bins.edges):
        return whole
    means, counts = bins.centres.copy(), counts[:-1]
    ends = (slice(0, bins.inside.start), BELOW), (slice(bins.inside.stop, len(means)), ABOVE)
    for slots, known in ends:
        rows = counts[slots].sum()
        if rows:
            means[slots] += (sums[known] - np.sum(counts[slots] * means[slots])) / rows
    whole[SQUARES] = np.sum(counts * (means - bins.pivot) ** 2)
    whole[WIDE : WIDE + len(bins.wide)] = (counts * means)[bins.wide]
    return whole
