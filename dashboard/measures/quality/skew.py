"""Training against serving: features that training had otherwise, by the reference's profile.

A feature that the reference never had, whole numbers that have become fractions, and values that arrive standardised or
squeezed between 0 and 1 although the reference has them as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dashboard.measures.quality.chance import chance_of
from dashboard.measures.quality.check import Check
from dashboard.measures.quality.columns import LEAST_CHANGE
from dashboard.measures.quality.scales import known_values, scale_checks
from dashboard.measures.quality.table import TOTAL, QualityTable
from dashboard.profiles.bins import NumericBins
from dashboard.words import mark


def skew_checks(table: QualityTable, chance: float) -> Iterator[Check]:
    """What the model gets otherwise than it was trained, as far as profiles show it.

    `chance` is the probability that a check fails in a window though nothing has changed.
    """
    if not table.reference.any():
        return
    for feature in table.features:
        yield from _not_in_training(table, feature, chance)
        bins = table.layout.column(feature)
        if isinstance(bins, NumericBins):
            yield from _fractions(table, feature, bins)
            if bins.deviation > 0 and not table.layout.trait(feature).cycle:
                yield from scale_checks(table, feature, bins)


def _not_in_training(table: QualityTable, feature: str, chance: float) -> Iterator[Check]:
    known, total = known_values(table, feature), table.of(feature, TOTAL)
    then = 0.0, float(total[table.reference].sum())
    if known[table.reference].sum() or not then[1]:
        return

    def test(affected: float, rows: float, places: slice) -> bool:
        del places
        return chance_of((affected, rows), then) < chance

    yield Check(
        "not in training",
        "consistency",
        feature,
        np.where(table.judged, known, 0),
        np.where(table.judged, total, 0),
        mark("{affected} of {rows} rows have a value of {feature}, of which the reference had none."),
        limit=LEAST_CHANGE,
        beyond_chance=test,
    )


def _fractions(table: QualityTable, feature: str, bins: NumericBins) -> Iterator[Check]:
    slots = _slots_of_fractions(bins)
    if feature not in table.slots or slots is None or not slots.any():
        return
    counts = table.slots[feature][:, :-1]
    if counts[:, slots][table.reference].sum():
        return
    yield Check(
        "type",
        "consistency",
        feature,
        np.where(table.judged, counts[:, slots].sum(axis=1), 0),
        np.where(table.judged, counts.sum(axis=1), 0),
        mark("{affected} of {rows} values of {feature} are fractions; in the reference all were whole numbers."),
        limit=LEAST_CHANGE,
    )


def _slots_of_fractions(bins: NumericBins) -> np.ndarray | None:
    """The slots that hold no whole number; None where the reference has fractions itself, or too many values."""
    if not bins.exact or not len(bins.edges):
        return None
    lows, highs = np.append(-np.inf, bins.edges), np.append(bins.edges, np.inf)
    finite = np.isfinite(lows) & np.isfinite(highs)
    single = finite & (np.nextafter(lows, np.inf) >= highs)
    inside = np.zeros(len(lows), dtype=bool)
    inside[bins.inside] = True
    values = highs[single & inside]
    if not len(values) or not np.array_equal(values, np.rint(values)):
        return None
    whole = np.floor(np.where(finite, highs, 0)) > np.floor(np.where(finite, lows, 0))
    slots: np.ndarray = finite & inside & ~single & ~whole
    return slots
