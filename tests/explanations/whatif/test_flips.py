"""The smallest changes that turn a decision, against trying everything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from dashboard.explanations.whatif.flips import MOST_ROWS, Row, Score, find_flips
from dashboard.explanations.whatif.ranges import Categories, Numbers

UP_TO = tuple(place / 20 for place in range(1, 21))
RANGES = {
    "age": Numbers(tuple(float(20 + 3 * place) for place in range(20)), UP_TO, 20.0, 77.0),
    "rate": Numbers(tuple(place / 10 for place in range(20)), UP_TO, 0.0, 1.9),
    "city": Categories({"A": 0.6, "B": 0.3, "C": 0.1}),
}
CASE: Row = {"age": 41.0, "rate": 0.5, "city": "A", "fixed": 1.0}


class Model:
    """A logistic score of weights, which counts its calls and rows."""

    def __init__(self, age: float, rate: float, city: dict[str, float], base: float = 0.0) -> None:
        self.weights, self.base = (age, rate, city), base
        self.calls: list[int] = []

    def one(self, row: Row) -> float:
        age, rate, city = self.weights
        raw = self.base + age * (float(row["age"]) - 41) + rate * (float(row["rate"]) - 0.5) + city[str(row["city"])]  # type: ignore[arg-type]
        return 1 / (1 + math.exp(-raw))

    def __call__(self, rows: Sequence[Row]) -> list[Score]:
        self.calls.append(len(rows))
        return [self.one(row) for row in rows]


def selected(score: Score) -> bool:
    return float(score) >= 0.5


WEIGHTS = st.floats(-0.3, 0.3)


@settings(max_examples=150, deadline=None)
@given(age=WEIGHTS, rate=st.floats(-3, 3), b=st.floats(-2, 2), c=st.floats(-2, 2), base=st.floats(-2, 2))
def test_what_is_found_turns_the_decision_with_the_nearest_value_that_does(age, rate, b, c, base) -> None:
    model = Model(age, rate, {"A": 0.0, "B": b, "C": c}, base)
    found = find_flips(CASE, ["age", "rate", "city"], RANGES, model, selected)
    assert len(model.calls) <= 3
    assert sum(model.calls) <= 3 * MOST_ROWS
    own = selected(model.one(CASE))
    for flip in found.flips:
        changed = {**CASE, **{change.feature: change.after for change in flip.changes}}
        assert flip.score == model.one(changed)
        assert selected(model.one(changed)) != own
        assert len({change.feature for change in flip.changes}) == len(flip.changes) <= 2
        for change in flip.changes:
            assert change.before == CASE[change.feature] != change.after
            assert not RANGES[change.feature].outside(change.after)
    singles = {flip.changes[0].feature: flip for flip in found.flips if len(flip.changes) == 1}
    for name, known in RANGES.items():
        turning = [value for value in known.tried() if selected(model.one({**CASE, name: value})) != own]
        assert (name in singles) == bool(turning)
        if turning:
            nearest = min(known.distance(CASE[name], value) for value in turning)
            assert singles[name].distance <= nearest + 1e-12
    distances = [(len(flip.changes), flip.distance) for flip in found.flips]
    assert distances == sorted(distances)
    again = find_flips(
        CASE, ["age", "rate", "city"], RANGES, Model(age, rate, {"A": 0.0, "B": b, "C": c}, base), selected
    )
    assert again == found


def test_numbers_are_found_between_the_values_of_the_grid() -> None:
    """The score turns at 46.3: the next whole number is 47, which is no value of the grid."""
    model = Model(1.0, 0.0, dict.fromkeys("ABC", 0.0), -5.3)
    (flip,) = find_flips(CASE, ["age"], RANGES, model, selected).flips
    assert flip.changes[0].after == 47.0


def test_two_changes_are_found_where_one_does_not_do() -> None:
    def both(rows: Sequence[Row]) -> list[Score]:
        return [0.9 if float(row["age"]) > 60 and row["city"] == "C" else 0.1 for row in rows]  # type: ignore[arg-type]

    (flip,) = find_flips(CASE, ["age", "city"], RANGES, both, selected).flips
    assert [change.feature for change in flip.changes] == ["age", "city"]
    assert flip.changes[1].after == "C"


@pytest.mark.parametrize("changeable", [[], ["fixed"], ["unknown"]])
def test_only_what_is_changeable_and_known_is_changed(changeable) -> None:
    model = Model(1.0, 1.0, dict.fromkeys("ABC", 0.0))
    found = find_flips(CASE, changeable, RANGES, model, selected)
    assert (found.flips, found.features, found.tried) == ((), (), 0)
    assert model.calls == []


def test_none_found_is_an_answer_with_what_was_tried() -> None:
    found = find_flips(CASE, ["age", "city"], RANGES, lambda rows: [0.1] * len(rows), selected)
    grid = [len([value for value in RANGES[name].tried() if value != CASE[name]]) for name in ("age", "city")]
    assert found.flips == ()
    assert found.own == 0.1
    assert found.tried >= sum(grid)


def test_classes_turn_too_and_missing_values_are_filled() -> None:
    case = {**CASE, "age": None}
    found = find_flips(
        case,
        ["age"],
        RANGES,
        lambda rows: ["old" if (row["age"] or 0) > 50 else "young" for row in rows],
        lambda one: one,
    )  # type: ignore[operator]
    assert found.own == "young"
    assert found.flips[0].score == "old"


def test_values_that_occur_are_told_from_others() -> None:
    assert [RANGES["age"].outside(value) for value in (19.9, 20.0, 77.0, 77.1, None)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert [RANGES["city"].outside(value) for value in ("A", "X", None)] == [False, True, False]
    pairs = list(product(RANGES["age"].tried(), repeat=2))
    assert all(RANGES["age"].distance(*pair) == RANGES["age"].distance(*pair[::-1]) for pair in pairs)
