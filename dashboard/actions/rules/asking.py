"""Ask the rights and rules of an action for something that says the same in another way, and name who may do it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashboard.access.rights import check_open
from dashboard.actions.registry import ACTIONS, Call, Payload
from dashboard.errors import ForbiddenError
from dashboard.schema.access import AccessRole
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.grants import list_grants
from dashboard.store.organisation import get_organisation

NAMED = 5
NOBODY = "–"


def ask(call: Call, action: str, payload: Payload | None) -> None:
    """Raise ForbiddenError when a principal could not do this by the action itself.

    Without a payload only the rights are asked, as the rules have nothing to look at.
    """
    found = ACTIONS.get(action)
    check_open(call.principal, found)
    for rule in found.rights.rules if payload is not None else ():
        rule(replace(call, action=action), payload)


def lets(call: Call, action: str, payload: Payload | None) -> bool:
    """Return whether `ask` finds nothing against it."""
    try:
        ask(call, action, payload)
    except ForbiddenError:
        return False
    return True


def rules_let(call: Call, action: str, payload: Payload) -> bool:
    """Return whether the rules of an action have nothing against it, whoever it is open to."""
    try:
        for rule in ACTIONS.get(action).rights.rules:
            rule(replace(call, action=action), payload)
    except ForbiddenError:
        return False
    return True


def people_with(store: Store, roles: Iterable[AccessRole], besides: str | None = None) -> str:
    """The names of those who have one of the roles in the program and are there, at most five; a dash for nobody."""
    organisation, wanted, today = get_organisation(store), set(roles), now().date()
    found = []
    for person, recorded in list_grants(store).items():
        known = organisation.people.get(person)
        there = known is not None and (known.end is None or known.end >= today)
        if there and person != besides and wanted & set(recorded.grant.roles):
            found.append(person)
    return named(store, found)


def named(store: Store, people: Iterable[str]) -> str:
    """The names of people, at most five; a dash for nobody."""
    organisation = get_organisation(store)
    names = [organisation.person_name(one) for one in people]
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "") or NOBODY
