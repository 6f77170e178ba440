"""The smallest changes that turn a decision: of features that somebody could change, within what occurs in the data.

One feature at a time is tried on a grid of values that occur, then more finely between the last value that keeps the
decision and the first one that turns it; then two of the features together that do not turn it alone. At most three
calls of the model, at most MOST_ROWS rows each, and the same answer every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from dashboard.explanations.whatif.ranges import Numbers, Range
from dashboard.explanations.words.reasons import Given

Row = Mapping[str, Given]
Score = float | str
Scorer = Callable[[Sequence[Row]], Sequence[Score]]

MOST_ROWS = 5_000
MOST_FEATURES = 60
# Values between two of the grid, and values of each of two features tried together.
BETWEEN, OF_TWO = 9, 9
PAIRED = 7
MOST_FLIPS = 5


@dataclass(frozen=True)
class Change:
    """A feature, its value in the case, and another one."""

    feature: str
    before: Given
    after: Given


@dataclass(frozen=True)
class Flip:
    """One or two changes that turn the decision, the score that follows, and how far the changes go.

    `distance` is the share of the reference's rows that a number passes, or that have another category than the new
    one; that of two changes is their sum.
    """

    changes: tuple[Change, ...]
    score: Score
    distance: float


@dataclass(frozen=True)
class Search:
    """What was found, smallest changes first, the model's score of the case itself, how many rows were tried.

    `features` are those that were tried; none means that the card calls none changeable.
    """

    flips: tuple[Flip, ...]
    own: Score | None
    tried: int
    features: tuple[str, ...]


@dataclass(frozen=True)
class _Tried:
    changes: tuple[Change, ...]
    distance: float
    score: Score
    flips: bool


class _Bench:
    """Scores changed rows of one case and counts them."""

    def __init__(
        self, case: Row, ranges: Mapping[str, Range], score: Scorer, decision: Callable[[Score], object]
    ) -> None:
        self._case, self._ranges, self._score, self._decision = case, ranges, score, decision
        self.own: Score | None = None
        self.rows = 0

    def of(self, wanted: Sequence[tuple[Change, ...]]) -> list[_Tried]:
        """All of some changes in one call, the case itself first."""
        wanted = wanted[:MOST_ROWS]
        if not wanted:
            return []
        rows = [dict(self._case), *({**self._case, **{one.feature: one.after for one in some}} for some in wanted)]
        scores = list(self._score(rows))
        self.own, self.rows = scores[0], self.rows + len(wanted)
        kept = self._decision(scores[0])
        return [
            _Tried(some, self._distance(some), score, self._decision(score) != kept)
            for some, score in zip(wanted, scores[1:], strict=True)
        ]

    def _distance(self, changes: Sequence[Change]) -> float:
        return sum(self._ranges[one.feature].distance(one.before, one.after) for one in changes)


def find_flips(
    case: Row,
    changeable: Sequence[str],
    ranges: Mapping[str, Range],
    score: Scorer,
    decision: Callable[[Score], object],
) -> Search:
    """The smallest changes of one feature, or of two, that turn the decision; none where nothing is found.

    `score` gives the scores of rows in their order; `decision` what follows from a score. Only features in
    `changeable` with a known range are changed.
    """
    features = tuple(name for name in changeable if name in ranges and name in case)[:MOST_FEATURES]
    bench = _Bench(case, ranges, score, decision)
    single = bench.of([(change,) for name in features for change in _changes(name, case, ranges[name])])
    if bench.own is None:
        return Search((), None, 0, features)
    turned = _cheapest(single)
    finer = bench.of(list(_between(turned, single, ranges)))
    best = _cheapest([*single, *finer])
    rest = [name for name in features if name not in best]
    pairs = bench.of(list(_pairs(_promising(rest, single, bench.own), case, ranges)))
    found = [*best.values(), *_cheapest(pairs).values()]
    flips = [Flip(one.changes, one.score, one.distance) for one in found]
    flips.sort(key=lambda one: (len(one.changes), one.distance, [change.feature for change in one.changes]))
    return Search(tuple(flips[:MOST_FLIPS]), bench.own, bench.rows, features)


def _changes(feature: str, case: Row, known: Range, most: int | None = None) -> list[Change]:
    before = case[feature]
    values: list[Given] = [value for value in known.tried() if value != before]
    if most is not None and len(values) > most:
        places = (
            np.linspace(0, len(values) - 1, most).round().astype(int) if isinstance(known, Numbers) else range(most)
        )
        values = [values[place] for place in places]
    return [Change(feature, before, value) for value in values]


def _cheapest(tried: Sequence[_Tried]) -> dict[object, _Tried]:
    """Of what turns the decision the nearest for each feature or pair of features."""
    best: dict[object, _Tried] = {}
    for one in tried:
        names = tuple(change.feature for change in one.changes)
        place: object = names[0] if len(names) == 1 else names
        if one.flips and (place not in best or one.distance < best[place].distance):
            best[place] = one
    return best


def _between(
    turned: Mapping[object, _Tried], tried: Sequence[_Tried], ranges: Mapping[str, Range]
) -> Iterator[tuple[Change, ...]]:
    """Numbers between the nearest value that turns the decision and the last before it that does not."""
    for feature, found in turned.items():
        known = ranges[str(feature)]
        (change,) = found.changes
        before, after = change.before, change.after
        if not isinstance(known, Numbers) or not isinstance(before, float | int) or not isinstance(after, float | int):
            continue
        ends = sorted((float(before), float(after)))
        others = [one.changes[0].after for one in tried if one.changes[0].feature == feature]
        nearer = [other for other in others if isinstance(other, float | int) and ends[0] < other < ends[1]]
        last = min(nearer, key=lambda value: abs(value - after), default=before)
        for value in _finer(last, after, whole=known.whole):
            if value not in (before, after) and not known.outside(value):
                yield (Change(change.feature, before, value),)


def _finer(start: float, end: float, *, whole: bool) -> list[float]:
    """Numbers between two others, written with few digits."""
    inner = np.linspace(start, end, BETWEEN + 2)[1:-1]
    shown = np.round(inner) if whole else np.array([float(f"{value:.4g}") for value in inner])
    low, high = min(start, end), max(start, end)
    return [float(value) for value in np.unique(shown) if low <= value <= high]


def _promising(features: Sequence[str], tried: Sequence[_Tried], own: Score) -> list[str]:
    """The features that move a numeric score most, in that order; others in theirs."""
    moved = dict.fromkeys(features, 0.0)
    for one in tried:
        feature = one.changes[0].feature
        if feature in moved and not isinstance(one.score, str) and not isinstance(own, str):
            moved[feature] = max(moved[feature], abs(one.score - own))
    return sorted(features, key=lambda name: -moved[name])[:PAIRED]


def _pairs(features: Sequence[str], case: Row, ranges: Mapping[str, Range]) -> Iterator[tuple[Change, ...]]:
    for first, second in combinations(features, 2):
        yield from product(_changes(first, case, ranges[first], OF_TWO), _changes(second, case, ranges[second], OF_TWO))
