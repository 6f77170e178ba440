"""How much each person carries: the models they answer for and the models they keep running, on any day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from dashboard.governance.situation.history import BEING_BUILT, EXECUTIVE, KEEPERS, RUNNING, is_there, stage_on
from dashboard.governance.situation.situation import Situation

CARRIED_STAGES = (*BEING_BUILT, *RUNNING)


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


def active_models(situation: Situation, day: date) -> list[str]:
    """The models that are built or run on a day."""

    def active() -> list[str]:
        return [model for model in situation.cards if stage_on(situation, model, day) in CARRIED_STAGES]

    return situation.cached(("active models", day), active, any_day=True)


def workloads_on(situation: Situation, day: date) -> dict[str, Workload]:
    """What each person carries on a day, whether the person is registered or not."""
    return situation.cached(("loads", day), lambda: _workloads(situation, day), any_day=True)


def _workloads(situation: Situation, day: date) -> dict[str, Workload]:
    found: dict[str, Workload] = defaultdict(Workload)
    for model_id in active_models(situation, day):
        for held in situation.roles.get(model_id, []):
            if not held.on(day):
                continue
            if held.role == EXECUTIVE:
                found[held.person].accountable.add(model_id)
            elif held.role == "deputy":
                found[held.person].deputy.add(model_id)
            elif held.role in KEEPERS:
                found[held.person].kept.add(model_id)
    return dict(found)


def is_too_much(situation: Situation, load: Workload, models: int) -> bool:
    """Whether a person carries too many of `models` active models by the settings in config/accountability.yaml."""
    settings = situation.accountability.ownership
    carried = len(load.carried)
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


def team_workloads_on(situation: Situation, day: date) -> dict[str | None, TeamWorkload]:
    """What the people of each team who are there carry on a day; None are those of whom no team is stated."""
    found: dict[str | None, TeamWorkload] = defaultdict(TeamWorkload)
    keepers: dict[str, set[str]] = defaultdict(set)
    for person, load in workloads_on(situation, day).items():
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
