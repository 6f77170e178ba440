"""Faults of the data: runs of periods in which one check fails, from the first day until the last period."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.measures.quality.check import Check, Checked
from dashboard.measures.quality.checks import Windows


@dataclass(frozen=True)
class Fault:
    """A check that failed in windows of the log that follow each other, oldest first.

    `places` are the base periods from the first to the last day, `ongoing` tells that the latest window is among them.
    """

    failed: tuple[Checked, ...]
    places: slice
    ongoing: bool

    @property
    def check(self) -> Check:
        """The check that failed."""
        return self.failed[0].check

    @property
    def since(self) -> datetime:
        """The first day (hour) of the fault."""
        since = self.failed[0].since
        assert since is not None
        return since

    @property
    def affected(self) -> int:
        """All rows affected."""
        return sum(one.affected for one in self.failed)

    @property
    def rows(self) -> int:
        """All rows of the windows that were checked."""
        return sum(one.rows for one in self.failed)

    def key(self, model_id: str) -> str:
        """The id of the fault: what fails in which model, from which window on."""
        return fault_id(model_id, self.check.name, self.check.feature, self.failed[0].label)


def fault_id(model_id: str, check: str, feature: str | None, first: str) -> str:
    """The id of what fails in a model from a window on, by the label of that window."""
    parts = (model_id, check, feature or "", first)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def faults_of(found: Sequence[Checked], windows: Windows, starts: Sequence[datetime]) -> list[Fault]:
    """The faults that checks of windows show, each check for itself; windows that judge nothing end no run."""
    by_check: dict[int, list[Checked]] = {}
    for one in found:
        by_check.setdefault(id(one.check), []).append(one)
    ends = {name: places.stop for name, _, places in windows}
    faults: list[Fault] = []
    for judged in by_check.values():
        run: list[Checked] = []
        for one in judged:
            if one.fails:
                run.append(one)
            elif run:
                faults.append(_fault(run, ends, starts, ongoing=False))
                run = []
        if run:
            faults.append(_fault(run, ends, starts, ongoing=True))
    return sorted(faults, key=lambda fault: (fault.since, fault.check.name, fault.check.feature or ""))


def _fault(run: Sequence[Checked], ends: Mapping[str, int], starts: Sequence[datetime], *, ongoing: bool) -> Fault:
    since = run[0].since
    assert since is not None
    return Fault(tuple(run), slice(starts.index(since), ends[run[-1].label]), ongoing)
