"""How many cases keep their score and change their main reason, and what the main reasons of a period are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.measures.intervals import wilson

# Scores that are nearer than this part of their standard deviation are kept.
KEPT_WITHIN = 0.1


@dataclass(frozen=True)
class Explained:
    """A case as one version explains it: its score and the contribution of each feature."""

    score: float | str
    contributions: Mapping[str, float]

    @property
    def main_reason(self) -> str | None:
        """The feature that moves the raw score most, None where nothing does; of equals the first."""
        found = max(self.contributions, key=lambda name: abs(self.contributions[name]), default=None)
        return found if found is not None and self.contributions[found] else None


@dataclass(frozen=True)
class ReasonChanges:
    """Of `rows` cases, how many keep their score, and of those how many change their main reason (95 % interval)."""

    rows: int
    kept: int
    changed: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        """The share of the cases with kept score whose main reason is another one."""
        return self.changed / self.kept if self.kept else None


def reason_changes(before: Sequence[Explained], after: Sequence[Explained]) -> ReasonChanges:
    """Compare the same cases, in the same order, as two versions explain them.

    A number is kept within a tenth of the standard deviation of the scores before, a class where it is the same.
    """
    numbers = [one.score for one in before if not isinstance(one.score, str)]
    room = KEPT_WITHIN * float(np.std(numbers)) if numbers else 0.0
    pairs = list(zip(before, after, strict=True))
    kept = [(first, second) for first, second in pairs if _is_kept(first.score, second.score, room)]
    changed = sum(first.main_reason != second.main_reason for first, second in kept)
    low, high = wilson(changed / len(kept), len(kept)) if kept else (None, None)
    return ReasonChanges(len(pairs), len(kept), changed, low, high)


def _is_kept(before: float | str, after: float | str, room: float) -> bool:
    if isinstance(before, str) or isinstance(after, str):
        return before == after
    return abs(before - after) <= room


@dataclass(frozen=True)
class Importance:
    """Of a feature in some cases: share of the mean absolute contribution, and of cases whose main reason it is."""

    feature: str
    importance: float
    main: float


def importances(cases: Sequence[Explained]) -> list[Importance]:
    """The importance of each feature in some cases, the most important first; nothing without contributions."""
    if not cases:
        return []
    names = list(cases[0].contributions)
    sizes = np.array([[abs(case.contributions[name]) for name in names] for case in cases]).mean(axis=0)
    whole = float(sizes.sum())
    if not whole > 0:
        return []
    main = Counter(case.main_reason for case in cases)
    found = [
        Importance(name, float(size) / whole, main[name] / len(cases)) for name, size in zip(names, sizes, strict=True)
    ]
    return sorted(found, key=lambda one: -one.importance)


def least_changed(before: Sequence[Importance], after: Sequence[Importance]) -> float:
    """The least share of cases whose main reason must be another one (total variation distance of the shares)."""
    first = {one.feature: one.main for one in before}
    second = {one.feature: one.main for one in after}
    return sum(abs(first.get(name, 0.0) - second.get(name, 0.0)) for name in first | second) / 2


def chance_of_change(reasons: Sequence[Importance], rows: int) -> float:
    """What `least_changed` hardly exceeds where two samples of so many cases have the same main reasons.

    The mean of the distance plus two of its standard deviations, each share being nearly normal: the difference of two
    shares has variance 2 p (1 - p) / n, and the mean of its size is sqrt(2 / pi) of its deviation.
    """
    variances = [2 * one.main * (1 - one.main) / rows for one in reasons if rows]
    mean = sum(math.sqrt(2 / math.pi * variance) for variance in variances) / 2
    spread = math.sqrt(sum((1 - 2 / math.pi) * variance for variance in variances)) / 2
    return min(1.0, mean + 2 * spread)
