"""Where experts disagree with a model more than elsewhere: groups and ranges of features, each held to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.governance.feedback.agreement import JudgedCase
from dashboard.measures.contrasts import fisher_exact, holm
from dashboard.measures.intervals import wilson
from dashboard.profiles.cases import Value
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import FeatureLabel

# Fewer cases in a group, or beside it, say nothing.
FEWEST = 5
LEVEL = 0.05
# A numeric feature is cut into so many parts with about as many cases each.
PARTS = 3


@dataclass(frozen=True)
class HotSpot:
    """A group of random cases: `judged` of them, `wrong` by the experts; `others` beside it, of which `others_wrong`.

    `column` has the `value`, or lies from `lower` to `upper` (None: open). `low` and `high` are the 95 % interval of
    the share that is called wrong. `chance` is the p-value that group and others are alike, `of_all` the same in the
    light of all groups that were looked at (Holm).
    """

    column: str
    label: FeatureLabel
    value: str | None
    lower: float | None
    upper: float | None
    judged: int
    wrong: int
    others: int
    others_wrong: int
    low: float
    high: float
    chance: float
    of_all: float

    @property
    def stands_out(self) -> bool:
        """Return whether experts disagree here more than elsewhere, beyond chance."""
        return self.of_all < LEVEL and self.wrong * self.others > self.others_wrong * self.judged


@dataclass(frozen=True)
class _Group:
    column: str
    value: str | None
    lower: float | None
    upper: float | None
    inside: np.ndarray


def hot_spots(card: ModelCard, cases: Sequence[JudgedCase]) -> list[HotSpot]:
    """Every group of random cases with enough of them inside and outside; what stands out most comes first."""
    random = [case.of_random() for case in cases if case.random and case.logged is not None]
    wrong = np.array([not case.agreed for case in random], dtype=bool)
    groups = [group for group in _groups(card, random) if FEWEST <= int(group.inside.sum()) <= len(random) - FEWEST]
    chances = [_chance(group.inside, wrong) for group in groups]
    found = [
        _spot(card, group, wrong, chance, of_all)
        for group, chance, of_all in zip(groups, chances, holm(chances), strict=True)
    ]
    return sorted(found, key=lambda spot: (not spot.stands_out, spot.of_all, spot.chance, -spot.wrong / spot.judged))


def _chance(inside: np.ndarray, wrong: np.ndarray) -> float:
    return fisher_exact(int(wrong[inside].sum()), int(inside.sum()), int(wrong[~inside].sum()), int((~inside).sum()))


def _spot(card: ModelCard, group: _Group, wrong: np.ndarray, chance: float, of_all: float) -> HotSpot:
    judged, called = int(group.inside.sum()), int(wrong[group.inside].sum())
    low, high = wilson(called / judged, judged)
    others = ~group.inside
    return HotSpot(
        group.column, FeatureLabel(card.data, group.column), group.value, group.lower, group.upper,
        judged, called, int(others.sum()), int(wrong[others].sum()), low, high, chance, of_all,
    )  # fmt: skip


def _groups(card: ModelCard, cases: Sequence[JudgedCase]) -> Iterator[_Group]:
    for column in dict.fromkeys([*card.data.groups, *card.data.features]):
        values: list[Value] = [case.logged.values.get(column) if case.logged is not None else None for case in cases]
        feature = card.data.features.get(column)
        if column not in card.data.groups and feature is not None and feature.kind == "numeric":
            yield from _ranges(column, np.array([np.nan if one is None else float(one) for one in values]))
        else:
            written = np.array([canonical(one) or "" for one in values], dtype=object)
            for value in sorted(set(written) - {""}):
                yield _Group(column, value, None, None, written == value)


def _ranges(column: str, numbers: np.ndarray) -> Iterator[_Group]:
    """The parts of a numeric feature; equal numbers lie in one part."""
    known = numbers[np.isfinite(numbers)]
    if len(known) < PARTS * FEWEST:
        return
    cuts = sorted({float(np.quantile(known, part / PARTS)) for part in range(1, PARTS)})
    ends = [None, *cuts, None]
    for lower, upper in zip(ends, ends[1:], strict=False):
        inside = np.isfinite(numbers)
        if lower is not None:
            inside &= numbers > lower
        if upper is not None:
            inside &= numbers <= upper
        yield _Group(column, None, lower, upper, inside)
