"""What moved money: the parts add up, and each case of one cause is put down to that cause."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from benchmarks.honesty.memory import Rows, instants, joined, profiles_of
from dashboard.measures.value.money import money_of
from dashboard.measures.value.moves import Move, moved
from dashboard.measures.value.worth import realised
from dashboard.profiles.windows import windows
from tests.measures.value.priced import priced

REFERENCE = ("2013-01-01", "2013-01-31")
SCORES = np.array([0.1, 0.3, 0.6, 0.9])


def cases(first: date, counts: tuple[int, ...], positive: tuple[float, ...]) -> Rows:
    """So many cases of each score, of which exactly a share is positive."""
    score = np.repeat(SCORES, counts)
    actual = np.concatenate(
        [np.arange(number) < round(number * share) for number, share in zip(counts, positive, strict=True)]
    ).astype(float)
    order = np.random.default_rng(1).permutation(len(score))
    at = instants(np.random.default_rng(2), len(score), first, 28)
    nothing = np.zeros(len(score))
    return Rows(at, score[order], actual[order], np.arange(len(score)), {"x": nothing})


def change(before: Rows, now: Rows) -> Move:
    card = priced(threshold=0.5, reference=REFERENCE)
    profiles = profiles_of(card, joined([before, now]))
    money = money_of(card)
    assert money is not None
    first, second = windows(profiles.read(("outcomes",)), profiles.layout, "month")
    found = moved(first, second, profiles.layout, money)
    assert found is not None
    brought = [realised(window, profiles.layout, money).value for window in (first, second)]
    assert (found.before, found.now) == (pytest.approx(brought[0]), pytest.approx(brought[1]))
    assert found.volume + found.mix + found.quality == pytest.approx(brought[1] - brought[0])
    return found


RATES = (0.1, 0.2, 0.5, 0.8)
JANUARY, FEBRUARY = date(2013, 1, 1), date(2013, 2, 1)


def test_twice_as_many_of_the_same_cases_are_volume() -> None:
    found = change(cases(JANUARY, (100, 100, 100, 100), RATES), cases(FEBRUARY, (200, 200, 200, 200), RATES))
    assert found.volume == pytest.approx(found.before)
    assert found.mix == pytest.approx(0, abs=1e-9)
    assert found.quality == pytest.approx(0, abs=1e-9)
    assert found.low < 0 < found.high


def test_other_cases_of_the_same_worth_are_mix() -> None:
    found = change(cases(JANUARY, (100, 100, 100, 100), RATES), cases(FEBRUARY, (40, 60, 100, 200), RATES))
    assert found.volume == pytest.approx(0, abs=1e-9)
    # At 0.9: 80 % bring 90, 20 % cost 12; at 0.1: 10 % cost 60, 90 % bring 1.5; at 0.3: 20 % and 80 %.
    assert found.mix == pytest.approx(100 * (0.8 * 90 - 0.2 * 12) - 60 * (-6 + 1.35) - 40 * (-12 + 1.2))
    assert found.quality == pytest.approx(0, abs=1e-9)


def test_the_same_cases_with_worse_outcomes_are_quality() -> None:
    worse = (0.1, 0.2, 0.5, 0.4)
    found = change(cases(JANUARY, (100, 100, 100, 100), RATES), cases(FEBRUARY, (100, 100, 100, 100), worse))
    assert found.volume == pytest.approx(0, abs=1e-9)
    assert found.mix == pytest.approx(0, abs=1e-9)
    assert found.quality == pytest.approx(-40 * (90 + 12))
    assert found.high < 0


@pytest.mark.parametrize("amount", [False, True])
def test_parts_add_up_for_errors_and_amounts(amount: bool) -> None:
    rng = np.random.default_rng(3)
    task = "binary_classification" if amount else "regression"
    card = priced(task, reference=REFERENCE, **({"amount": "x"} if amount else {}))
    parts = []
    for first, number in ((JANUARY, 700), (FEBRUARY, 900)):
        score = rng.beta(2, 2 if first == JANUARY else 3, number) * (1 if amount else 100)
        actual = (rng.random(number) < score).astype(float) if amount else score + rng.normal(0, 9, number)
        at = instants(rng, number, first, 28)
        parts.append(Rows(at, score, actual, np.arange(number), {"x": rng.lognormal(3, 1, number)}))
    profiles = profiles_of(card, joined(parts))
    money = money_of(card)
    assert money is not None
    before, now = windows(profiles.read(("outcomes",)), profiles.layout, "month")
    found = moved(before, now, profiles.layout, money)
    assert found is not None
    assert found.mix != 0
    assert found.volume + found.mix + found.quality == pytest.approx(found.now - found.before)
    # Without a change of what each group is worth, the groups alone give back the whole.
    still = moved(before, before, profiles.layout, money)
    assert still is not None
    assert (still.volume, still.mix, still.quality) == pytest.approx((0, 0, 0), abs=1e-6)
