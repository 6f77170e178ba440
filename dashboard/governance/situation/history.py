"""A model on its way through time: its stage on a day, its first day, since when something is missing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.roles import ROLE_NAMES, RoleName
from dashboard.schema.severities import SEVERITIES, Severity

ONE_DAY = timedelta(days=1)
# The roles that keep a model running: they train, repair and deploy it.
KEEPERS: tuple[RoleName, ...] = (
    "data_engineer", "data_scientist", "software_engineer", "ml_engineer", "backend_engineer",
)  # fmt: skip
EXECUTIVE: RoleName = "accountable_executive"
RUNNING = ("production",)
BEING_BUILT = ("design", "development", "validation")
FROM_DESIGN_ON = (*BEING_BUILT, *RUNNING)


def card_on(situation: Situation, model_id: str, day: date) -> ModelCard:
    """The card in force at the end of a day; the first one for days before it."""
    history = situation.histories[model_id]
    if len(history) == 1:
        return history[0].card
    return history[max(bisect_right(card_days(situation, model_id), day) - 1, 0)].card


def stage_on(situation: Situation, model_id: str, day: date) -> str:
    """The stage of a model on a day; without one on its card it has the duties of production."""
    return card_on(situation, model_id, day).status or "production"


def stages_of(situation: Situation, model_id: str) -> list[tuple[date, str]]:
    """List the stages of a model with the day each began; the first stands for the days before it too."""
    found: dict[date, str] = {}
    for day, recorded in zip(card_days(situation, model_id), situation.histories[model_id], strict=True):
        found[day] = recorded.card.status or "production"
    return list(found.items())


def card_days(situation: Situation, model_id: str) -> list[date]:
    """The days on which a card was registered, in order."""

    def days() -> list[date]:
        card = situation.cards[model_id]
        return [card.local_day(recorded.recorded_at) for recorded in situation.histories[model_id]]

    return situation.cached(("card days", model_id), days, any_day=True)


def first_day(situation: Situation, model_id: str) -> date:
    """The first day about which anything dated is known of a model: training, deployment, role, event or card."""
    return situation.cached(("first day", model_id), lambda: _first_day(situation, model_id), any_day=True)


def _first_day(situation: Situation, model_id: str) -> date:
    card = situation.cards[model_id]
    days = [card_days(situation, model_id)[0]]
    days += [card.local_day(version.trained_at) for version in card.versions if version.trained_at]
    days += [deployment.start for version in card.versions for deployment in version.deployments]
    days += [held.start for held in situation.roles.get(model_id, []) if held.start]
    first_event = situation.first_events.get(model_id)
    return min([*days, *([card.local_day(first_event)] if first_event else [])])


def existed(situation: Situation, model_id: str, day: date) -> bool:
    """Return whether a model existed on a day: from the first day about which anything is known of it."""
    return day >= first_day(situation, model_id)


def since_when(
    situation: Situation, model_id: str, missing: Callable[[date], bool], changes: Iterable[date]
) -> date | None:
    """The first day of the unbroken time, up to the asked day, in which something is missing.

    `changes` are the days on which it may begin or end. What was always missing is missing since the model's first
    day; None when the asked day lies before it.
    """
    day, begun = situation.day(model_id), first_day(situation, model_id)
    days = {*changes, *card_days(situation, model_id), begun}
    since = None
    for change in sorted((one for one in days if one <= day), reverse=True):
        if not missing(change):
            return since
        since = change
        if not missing(change - ONE_DAY):
            return change
    return begun if begun <= day else None


def eased(severity: Severity, stage: str) -> Severity:
    """A severity for a model that is not in production yet: one step lower while it is built, low for an idea."""
    if stage in RUNNING:
        return severity
    lower = SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]
    return lower if stage in BEING_BUILT else "low"


def holders_on(situation: Situation, model_id: str, roles: Iterable[RoleName], day: date) -> list[str]:
    """List the holders of some roles on a day, each person once, registered or not."""
    wanted = set(roles)
    held = situation.roles.get(model_id, [])
    return list(dict.fromkeys(one.person for one in held if one.role in wanted and one.on(day)))


def present_on(situation: Situation, model_id: str, roles: Iterable[RoleName], day: date) -> list[str]:
    """List the holders of some roles who are registered and have not left by a day."""
    return [person for person in holders_on(situation, model_id, roles, day) if is_there(situation, person, day)]


def is_there(situation: Situation, person_id: str, day: date) -> bool:
    """Return whether a person is registered and has not left; a role may be held before its holder joins."""
    return person_id in situation.organisation.people and not situation.has_left(person_id, day)


def role_changes(situation: Situation, model_id: str, roles: Iterable[RoleName] = ROLE_NAMES) -> set[date]:
    """The days on which somebody takes or leaves one of some roles, or a holder leaves the organisation."""
    wanted, found = set(roles), set()
    for held in situation.roles.get(model_id, []):
        if held.role not in wanted:
            continue
        person = situation.organisation.people.get(held.person)
        ends = [held.end, person.end if person else None]
        found |= {end + ONE_DAY for end in ends if end is not None}
        found |= {held.start} if held.start else set()
    return found
