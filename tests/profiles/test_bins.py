"""Bins: where values are placed, how fine they are, and that blocks keep them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from dashboard.profiles.bins import (
    KEPT_CATEGORIES,
    Placer,
    bins_from_json,
    category_bins,
    numeric_bins,
)
from dashboard.profiles.edges import LARGEST_SHARE, below
from dashboard.profiles.encoding import pack, unpack

FINITE = st.floats(-1e150, 1e150)
NEAR_ONE = [float(below(1.0)), 1.0, float(np.nextafter(1.0, 2))]
CLOSE = st.sampled_from([*NEAR_ONE, 0.0, -0.0, 1e9, float(below(1e9)), 5e-324])
NUMBERS = st.one_of(FINITE, CLOSE, st.integers(-50, 50).map(float), st.floats(0, 1))


def columns(elements: st.SearchStrategy[float], smallest: int = 0) -> st.SearchStrategy[np.ndarray]:
    return st.lists(elements, min_size=smallest, max_size=200).map(lambda numbers: np.array(numbers, dtype=np.float64))


@given(columns(NUMBERS, 1), columns(st.one_of(NUMBERS, st.just(float("nan")))))
def test_placing_is_searching(edges, values):
    edges = np.unique(edges)
    expected = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
    assert np.array_equal(Placer(edges).place(values), expected)
    on_edges = np.concatenate([edges, below(edges), np.nextafter(edges, np.inf)])
    assert np.array_equal(Placer(edges).place(on_edges), np.searchsorted(edges, on_edges, side="left"))


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6, 1e9, 1e12, 1e15, -1e15])
@pytest.mark.parametrize("spread", [1e-6, 1.0, 1e6])
def test_placing_keeps_its_digits_far_from_zero(offset, spread):
    rng = np.random.default_rng(1)
    edges = np.unique(offset + spread * rng.normal(size=900))
    values = np.concatenate([edges, below(edges), offset + 2 * spread * rng.normal(size=9_000)])
    assert np.array_equal(Placer(edges).place(values), np.searchsorted(edges, values, side="left"))


@given(columns(st.one_of(NUMBERS.filter(lambda number: abs(number) < 1e100), st.just(float("nan"))), 1))
@settings(max_examples=60)
def test_bins_of_any_reference(values):
    bins = numeric_bins("x", values)
    known = np.sort(values[~np.isnan(values)])
    assert np.all(np.diff(bins.edges) > 0)
    assert np.isin(bins.deciles, bins.edges).all()
    assert len(bins.centres) == len(bins.edges) + 1
    if not len(known):
        assert bins.slots == 2
        return
    counts = np.bincount(np.searchsorted(bins.edges, known), minlength=len(bins.edges) + 1)
    assert counts[bins.inside].sum() == len(known)
    rounding = counts[1:-1] @ np.diff(bins.edges) / 65_535
    found = counts @ np.where(counts > 0, bins.centres, 0)
    assert found == pytest.approx(known.sum(), rel=1e-9, abs=1e-9 * len(known) + rounding)
    again = bins_from_json(bins.to_json())
    for array in ("edges", "deciles", "centres", "wide"):
        assert np.array_equal(getattr(again, array), getattr(bins, array))
    assert (again.low, again.high, again.deviation, again.exact) == (bins.low, bins.high, bins.deviation, bins.exact)


@pytest.mark.parametrize("kind", ["normal", "lognormal", "ties", "integers"])
def test_no_bin_holds_much_but_a_single_value(kind):
    rng = np.random.default_rng(2)
    values = {
        "normal": rng.normal(size=20_000),
        "lognormal": rng.lognormal(0, 2, 20_000),
        "ties": np.where(rng.random(20_000) < 0.3, 0.5, rng.random(20_000)),
        "integers": rng.poisson(2_000, 20_000).astype(float),
    }[kind]
    bins = numeric_bins("x", values)
    place = np.searchsorted(bins.edges, values)
    for slot in np.flatnonzero(np.bincount(place) > LARGEST_SHARE * len(values)):
        assert len(np.unique(values[place == slot])) == 1
    assert bins.slots < 1_500


def test_the_most_frequent_categories_are_kept():
    from collections import Counter

    kept = KEPT_CATEGORIES
    counts = Counter({f"c{number:04d}": 10_000 - number for number in range(kept + 100)})
    bins = category_bins("x", counts)
    assert bins.categories == tuple(f"c{number:04d}" for number in range(kept))
    assert bins_from_json(bins.to_json()) == bins


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.one_of(
            arrays.arrays(np.int64, arrays.array_shapes(max_dims=3, max_side=5), elements=st.integers(0, 2**62)),
            arrays.arrays(np.float64, arrays.array_shapes(max_dims=3, max_side=5), elements=st.floats(allow_nan=False)),
            arrays.arrays(np.uint8, 7),
        ),
        max_size=4,
    )
)
def test_blocks_give_back_what_went_in(found):
    again = unpack(pack(found))
    assert list(again) == list(found)
    for name, array in found.items():
        assert again[name].shape == array.shape
        assert np.array_equal(again[name], array)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        pack({"counts": np.array([1, -1])})
