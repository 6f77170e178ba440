"""Whether a model keeps an expectation: one feature of each sampled case is moved, and the score may not follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.explanations.rows.reading import is_value
from dashboard.explanations.whatif.flips import Row, Score, Scorer
from dashboard.explanations.whatif.ranges import Numbers, Range
from dashboard.explanations.words.reasons import Given
from dashboard.schema.card.expectations import Expectation

# Values that are tried for each case: numbers spread over those that occur, categories that occur most often.
STEPS = 6
# So many rows are scored in one call.
ROWS_AT_ONCE = 10_000
# Scores that are this near, as a part of the larger one, are the same but for rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Violation:
    """A case (its place among the rows), the value that was tried, the model's score of the case and of the change."""

    place: int
    before: Given
    after: Given
    score: Score
    changed: Score


@dataclass(frozen=True)
class Checked:
    """How many cases were checked, and the largest violation of each case that violates the expectation."""

    checked: int
    violations: tuple[Violation, ...]


def check_expectation(expectation: Expectation, rows: Sequence[Row], known: Range | None, score: Scorer) -> Checked:
    """Move the feature of each case to values that occur in the reference, and hold the scores against the expectation.

    Cases outside of the segment, without a value, or with no value beyond theirs in the direction are not checked.
    """
    moves = {place: _moves(expectation, row, known) for place, row in enumerate(rows) if _concerns(expectation, row)}
    moves = {place: values for place, values in moves.items() if values}
    places = list(moves)
    violations: list[Violation] = []
    at_once = max(1, ROWS_AT_ONCE // (STEPS + 1))
    for begin in range(0, len(places), at_once):
        chosen = places[begin : begin + at_once]
        changed = [
            {**rows[place], expectation.feature: value}
            for place in chosen
            for value in (rows[place][expectation.feature], *moves[place])
        ]
        scores = iter(score(changed))
        for place in chosen:
            own = next(scores)
            after = [(value, next(scores)) for value in moves[place]]
            value, found = max(after, key=lambda one: _excess(expectation, own, one[1]))
            if _excess(expectation, own, found) > 0:
                violations.append(Violation(place, rows[place][expectation.feature], value, own, found))
    return Checked(len(places), tuple(violations))


def _concerns(expectation: Expectation, row: Row) -> bool:
    return all(is_value(row.get(column), value) for column, value in expectation.segment.items())


def _moves(expectation: Expectation, row: Row, known: Range | None) -> Sequence[Given]:
    value = row.get(expectation.feature)
    if value is None or known is None:
        return []
    if not isinstance(known, Numbers):
        return [other for other in known.tried() if other != value][:STEPS]
    assert not isinstance(value, str)
    tried = [
        other
        for other in dict.fromkeys((known.low, *known.tried(), known.high))
        if (expectation.direction != "down" and other > value) or (expectation.direction != "up" and other < value)
    ]
    places = np.unique(np.linspace(0, len(tried) - 1, min(STEPS, len(tried))).round().astype(int))
    return [tried[place] for place in places] if tried else []


def _excess(expectation: Expectation, before: Score, after: Score) -> float:
    """By how much the score moves further than is expected, 0 where it does not."""
    if isinstance(before, str) or isinstance(after, str):
        return float(before != after)
    moved = after - before
    against = {"not_down": -moved, "not_up": moved, "unchanged": abs(moved)}[expectation.effect]
    rounding = ROUNDING * max(abs(before), abs(after))
    return max(0.0, against - expectation.bound) if against > expectation.bound + rounding else 0.0


def worst_first(checked: Checked, expectation: Expectation, most: int) -> list[Violation]:
    """The largest violations first, at most so many."""
    return sorted(checked.violations, key=lambda one: -_excess(expectation, one.score, one.changed))[:most]
