"""The answer of the page in a sentence: what something rests on, what of it failed, and what that touches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.charts.look import STATUSES
from dashboard.lineage.names import kind_of
from dashboard.ui.panels.lineage.health import Health, is_failing, worst
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.lineage.stages import SOURCE
from dashboard.ui.session.language import say
from dashboard.ui.widgets.answers import Answer


@dataclass(frozen=True)
class Ground:
    """What the answer is about: the stages and owners of the tables, and how they are doing.

    `order` are the failing nodes, those first that touch most; `touched` the predictions made since `since`.
    """

    stages: Mapping[str, int]
    owners: Mapping[str, Collection[str]]
    health: Mapping[str, Health]
    touched: int | None = None
    since: date | None = None
    order: Sequence[str] = ()

    @property
    def tables(self) -> list[str]:
        """The tables of sources."""
        return sorted(one for one, stage in self.stages.items() if kind_of(one) == "dataset" and stage == SOURCE)

    @property
    def failing(self) -> list[str]:
        """The tables and steps that fail or are late now, the worst first."""
        data = (one for one in self.health if kind_of(one) in ("dataset", "job") and is_failing(one, self.health))
        found = sorted(data, key=lambda one: (STATUSES.index(self.health[one].status), one))
        known, first = set(found), set(self.order)
        order = [*(one for one in self.order if one in known), *(one for one in found if one not in first)]
        return sorted(order, key=lambda one: STATUSES.index(self.health[one].status))

    @property
    def unchecked(self) -> list[str]:
        """The tables of which nobody reports a check."""
        data = (one for one in self.health if kind_of(one) == "dataset")
        return sorted(one for one in data if self.health[one].status == "unknown")


def answer(ground: Ground, subject: str, names: Names) -> Answer:
    """What `subject` rests on, and what of it is not well."""
    teams = {owner for table in ground.tables for owner in ground.owners.get(table, ())}
    values = {
        "subject": subject,
        "tables": say("{n} source tables", n=len(ground.tables)),
        "teams": say("{n} teams", n=len(teams)),
    }
    if not ground.tables:
        first = say("{subject}: where the data come from is not known.", **values)
    elif teams:
        first = say("{subject} rests on {tables} of {teams}.", **values)
    else:
        first = say("{subject} rests on {tables}; nobody is named as their owner.", **values)
    further = [*_failing(ground, names)]
    if ground.unchecked:
        further.append(
            say("No check has been reported of {n} tables; they are not known to be well.", n=len(ground.unchecked))
        )
    known = [ground.health[one].status for one in ground.health if kind_of(one) in ("dataset", "job")]
    status = (
        ground.health[ground.failing[0]].status
        if ground.failing
        else "unknown"
        if not known or "ok" not in known
        else worst(known) or "unknown"
    )
    return Answer(status, first, tuple(further))


def _failing(ground: Ground, names: Names) -> list[str]:
    if not ground.failing:
        return []
    one, *others = ground.failing
    stated = [f"{names.of(one)}: {ground.health[one].reason}"]
    if others:
        stated.append(say("{n} more fail or are late: {names}.", n=len(others), names=names.listed(others)))
    if ground.touched is not None and ground.since is not None:
        stated.append(say("{n} predictions have been touched since {since}.", n=ground.touched, since=ground.since))
    return stated
