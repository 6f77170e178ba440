"""The design effect that a period and its reference share."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st
from scipy import stats

from dashboard.measures.figure import Basis, Figure
from dashboard.measures.judging.comparison import difference_ends
from dashboard.measures.judging.pooled_design import exceeds, with_design_of
from dashboard.measures.spreads import MeanSpread, ShareSpread

DAYS, YEAR = 30, 365


def figure(share: float, rows: int, units: int, design: float, resampled: str = "clusters") -> Figure:
    """A share measured from units."""
    spread = ShareSpread(share * rows, rows, design, units - 1)
    low, high = spread.ends(0.95)
    return Figure(share, low, high, rows, spread, Basis(rows, "", resampled, units, design))


@given(ratio=st.floats(0.2, 5.0), degrees=st.integers(9, 400), others=st.integers(20, 2000))
def test_chance_of_a_ratio_is_fishers(ratio, degrees, others):
    point = stats.f.ppf(0.95, degrees, others)
    assume(abs(ratio / point - 1) > 0.01)
    assert exceeds(ratio, degrees, others) == (ratio > point)


@given(own=st.floats(0.5, 1.4), design=st.floats(1.0, 1.4))
def test_a_period_borrows_what_the_reference_knows(own, design):
    period, reference = figure(0.7, 900, DAYS, own), figure(0.7, 10_950, YEAR, design)
    pooled = with_design_of(period, reference).spread
    if own / design > stats.f.ppf(0.95, DAYS - 1, YEAR - 1):
        assert pooled is period.spread
    else:
        assert pooled.design == pytest.approx(np.average([own, design], weights=[DAYS, YEAR]))
        assert YEAR - 1 <= pooled.degrees <= DAYS - 1 + YEAR - 1 + 1
    assert with_design_of(reference, period) is reference


@pytest.mark.parametrize("hanging", [0, 1])
def test_where_days_hang_together_both_sides_keep_their_own(hanging):
    both = [figure(0.7, 900, DAYS, 1.0), figure(0.7, 10_950, YEAR, 1.2)]
    both[hanging] = replace(both[hanging], spread=replace(both[hanging].spread, design=5.0, degrees=8))
    period, reference = both
    assert with_design_of(period, reference) is period
    assert with_design_of(reference, period) is reference


def test_a_stormy_period_keeps_its_own_design():
    storm = figure(0.7, 900, DAYS, 6.0)
    assert with_design_of(storm, figure(0.7, 10_950, YEAR, 1.1)) is storm


def test_larger_units_of_the_same_correlation_have_a_larger_design():
    correlation, few, many = 0.01, 30, 90
    reference = figure(0.7, YEAR * few, YEAR, 1 + (few - 1) * correlation)
    period = figure(0.7, DAYS * many, DAYS, 1 + (many - 1) * correlation)
    assert with_design_of(period, reference).spread.design == pytest.approx(1 + (many - 1) * correlation)


@pytest.mark.parametrize("what", ["rows", "other units", "few cases", "another family", "no interval"])
def test_what_does_not_compare_is_not_pooled(what):
    period, reference = figure(0.7, 900, DAYS, 1.2), figure(0.7, 10_950, YEAR, 1.0)
    if what == "rows":
        period = figure(0.7, 900, DAYS, 1.2, "rows")
    elif what == "other units":
        reference = figure(0.7, 10_950, YEAR, 1.0, "periods")
    elif what == "few cases":
        period = replace(period, basis=replace(period.basis, counted=9))
    elif what == "another family":
        reference = replace(reference, spread=MeanSpread(0.7, 0.01, YEAR - 1))
    else:
        reference = replace(reference, spread=None)
    assert with_design_of(period, reference) is period


def test_a_difference_is_narrower_than_by_its_own_thirty_days():
    period, reference = figure(0.7, 900, DAYS, 1.0), figure(0.7, 10_950, YEAR, 1.0)
    low, high = difference_ends(period, reference, 0.99)
    alone = [spread.ends(0.99) for spread in (period.spread, reference.spread)]
    own = np.hypot(0.7 - alone[0][0], alone[1][1] - 0.7) + np.hypot(alone[0][1] - 0.7, 0.7 - alone[1][0])
    assert own * 0.9 < high - low < own * 0.96
