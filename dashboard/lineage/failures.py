"""When checks of a dataset failed: from the first failure after a pass to the next pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dashboard.measures.quality.failing import failing_runs
from dashboard.measures.quality.unchecked import Unchecked

if TYPE_CHECKING:
    from dashboard.lineage.facts import Check


@dataclass(frozen=True)
class Failure:
    """A check that failed from `first` on, until it passed on `passed_on` (None: it has not since). Days are UTC.

    `last` is its newest result that was a failure; `unchecked` tells since when nobody checks it any more.
    """

    first: date
    passed_on: date | None
    last: Check

    @property
    def unchecked(self) -> Unchecked | None:
        """Since when nobody checks any more whether it still fails; None where it passed, or is checked."""
        return self.last.unchecked if self.passed_on is None else None

    @property
    def goes_on(self) -> bool:
        """Whether it fails now, as far as anybody still checks it."""
        return self.passed_on is None and self.unchecked is None

    @property
    def ends_on(self) -> date | None:
        """The day on which it passed, or from which on it was checked no longer; None while it goes on."""
        return self.passed_on or (self.unchecked.since.date() if self.unchecked else None)

    @property
    def check(self) -> str:
        """What was checked: the assertion, behind its column where it has one."""
        return f"{self.last.column}: {self.last.assertion}" if self.last.column else self.last.assertion


def failures(checks: Sequence[Check]) -> list[Failure]:
    """The failures of each check of one dataset, by begin; `checks` are its results in any order."""
    found = [
        Failure(one.first.at.date(), None if one.passed_at is None else one.passed_at.date(), one.last)
        for one in failing_runs(checks)
    ]
    return sorted(found, key=lambda one: (one.first, one.check))
