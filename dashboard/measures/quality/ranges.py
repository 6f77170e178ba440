"""Numbers outside of the range of the card, or so far beyond that of the reference that they are hardly plausible."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dashboard.measures.quality.chance import chance_beyond
from dashboard.measures.quality.check import Check
from dashboard.measures.quality.table import (
    FAR_OVER,
    FAR_UNDER,
    MISSING,
    NEAR_OVER,
    NEAR_UNDER,
    OVER,
    TOTAL,
    UNDER,
    QualityTable,
)
from dashboard.profiles.bins import Floats, NumericBins
from dashboard.profiles.plausible import plausible_bounds
from dashboard.schema.card.data import Feature
from dashboard.schema.card.row_rules import ColumnValue, Comparison, Constant, Together
from dashboard.words import mark

# Of a tail so many of the outermost rows show how fast it falls; none is relied on to fall faster than this.
TAIL, STEEPEST = 0.05, 6.0
# Fewer rows far out are gross errors of single rows, which any data have.
FEWEST_FAR = 3


def range_checks(table: QualityTable, feature: str, wanted: Feature, chance: float) -> Iterator[Check]:
    """The range of the card, or the one beyond which the reference lets hardly anything be plausible."""
    bins = table.layout.column(feature)
    if not isinstance(bins, NumericBins):
        return
    if wanted.range is not None:
        yield _declared(table, feature, (wanted.range[0], wanted.range[1]))
    elif table.reference.any():
        yield from _plausible(table, feature, bins, chance)


def _declared(table: QualityTable, feature: str, limits: tuple[float, float]) -> Check:
    return Check(
        "range",
        "reality",
        feature,
        table.of(feature, UNDER) + table.of(feature, OVER),
        table.of(feature, TOTAL) - table.of(feature, MISSING),
        mark("{affected} of {rows} values of {feature} lie outside of the range {least} to {most} of the card."),
        declared=True,
        condition=_outside(feature, *limits),
        values={"least": limits[0], "most": limits[1]},
    )


def _outside(feature: str, least: float, most: float) -> Together:
    column = ColumnValue(feature)
    return Together("or", (Comparison(column, "<", Constant(least)), Comparison(column, ">", Constant(most))))


def _plausible(table: QualityTable, feature: str, bins: NumericBins, chance: float) -> Iterator[Check]:
    """Values so far beyond the reference's range that no other season explains them."""
    trait = table.layout.trait(feature)
    if not bins.bounds or trait.cycle:
        return
    alone = not (trait.dependence.day or trait.dependence.week)
    if not _bounds_hold(table, feature, bins, alone):
        return
    least, most = bins.bounds[:2] if alone else bins.bounds[2:]
    under, over = (NEAR_UNDER, NEAR_OVER) if alone else (FAR_UNDER, FAR_OVER)
    yield Check(
        "plausible range",
        "reality",
        feature,
        np.where(table.judged, table.of(feature, under) + table.of(feature, over), 0),
        np.where(table.judged, table.of(feature, TOTAL) - table.of(feature, MISSING), 0),
        mark(
            "{affected} of {rows} values of {feature} lie outside of {least} to {most}; in the reference all lay "
            "between {low} and {high}."
        ),
        beyond_chance=_FarOut(table, feature, (least, most), chance).beyond_chance,
        condition=_outside(feature, least, most),
        values={"least": least, "most": most, "low": bins.low, "high": bins.high},
    )


class _FarOut:
    """Whether more values lie far out than the tails of the reference let expect."""

    def __init__(self, table: QualityTable, feature: str, bounds: tuple[float, ...], chance: float) -> None:
        self._table, self._feature, self._chance = table, feature, chance
        bins = table.layout.column(feature)
        assert isinstance(bins, NumericBins)
        counts = (table.half(feature, 0) + table.half(feature, 1))[:-1]
        self._reference, self._tails = float(counts.sum()), _tails(bins, counts)
        self._edges = _edges_beyond(bins, *bounds)

    def beyond_chance(self, affected: float, rows: float, places: slice) -> bool:
        """Asked of the values of some periods, at each bound of bins from the plausible ones outwards."""
        effect = self._table.design_effect(self._feature, places)
        inside, outside = range(places.start, places.stop), self._table.outside
        found = [outside[place, self._feature] for place in inside if (place, self._feature) in outside]
        if affected < FEWEST_FAR * effect or not found:
            return False
        counts = np.sum(found, axis=0)
        return any(self._is_beyond(float(counts[slots].sum()), rows, tail, effect) for tail, slots in self._parts())

    def _parts(self) -> Iterator[tuple[float, slice]]:
        for side, edge, slots in self._edges:
            yield self._tails[side].part_beyond(edge), slots

    def _is_beyond(self, affected: float, rows: float, thinning: float, effect: float) -> bool:
        chance = chance_beyond(affected, rows, self._reference, thinning, effect)
        return chance < self._chance / len(self._edges)


