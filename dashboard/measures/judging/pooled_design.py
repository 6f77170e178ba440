"""The design effect of two figures of the same measure: how much rows hang together is learned from both.

A figure by single rows takes that of the other one, which has units.

A month of thirty days says within a quarter how much its rows hang together, a year of reference says it better. So the
side with fewer units takes the mean of both, each weighed by its units, as variances are pooled in the t test of two
samples; its degrees are those of Welch and Satterthwaite (1946). What larger units make of the same correlation inside
of them is allowed for: design = 1 + (size - 1) * correlation (Kish, Survey sampling (1965)). A period that varies more
than chance explains keeps its own, and so do both where units follow each other in time: that leaves few degrees, and
where it is so by chance, the other side must not suffer.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

from dashboard.measures.families import FEWEST_FOR_DESIGN, Family
from dashboard.measures.figure import Figure
from dashboard.measures.spreads import ClassesSpread, RankSpread, ShareSpread, SharesSpread

# Families whose variance is that of rows times the design effect; of others the units themselves give the error.
BY_DESIGN = (RankSpread, ShareSpread, ClassesSpread, SharesSpread)
UNITS = ("clusters", "periods")
# With fewer degrees for each unit, units follow each other, or a few cases carry the figure.
INDEPENDENT = 0.5
# A design effect that would be so much larger than the other one in one of twenty periods by chance is no chance.
TELLING = NormalDist().inv_cdf(0.95)


def with_design_of(figure: Figure, beside: Figure) -> Figure:
    """A figure with an interval that rests on the design effect of `beside` too; itself where that says nothing."""
    if figure.basis.resampled == "rows" and beside.basis.resampled in UNITS:
        return _widened(figure, beside)
    return _pooled(figure, beside) if figure.basis.resampled == beside.basis.resampled in UNITS else figure


def _widened(figure: Figure, beside: Figure) -> Figure:
    if beside.basis.design <= 1 or not isinstance(figure.spread, Family):
        return figure
    return replace(figure, spread=replace(figure.spread, design=figure.spread.design * beside.basis.design))


def _pooled(figure: Figure, beside: Figure) -> Figure:
    spread, other = figure.spread, beside.spread
    if not (isinstance(spread, BY_DESIGN) and isinstance(other, BY_DESIGN)) or type(spread) is not type(other):
        return figure
    enough = min(figure.basis.counted, beside.basis.counted) >= FEWEST_FOR_DESIGN
    if not enough or figure.basis.units >= beside.basis.units:
        return figure
    if spread.degrees < figure.basis.units * INDEPENDENT or other.degrees < beside.basis.units * INDEPENDENT:
        return figure
    expected = _at_size_of(figure, beside, other.design)
    if exceeds(spread.design / expected, spread.degrees, other.degrees):
        return figure
    parts = (figure.basis.units * spread.design, beside.basis.units * expected)
    design = sum(parts) / (figure.basis.units + beside.basis.units)
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / spread.degrees + parts[1] ** 2 / other.degrees)
    return replace(figure, spread=replace(spread, design=design, degrees=max(1, round(degrees))))


def _at_size_of(figure: Figure, beside: Figure, design: float) -> float:
    """The design effect of `beside` with units as large as those of `figure`."""
    size, other_size = (max(1.0, one.labelled / one.basis.units) for one in (figure, beside))
    if design <= 1 or other_size <= 1:
        return design
    return 1 + (design - 1) * (size - 1) / (other_size - 1)


def exceeds(ratio: float, degrees: int, other_degrees: int) -> bool:
    """Whether a ratio of two variances is beyond chance: Fisher's F by the cube root of Paulson (1942).

    >>> exceeds(1.4, 29, 364), exceeds(1.6, 29, 364)
    (False, True)
    """
    root = ratio ** (1 / 3)
    above, below = 2 / (9 * degrees), 2 / (9 * other_degrees)
    return ((1 - below) * root - (1 - above)) / (below * root**2 + above) ** 0.5 > TELLING
