"""How much each person carries: the models they answer for and the models they keep running, on any day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from dashboard.governance.situation.history import EXECUTIVE, KEEPERS, is_there
from dashboard.governance.situation.portfolio import CARRIED_STAGES, Assignment, Portfolio
from dashboard.governance.situation.situation import Situation


@dataclass
class Workload:
    """The models that a person, or the people of a team, carry, by how."""

    accountable: set[str] = field(default_factory=set)
    deputy: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    @property
    def carried(self) -> set[str]:
        """The models that are answered for or kept running."""
        return self.accountable | self.kept


def workloads_on(portfolio: Portfolio, day: date) -> dict[str, Workload]:
    """Compute the workload of each person on a day, registered or not."""
    found: dict[str, Workload] = defaultdict(Workload)
    active = {name for name, member in portfolio.members.items() if member.stage_on(day) in CARRIED_STAGES}
    for one in portfolio.assignments:
        if one.model_id in active and one.on(day):
            _add(found[one.person], one)
    return {person: load for person, load in found.items() if load.accountable or load.deputy or load.kept}


def load_of(portfolio: Portfolio, person: str, day: date) -> Workload:
    """Compute the workload of one person on a day."""
    load = Workload()
    for one in portfolio.by_person.get(person, ()):
        if one.on(day) and portfolio.members[one.model_id].stage_on(day) in CARRIED_STAGES:
            _add(load, one)
    return load


def _add(load: Workload, one: Assignment) -> None:
    if one.role == EXECUTIVE:
        load.accountable.add(one.model_id)
    elif one.role == "deputy":
        load.deputy.add(one.model_id)
    elif one.role in KEEPERS:
        load.kept.add(one.model_id)


def is_too_much(situation: Situation, load: Workload, models: int) -> bool:
    """Return whether `models` active models are too many for one person by config/accountability.yaml."""
    settings = situation.accountability.ownership
    carried = len(load.carried)
    if not carried:
        return False
    return (
        len(load.accountable) > settings.most_accountable
        or len(load.kept) > settings.most_kept
        or (carried >= settings.share_from and carried / models > settings.most_share)
    )


@dataclass
class TeamWorkload(Workload):
    """What the people of one team who are there carry together.

    Of the models they keep, `alone` are those that nobody of another team keeps, `on_one` those of a single person.
    """

    people: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    on_one: set[str] = field(default_factory=set)


def team_workloads_on(situation: Situation, portfolio: Portfolio, day: date) -> dict[str | None, TeamWorkload]:
    """Compute the workload of each team's current people on a day; None holds people without a stated team."""
    found: dict[str | None, TeamWorkload] = defaultdict(TeamWorkload)
    keepers: dict[str, set[str]] = defaultdict(set)
    for person, load in workloads_on(portfolio, day).items():
        if not is_there(situation, person, day):
            continue
        team = found[situation.organisation.people[person].team]
        team.people.add(person)
        team.accountable |= load.accountable
        team.deputy |= load.deputy
        team.kept |= load.kept
        for model_id in load.kept:
            keepers[model_id].add(person)
    for model_id, persons in keepers.items():
        teams = {situation.organisation.people[person].team for person in persons}
        if len(teams) == 1:
            only = found[teams.pop()]
            only.alone.add(model_id)
            only.on_one |= {model_id} if len(persons) == 1 else set()
    return dict(found)