def _edges_beyond(bins: NumericBins, least: float, most: float) -> list[tuple[int, float, slice]]:
    """Side (0 below, 1 above), bound and slots beyond it of each bound of bins from the plausible ones outwards."""
    edges = bins.edges
    low = [(0, float(edge), slice(0, place + 1)) for place, edge in enumerate(edges) if edge < least]
    high = [(1, float(edge), slice(place + 1, len(edges) + 1)) for place, edge in enumerate(edges) if edge >= most]
    return [*low, *high]


class _Tail:
    """How fast the reference's values thin out towards one end, as a power of the distance from the median."""

    def __init__(self, end: float, median: float, exponent: float) -> None:
        self._reach, self._median, self._exponent = abs(end - median), median, exponent

    def part_beyond(self, edge: float) -> float:
        """The part of the rows beyond the end that lies beyond an edge too."""
        distance = abs(edge - self._median)
        return float(min(1.0, (self._reach / distance) ** self._exponent)) if distance > 0 else 1.0


def _tails(bins: NumericBins, counts: np.ndarray) -> tuple[_Tail, _Tail]:
    """The tails below and above (Hill, Annals of Statistics 3, 1975), from the reference's counts of bins."""
    cumulated = np.cumsum(counts)
    rows = float(cumulated[-1])
    median = float(bins.centres[int(np.searchsorted(cumulated, rows / 2))])
    found = []
    for end, outer in ((bins.low, cumulated <= TAIL * rows), (bins.high, cumulated > (1 - TAIL) * rows)):
        places = np.flatnonzero(outer & (counts > 0))
        distance = np.abs(bins.centres[places] - median)
        weights = counts[places].astype(np.float64)
        # Where many rows share the outermost value, the feature ends there.
        if len(places) < 3 or weights.max() > 0.5 * weights.sum() or distance.min() <= 0:
            found.append(_Tail(end, median, STEEPEST))
            continue
        mean = float((np.log(distance / distance.min()) * weights).sum() / weights.sum())
        found.append(_Tail(end, median, min(STEEPEST, 1 / mean) if mean > 0 else STEEPEST))
    return found[0], found[1]


def _bounds_hold(table: QualityTable, feature: str, bins: NumericBins, alone: bool) -> bool:
    """Whether the bounds that each half of the reference shows hold in the other half."""
    halves = [table.half(feature, half)[:-1] for half in (0, 1)]
    for mine, other in ((halves[0], halves[1]), (halves[1], halves[0])):
        if not mine.sum() or not other.sum():
            continue
        bounds = plausible_bounds(_values(bins, mine), bins.deviation)
        if not bounds:
            return False
        least, most = bounds[:2] if alone else bounds[2:]
        places = np.flatnonzero(other)
        lows, highs = _ends(bins)
        if lows[places[-1]] >= most or highs[places[0]] < least:
            return False
    return True


def _ends(bins: NumericBins) -> tuple[Floats, Floats]:
    """The lower and the upper end of each bin; the open ones end where the reference does."""
    return np.append(bins.low, bins.edges), np.append(bins.edges, bins.high)


def _values(bins: NumericBins, counts: np.ndarray) -> Floats:
    """Some thousand values that lie as the counts of bins do, the outermost at the ends of their bins."""
    total = int(counts.sum())
    number = min(total, 2_000)
    wanted = (np.arange(number) + 0.5) / number * total
    values = bins.centres[np.searchsorted(np.cumsum(counts), wanted)].astype(np.float64)
    places = np.flatnonzero(counts)
    lows, highs = _ends(bins)
    values[0] = max(bins.low, float(lows[places[0]]))
    values[-1] = min(bins.high, float(highs[places[-1]]))
    return np.sort(values)
