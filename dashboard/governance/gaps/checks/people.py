"""Gaps around the people of a model; docs/accountability.md has the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dashboard.governance.gaps.registry import Gap, gap_check
from dashboard.governance.ownership.required_roles import required_roles
from dashboard.governance.situation.history import (
    BEING_BUILT,
    EXECUTIVE,
    FROM_DESIGN_ON,
    KEEPERS,
    RUNNING,
    eased,
    holders_on,
    present_on,
    role_changes,
    since_when,
    stage_on,
)
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import ROLE_NAMES, ROLE_WORDS, RoleName
from dashboard.schema.severities import Severity
from dashboard.words import Sentence, mark

NOT_RETIRED = ("idea", *BEING_BUILT, *RUNNING)
BY_ROLE: dict[RoleName, Severity] = {EXECUTIVE: "high", "deputy": "medium", **dict.fromkeys(KEEPERS, "medium")}


@gap_check("no_accountable_executive")
def no_accountable_executive(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Nobody answers for the use of the predictions."""

    def missing(day: date) -> bool:
        return stage_on(situation, model_id, day) in NOT_RETIRED and not holders_on(
            situation, model_id, [EXECUTIVE], day
        )

    if missing(situation.day(model_id)):
        since = since_when(situation, model_id, missing, role_changes(situation, model_id, [EXECUTIVE]))
        reason = Sentence(mark("Nobody is accountable for the use of this model's predictions."))
        yield _gap(situation, model_id, "no_accountable_executive", "high", (since, reason))


@gap_check("no_deputy")
def no_deputy(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Nobody stands in for the accountable executive."""

    def missing(day: date) -> bool:
        return stage_on(situation, model_id, day) in FROM_DESIGN_ON and not holders_on(
            situation, model_id, ["deputy"], day
        )

    if missing(situation.day(model_id)):
        since = since_when(situation, model_id, missing, role_changes(situation, model_id, ["deputy"]))
        reason = Sentence(mark("The accountable executive has no deputy."))
        yield _gap(situation, model_id, "no_deputy", "medium", (since, reason))


@gap_check("unknown_person")
def unknown_person(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A role is held by a person whom nobody has registered."""
    people = situation.organisation.people
    for role in ROLE_NAMES:
        for person in situation.holders(model_id, role):
            if person in people:
                continue
            since = _held_since(situation, model_id, role, person)
            message = mark("{role} is “{person}”, who is not registered.")
            reason = Sentence(message, {"role": ROLE_WORDS[role], "person": person})
            yield from _of_role(situation, model_id, "unknown_person", role, (since, reason))


@gap_check("person_left")
def person_left(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A role is held by a person who has left the organisation."""
    day = situation.day(model_id)
    for role in ROLE_NAMES:
        for person in situation.holders(model_id, role):
            if not situation.has_left(person, day):
                continue
            known = situation.organisation.people[person]
            message = mark("{role} is {person}, who left on {day}.")
            reason = Sentence(message, {"role": ROLE_WORDS[role], "person": known.name, "day": known.end})
            since = _held_since(situation, model_id, role, person)
            yield from _of_role(situation, model_id, "person_left", role, (since, reason))


@gap_check("single_keeper")
def single_keeper(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Only one person who is there keeps the model running."""

    def alone(day: date) -> bool:
        return (
            stage_on(situation, model_id, day) in FROM_DESIGN_ON
            and len(present_on(situation, model_id, KEEPERS, day)) == 1
        )

    day = situation.day(model_id)
    if alone(day):
        keeper = present_on(situation, model_id, KEEPERS, day)[0]
        since = since_when(situation, model_id, alone, role_changes(situation, model_id, KEEPERS))
        message = mark("Only {person} trains, repairs and deploys this model.")
        reason = Sentence(message, {"person": situation.organisation.person_name(keeper)})
        yield _gap(situation, model_id, "single_keeper", "medium", (since, reason))


@gap_check("role_missing")
def role_missing(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A role that the model needs is held by nobody who is there."""
    checked_elsewhere = ({EXECUTIVE}, {"deputy"})
    for required in required_roles(situation, model_id):
        if set(required.roles) in checked_elsewhere:
            continue

        def missing(day: date, roles: tuple[RoleName, ...] = required.roles) -> bool:
            stage = stage_on(situation, model_id, day)
            return stage in FROM_DESIGN_ON and not present_on(situation, model_id, roles, day)

        if missing(situation.day(model_id)):
            since = since_when(situation, model_id, missing, role_changes(situation, model_id, required.roles))
            reason = Sentence(mark("A required role is vacant: {why}."), {"why": required.reason.message})
            yield _gap(situation, model_id, "role_missing", "high", (since, reason))


def _held_since(situation: Situation, model_id: str, role: RoleName, person: str) -> date | None:
    """The first day of the unbroken time in which a person holds a role without being there."""

    def held(day: date) -> bool:
        known = situation.organisation.people.get(person)
        gone = known is None or situation.has_left(person, day)
        return gone and person in holders_on(situation, model_id, [role], day)

    return since_when(situation, model_id, held, role_changes(situation, model_id, [role]))


def _of_role(
    situation: Situation, model_id: str, name: str, role: RoleName, cause: tuple[date | None, Sentence]
) -> Iterator[Gap]:
    if stage_on(situation, model_id, situation.day(model_id)) in NOT_RETIRED:
        yield _gap(situation, model_id, name, BY_ROLE.get(role, "low"), cause)


def _gap(
    situation: Situation, model_id: str, name: str, severity: Severity, cause: tuple[date | None, Sentence]
) -> Gap:
    """A gap with its severity by the model's stage and whom to ask; `cause` is since when, and the reason."""
    stage = stage_on(situation, model_id, situation.day(model_id))
    return Gap(model_id, name, eased(severity, stage), whom_to_ask(situation, model_id), *cause)
