"""When checks failed: from the first failure after a pass to the next pass of the same check."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar


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


R = TypeVar("R", bound=Result)


@dataclass(frozen=True)
class Failing(Generic[R]):
    """A check that failed from its `first` failure to its `last` one, until it passed (None: it still fails)."""

    first: R
    last: R
    passed_at: datetime | None


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
