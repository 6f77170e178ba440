"""Pairs of similar sets: all of them and no others, without comparing all pairs."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from dashboard.governance.retirement.similar_sets import SimilarPair, similar_pairs

SETS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.frozensets(st.integers(0, 9), max_size=8), max_size=14
)


@given(SETS, st.sampled_from([0.2, 0.5, 0.75, 1.0]))
def test_every_pair_of_different_sets_is_found_and_no_other(sets: dict[str, frozenset[int]], least: float) -> None:
    firsts = {members: min(name for name in sets if sets[name] == members) for members in sets.values() if members}
    expected = {
        SimilarPair(*sorted((firsts[one], firsts[other])), len(one & other), len(one | other))
        for one, other in combinations(firsts, 2)
        if len(one & other) >= least * len(one | other)
    }
    expected |= {
        SimilarPair(firsts[members], name, len(members), len(members))
        for name, members in sets.items()
        if members and firsts[members] != name
    }
    found = list(similar_pairs(sets, least))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_a_large_portfolio_makes_few_pairs_where_a_common_feature_is_all_that_is_shared() -> None:
    sets = {f"m{number}": frozenset({"age", *(f"f{number}-{place}" for place in range(5))}) for number in range(10_000)}
    sets["twin"] = sets["m17"] - {"f17-0"}
    assert list(similar_pairs(sets, 0.5)) == [SimilarPair("m17", "twin", 5, 6)]


def test_copies_are_paired_with_the_first_of_them() -> None:
    sets = {f"c{number}": frozenset({"a", "b"}) for number in range(1_000)}
    assert len(list(similar_pairs(sets, 0.5))) == 999


def test_a_level_that_no_pair_could_miss_is_refused() -> None:
    with pytest.raises(ValueError, match="received 0"):
        list(similar_pairs({}, 0))
