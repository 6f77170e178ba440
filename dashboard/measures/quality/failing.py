"""When checks failed: from the first failure after a pass to the next pass of the same check.

A check that is checked no longer neither fails nor passes any more: what became of what it found is not known.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from dashboard.measures.quality.unchecked import Unchecked


class Result(Protocol):
    """A result of a check: `which` check it is of, whether it passed, and when."""

    @property
    def which(self) -> Hashable:
        """What tells one check from another."""

    @property
    def passed(self) -> bool:
        """Whether the check passed."""

    @property
    def at(self) -> datetime:
        """When it was checked."""

    @property
    def unchecked(self) -> Unchecked | None:
        """Since when the check is checked no longer; of a last result that is a failure."""


R = TypeVar("R", bound=Result)


@dataclass(frozen=True)
class Failing(Generic[R]):
    """A check that failed from its `first` failure to its `last` one, until it passed (None: it has not since)."""

    first: R
    last: R
    passed_at: datetime | None

    @property
    def unchecked(self) -> Unchecked | None:
        """Since when nobody checks any more whether it still fails."""
        return self.last.unchecked if self.passed_at is None else None

    @property
    def goes_on(self) -> bool:
        """Whether it fails now, as far as anybody still checks it."""
        return self.passed_at is None and self.last.unchecked is None

    @property
    def known_until(self) -> datetime | None:
        """When it passed, or was checked no longer; None while it goes on."""
        return self.passed_at or (self.last.unchecked.since if self.last.unchecked else None)


def failing_runs(results: Iterable[R]) -> list[Failing[R]]:
    """The failures of each check, by begin; the results may come in any order."""
    found: list[Failing[R]] = []
    begun: dict[Hashable, tuple[R, R]] = {}
    for one in sorted(results, key=lambda result: result.at):
        if not one.passed:
            begun[one.which] = (begun.get(one.which, (one, one))[0], one)
        elif one.which in begun:
            found.append(Failing(*begun.pop(one.which), one.at))
    found += [Failing(first, last, None) for first, last in begun.values()]
    return sorted(found, key=lambda failing: failing.first.at)
