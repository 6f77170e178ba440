"""Failed checks that are checked no longer: nobody can say of them whether what they found still holds.

Either their tool has run on without them, or no result came for far longer than they usually take.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from dashboard.measures.quality.rhythm import longest_wait_of

# So long after the last result nothing is due any more: this many times what is not late yet.
LONG_OVERDUE = 2


@dataclass(frozen=True)
class Unchecked:
    """Since when (UTC) a check is checked no longer: its tool ran without it (`left_out`), or nothing came at all."""

    since: datetime
    because: Literal["left_out", "overdue"]


@dataclass(frozen=True)
class CheckingRun:
    """One run of a tool over a data set: when it ended (UTC), and which checks it made.

    `tool` tells the runs of one tool from those of others; None where nobody says whose it is: then runs belong
    together that have a check in common. One that is not `whole` may have left out anything.
    """

    at: datetime
    checks: frozenset[Hashable]
    tool: Hashable | None = None
    whole: bool = True


def unchecked_of(which: Hashable, runs: Sequence[CheckingRun], heard_at: datetime) -> Unchecked | None:
    """Since when a check is checked no longer, by the runs over its data set; None while it is, or nothing tells.

    A tool may always have left a check out of some of its runs: one more such run in a row than ever before counts.
    `heard_at` is the newest instant of which anything is known: silence of everything says nothing of one check.

    >>> from datetime import UTC
    >>> day = lambda number, *checks: CheckingRun(datetime(2024, 1, number, tzinfo=UTC), frozenset(checks), "dbt")
    >>> unchecked_of("a", [day(1, "a", "b"), day(2, "b"), day(3, "b")], datetime(2024, 1, 3, tzinfo=UTC)).since.day
    2
    >>> unchecked_of("a", [day(1, "a"), day(2, "b"), day(3, "a"), day(4, "b")], datetime(2024, 1, 4, tzinfo=UTC))
    """
    ordered = sorted(runs, key=lambda run: (run.at, sorted(map(str, run.checks))))
    mine = [run for run in ordered if which in run.checks]
    if not mine:
        return None
    own = [run for run in ordered if which in run.checks or (run.whole and _is_same_tool(run, mine[-1]))]
    places = [place for place, run in enumerate(own) if which in run.checks]
    longest = max((later - earlier - 1 for earlier, later in pairwise(places)), default=0)
    after = own[places[-1] + 1 :]
    if len(after) > longest:
        return Unchecked(after[longest].at, "left_out")
    return _overdue([run.at for run in mine], heard_at)


def runs_of_results(results: Sequence[tuple[datetime, Hashable]]) -> list[CheckingRun]:
    """The runs that results (when, which check) came from, where nobody says: a run makes each check once.

    A pause of more than an hour also ends a run.
    """
    found: list[CheckingRun] = []
    checks: set[Hashable] = set()
    last: datetime | None = None
    for at, which in sorted(results, key=lambda result: (result[0], str(result[1]))):
        if last is not None and (which in checks or at - last > timedelta(hours=1)):
            found.append(CheckingRun(last, frozenset(checks)))
            checks = set()
        checks.add(which)
        last = at
    return [*found, CheckingRun(last, frozenset(checks))] if last is not None else found


def _is_same_tool(run: CheckingRun, last: CheckingRun) -> bool:
    return run.tool == last.tool if last.tool is not None else run.tool is None and bool(run.checks & last.checks)


def _overdue(came: Sequence[datetime], heard_at: datetime) -> Unchecked | None:
    longest = longest_wait_of([at.date() for at in came])
    if longest is None:
        return None
    since = came[-1] + timedelta(days=LONG_OVERDUE * longest + 1)
    return Unchecked(since, "overdue") if heard_at >= since else None
