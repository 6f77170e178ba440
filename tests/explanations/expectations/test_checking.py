"""Models that keep what is expected of them are not accused, and those that do not are found, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.proportion import proportion_confint

from dashboard.explanations.expectations.checking import check_expectation, worst_first
from dashboard.explanations.expectations.judging import in_words, judge
from dashboard.explanations.whatif.flips import Row, Score
from dashboard.explanations.whatif.ranges import Categories, Numbers
from dashboard.schema.card.expectations import Expectation
from dashboard.schema.config.thresholds import ExpectationThresholds
from dashboard.words import LANGUAGES
from tests.explanations.words.cards import card

ROOMS = Numbers(tuple(map(float, range(1, 11))), tuple(place / 10 for place in range(1, 11)), 1.0, 10.0)
CITY = Categories({"A": 0.7, "B": 0.3})
LIMITS = ExpectationThresholds()


def expectation(**given: Any) -> Expectation:
    return Expectation.model_validate({"feature": "rooms", "direction": "up", "effect": "not_down", **given})


def cases(number: int = 200) -> list[Row]:
    random = np.random.default_rng(0)
    return [{"rooms": float(random.integers(1, 10)), "city": str(random.choice(["A", "B"]))} for _ in range(number)]


def price(slope: float, dip: float = 0.0) -> Any:
    """A price that grows with rooms, but for those of city B with more than six of them, where it falls by `dip`."""

    def score(rows: Sequence[Row]) -> list[Score]:
        return [
            slope * float(row["rooms"]) - dip * (row["city"] == "B" and float(row["rooms"]) > 6)  # type: ignore[arg-type]
            for row in rows
        ]

    return score


def test_a_model_that_keeps_it_has_no_violation() -> None:
    rows = cases()
    assert check_expectation(expectation(), rows, ROOMS, price(2.0)).violations == ()
    assert check_expectation(expectation(), rows, ROOMS, price(2.0)).checked == len(rows)
    assert check_expectation(expectation(effect="unchanged"), rows, ROOMS, price(0.0)).violations == ()
    down = expectation(direction="down", effect="not_up")
    assert check_expectation(down, [row for row in rows if row["rooms"] != 1.0], ROOMS, price(2.0)).violations == ()


def test_every_case_that_violates_it_is_found_with_the_value_that_shows_it() -> None:
    rows = cases()
    found = check_expectation(expectation(), rows, ROOMS, price(1.0, dip=20.0))
    wanted = [place for place, row in enumerate(rows) if row["city"] == "B" and float(row["rooms"]) <= 6]  # type: ignore[arg-type]
    assert [one.place for one in found.violations] == wanted
    for one in found.violations:
        assert float(one.after) > 6  # type: ignore[arg-type]
        assert one.before == rows[one.place]["rooms"]
        assert float(one.changed) < float(one.score)
    worst = worst_first(found, expectation(), 3)
    drops = [float(one.score) - float(one.changed) for one in found.violations]
    assert [float(one.score) - float(one.changed) for one in worst] == sorted(drops, reverse=True)[:3]


@pytest.mark.parametrize(
    ("changes", "violated"),
    [
        ({"segment": {"city": "A"}}, False), ({"segment": {"city": "B"}}, True), ({"bound": 19.5}, False),
        ({"bound": 10.0}, True),
    ],
)  # fmt: skip
def test_segment_and_bound_say_what_counts(changes, violated) -> None:
    rows = cases()
    found = check_expectation(expectation(**changes), rows, ROOMS, price(1.0, dip=20.0))
    assert bool(found.violations) is violated
    if segment := changes.get("segment"):
        assert found.checked == sum(row["city"] == segment["city"] for row in rows)


def test_another_category_may_not_change_the_score() -> None:
    fair = expectation(feature="city", direction="any", effect="unchanged")
    rows = cases(40)
    assert check_expectation(fair, rows, CITY, price(1.0)).violations == ()
    found = check_expectation(fair, rows, CITY, price(1.0, dip=5.0))
    assert len(found.violations) == sum(float(row["rooms"]) > 6 for row in rows)  # type: ignore[arg-type]


def test_classes_may_not_change() -> None:
    same = expectation(effect="unchanged")
    found = check_expectation(
        same, cases(30), ROOMS, lambda rows: ["big" if row["rooms"] == 10 else "small" for row in rows]
    )
    assert len(found.violations) == 30


def test_what_cannot_be_moved_is_not_checked() -> None:
    rows: list[Row] = [{"rooms": 10.0, "city": "A"}, {"rooms": None, "city": "A"}, {"rooms": 12.0, "city": "A"}]
    assert check_expectation(expectation(), rows, ROOMS, price(1.0)).checked == 0
    assert check_expectation(expectation(), cases(5), None, price(1.0)).checked == 0


@pytest.mark.parametrize(
    ("checked", "violated", "cases", "status"),
    [
        (0, 0, 0, "unknown"), (29, 0, 29, "unknown"), (100, 0, 100, "ok"), (100, 0, 5000, "unknown"),
        (500, 0, 5000, "ok"), (500, 4, 5000, "unknown"), (100, 2, 100, "warn"), (500, 40, 5000, "alert"),
    ],
)  # fmt: skip
def test_a_status_needs_the_interval_beyond_the_limit(checked, violated, cases, status) -> None:
    assert judge(checked, violated, cases, LIMITS).status == status


@given(violated=st.integers(0, 400))
def test_the_interval_is_that_of_wilson(violated) -> None:
    found = judge(400, violated, 9000, LIMITS)
    low, high = proportion_confint(violated, 400, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)
    assert found.share == violated / 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_expectation_has_words(language) -> None:
    data = card().data
    for direction, effect in (("up", "not_down"), ("down", "not_up"), ("any", "unchanged"), ("up", "unchanged")):
        text = in_words(expectation(feature="f0", direction=direction, effect=effect), data).in_language(language)
        assert ("QF0Q" if language == "en" else "ZF0Z") in text
    own = expectation(text={"en": "More rooms cost no less", "de": "Mehr Zimmer kosten nicht weniger"})
    assert in_words(own, data).in_language("de") == "Mehr Zimmer kosten nicht weniger"


def test_wording_does_not_change_what_checks_are_kept_under() -> None:
    assert expectation(text="a").key == expectation().key
    assert len({expectation().key, expectation(bound=1.0).key, expectation(segment={"city": "A"}).key}) == 3
