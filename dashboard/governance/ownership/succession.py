"""Who could take over a role of a model: those who worked on it, those in the same role elsewhere, the team."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dashboard.governance.situation.history import EXECUTIVE, KEEPERS, present_on
from dashboard.governance.situation.lifetimes import local_day
from dashboard.governance.situation.portfolio import Portfolio
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import ROLE_WORDS, RoleName
from dashboard.words import Sentence, mark

SUGGESTED = 3
# The roles of the business side: who builds or keeps models does not take them, so that nobody judges their own work.
BUSINESS: tuple[RoleName, ...] = ("business_stakeholder", "domain_expert")
OF_THE_BUSINESS = (EXECUTIVE, "deputy", *BUSINESS)


@dataclass(frozen=True)
class Candidate:
    """A person who could take over, and why."""

    person: str
    reason: Sentence


@dataclass(frozen=True)
class Departure:
    """What a model loses when a person leaves a role; `alone` = nobody who is there holds it (or keeps it) besides."""

    person: str
    model_id: str
    role: RoleName
    alone: bool


def departures(situation: Situation, model_id: str) -> list[Departure]:
    """List what the model would lose with every holder of a role on the day."""
    day, found = situation.day(model_id), []
    for held in situation.roles.get(model_id, []):
        if not held.on(day):
            continue
        alike = KEEPERS if held.role in KEEPERS else (held.role,)
        others = [person for person in present_on(situation, model_id, alike, day) if person != held.person]
        found.append(Departure(held.person, model_id, held.role, not others))
    return list(dict.fromkeys(found))


def next_best(
    situation: Situation, portfolio: Portfolio, model_id: str, role: RoleName, without: Iterable[str] = ()
) -> list[Candidate]:
    """Suggest up to three people for a role, best first; nobody who holds it, has left, or is among `without`.

    The deputy comes first for the executive, stakeholders and domain experts of the model first for roles of the
    business. Then: recorded work on this model (most first), the same role for another model, the teams behind the
    role. Executives are looked for among executives, and who keeps models takes no role of the business.
    """
    day = situation.day(model_id)
    barred = {*without, *situation.holders(model_id, role)}
    if role in OF_THE_BUSINESS:
        barred |= portfolio.active_holders_on(KEEPERS, day)
    if role == "deputy":
        barred |= set(situation.holders(model_id, EXECUTIVE))
    found: dict[str, Candidate] = {}
    for person, reason in _ranked(situation, portfolio, model_id, role):
        known = situation.present(person, day)
        if person in barred or person in found or known is None:
            continue
        if role == EXECUTIVE and not known.executive and reason.message != STANDS_IN:
            continue
        found[person] = Candidate(person, reason)
        if len(found) == SUGGESTED:
            break
    return list(found.values())


STANDS_IN = mark("already acts for the executive")
WORKED = mark("worked on this model, {n} entries, last on {day}")
SAME_ROLE = mark("is {role} of {n} other models")
HERE_ALREADY = mark("is {role} of this model")
SAME_TEAM = mark("is in the team {team}")


def _ranked(
    situation: Situation, portfolio: Portfolio, model_id: str, role: RoleName
) -> Iterator[tuple[str, Sentence]]:
    if role == EXECUTIVE:
        for person in situation.holders(model_id, "deputy"):
            yield person, Sentence(STANDS_IN)
    for known in BUSINESS if role in OF_THE_BUSINESS else ():
        for person in situation.holders(model_id, known):
            yield person, Sentence(HERE_ALREADY, {"role": ROLE_WORDS[known]})
    yield from _workers(situation, model_id)
    for person, models in _elsewhere(situation, portfolio, model_id, role):
        yield person, Sentence(SAME_ROLE, {"role": ROLE_WORDS[role], "n": models})
    yield from _team(situation, model_id, role)


def _workers(situation: Situation, model_id: str) -> list[tuple[str, Sentence]]:
    done: dict[str, list[date]] = {}
    for event in situation.events(model_id, "work"):
        content = event.content
        done.setdefault(content["person"], []).append(local_day(situation, model_id, event.happened_at))
    ranked = sorted(done.items(), key=lambda entry: (-len(entry[1]), -max(entry[1]).toordinal(), entry[0]))
    return [(person, Sentence(WORKED, {"n": len(days), "day": max(days)})) for person, days in ranked]


def _elsewhere(situation: Situation, portfolio: Portfolio, model_id: str, role: RoleName) -> Iterator[tuple[str, int]]:
    """List who holds the role for other models, and for how many: teams behind it first, then most models first."""
    everywhere = portfolio.holders_on(role, situation.day(model_id))
    near, people = set(_teams(situation, model_id, role)), situation.organisation.people
    for wanted in (True, False):
        for person, models in everywhere:
            is_near = person in people and people[person].team in near
            if is_near == wanted and models - {model_id}:
                yield person, len(models - {model_id})


def _team(situation: Situation, model_id: str, role: RoleName) -> Iterator[tuple[str, Sentence]]:
    teams = situation.organisation.teams
    for team in _teams(situation, model_id, role):
        name: object = teams[team].name if team in teams else team
        for person in situation.organisation.people.values():
            if person.team == team:
                yield person.id, Sentence(SAME_TEAM, {"team": name})


def _teams(situation: Situation, model_id: str, role: RoleName) -> list[str]:
    """The teams of those who ever held this role, or one like it, and of the owner of the process."""
    organisation = situation.organisation
    alike = KEEPERS if role in KEEPERS else OF_THE_BUSINESS
    asked = [one.person for one in situation.roles.get(model_id, []) if one.role in alike]
    process = organisation.processes.get(situation.cards[model_id].business.process or "")
    if process is not None and process.owner and role not in KEEPERS:
        asked.append(process.owner)
    known = [organisation.people[person].team for person in asked if person in organisation.people]
    return list(dict.fromkeys(team for team in known if team))
