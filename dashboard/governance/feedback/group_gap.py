"""What an answer changed for a protected group: its gap to everybody else, before and with the version that answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.measures.judging.fairness import JudgedGap, judge_gaps
from dashboard.profiles.windows import Profiles
from dashboard.schema.config.thresholds import FairnessThresholds


@dataclass(frozen=True)
class GapChange:
    """The gap of a group in a metric of fairness before and after, counted in the direction that it had before.

    `low` and `high` are the 95 % interval of the difference (after less before), by the intervals of both gaps (Zou and
    Donner 2008); the numbers are labelled cases of the group.
    """

    metric: str
    before: float
    after: float
    low: float
    high: float
    cases_before: int
    cases_after: int

    @property
    def smaller(self) -> bool:
        """Return whether the group is nearer to everybody else than before."""
        return abs(self.after) < abs(self.before)


def gap_change(
    group: tuple[str, str],
    versions: tuple[Sequence[str], str],
    profiles: Profiles,
    limits: FairnessThresholds,
) -> GapChange | None:
    """How the gap of a group (column, value) changed from the earlier versions to the one that answers, over all cases.

    In the judged metric whose gap was widest before, measured by its limit. None where either gap is not known.
    """
    earlier, later = versions
    before = _gaps(group, earlier, profiles, limits)
    after = _gaps(group, [later], profiles, limits)
    known = [name for name in before if name in after]
    if not known:
        return None
    metric = max(known, key=lambda name: before[name].excess)
    old, new = before[metric], after[metric]
    sign = 1 if old.gap >= 0 else -1
    ends = [sorted((sign * one.low, sign * one.high)) for one in (old, new)]
    value, changed = sign * old.gap, sign * new.gap
    difference = changed - value
    low = difference - math.hypot(changed - ends[1][0], ends[0][1] - value)
    high = difference + math.hypot(ends[1][1] - changed, value - ends[0][0])
    return GapChange(metric, value, changed, low, high, old.groups.labelled, new.groups.labelled)


def _gaps(
    group: tuple[str, str], versions: Sequence[str], profiles: Profiles, limits: FairnessThresholds
) -> dict[str, JudgedGap]:
    """The judged gaps of a group by metric, those with an interval."""
    column, value = group
    found = [one for version in versions for one in profiles.read(("outcomes",), None, version, (column, None))]
    if not found:
        return {}
    return {
        one.metric: one
        for one in judge_gaps({column: found}, profiles, limits)
        if one.groups.group == value
        and one.limit is not None
        and all(math.isfinite(end) for end in (one.gap, one.low, one.high))
    }
