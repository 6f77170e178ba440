"""When checks of a dataset failed: from the first failure after a pass to the next pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.lineage.facts import Check


@dataclass(frozen=True)
class Failure:
    """A check that failed from `first` on, until it passed on `passed_on` (None: it still fails). Days are UTC."""

    column: str | None
    assertion: str
    first: date
    passed_on: date | None

    @property
    def check(self) -> str:
        """What was checked: the assertion, behind its column where it has one."""
        return f"{self.column}: {self.assertion}" if self.column else self.assertion


def failures(checks: Sequence[Check]) -> list[Failure]:
    """The failures of each check of one dataset, by begin; `checks` are its results in any order."""
    found: list[Failure] = []
    open_since: dict[tuple[str | None, str], date] = {}
    for check in sorted(checks, key=lambda one: one.at):
        which, day = (check.column, check.assertion), check.at.date()
        if not check.passed:
            open_since.setdefault(which, day)
        elif which in open_since:
            found.append(Failure(*which, open_since.pop(which), day))
    found += [Failure(*which, first, None) for which, first in open_since.items()]
    return sorted(found, key=lambda one: (one.first, one.check))
