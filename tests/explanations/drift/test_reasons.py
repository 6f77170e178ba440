"""Cases that keep their score and change their reason are counted as by hand; chance is not called a change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.proportion import proportion_confint

from dashboard.explanations.drift.reasons import (
    Explained,
    Importance,
    chance_of_change,
    importances,
    least_changed,
    reason_changes,
)


def case(score: float | str, **contributions: float) -> Explained:
    return Explained(score, contributions)


def test_only_cases_that_keep_their_score_count() -> None:
    before = [case(0.1, a=1.0, b=0.5), case(0.5, a=1.0, b=0.5), case(0.9, a=1.0, b=-2.0)]
    after = [case(0.11, a=0.2, b=-0.5), case(0.9, a=0.1, b=0.5), case(0.9, a=1.0, b=-2.0)]
    found = reason_changes(before, after)
    assert (found.rows, found.kept, found.changed, found.share) == (3, 2, 1, 0.5)
    assert (found.low, found.high) == pytest.approx(proportion_confint(1, 2, method="wilson"), abs=1e-6)


def test_a_class_is_kept_where_it_is_the_same() -> None:
    found = reason_changes([case("a", x=1.0), case("b", x=1.0)], [case("a", y=1.0), case("a", y=1.0)])
    assert (found.kept, found.changed) == (1, 1)
    assert reason_changes([case("a", x=1.0)], [case("b", x=1.0)]).share is None


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=30))
def test_importances_are_shares_of_what_moves_scores(pairs) -> None:
    cases = [case(0.5, a=first, b=second) for first, second in pairs]
    found = {one.feature: one for one in importances(cases)}
    sizes = np.abs(np.array(pairs))
    whole = sizes.mean(axis=0).sum()
    if not whole:
        assert found == {}
        return
    assert found["a"].importance == pytest.approx(sizes[:, 0].mean() / whole)
    assert found["a"].importance + found["b"].importance == pytest.approx(1)
    assert found["b"].main == np.mean(sizes[:, 1] > sizes[:, 0])


def test_the_least_share_of_changed_reasons_is_half_the_sum_of_differences() -> None:
    first = [Importance("a", 0.5, 0.9), Importance("b", 0.5, 0.1)]
    second = [Importance("a", 0.5, 0.3), Importance("c", 0.5, 0.7)]
    assert least_changed(first, second) == pytest.approx(0.7)
    assert least_changed(first, first) == 0


def test_chance_hardly_exceeds_what_is_called_chance() -> None:
    random = np.random.default_rng(0)
    shares = np.array([0.5, 0.3, 0.15, 0.05])
    draws = random.multinomial(100, shares, size=(2, 4000)) / 100
    distances = np.abs(draws[0] - draws[1]).sum(axis=1) / 2
    limit = chance_of_change([Importance(str(place), 0, float(one)) for place, one in enumerate(shares)], 100)
    assert np.quantile(distances, 0.9) < limit < np.quantile(distances, 0.999)
