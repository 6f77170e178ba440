"""Who gives access to whom: nobody to themselves, and nobody more than they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import people_with
from dashboard.errors import ForbiddenError
from dashboard.store.grants import Grant, list_grants
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.access import EndedLogins, NewGrant
    from dashboard.actions.registry import Call


def not_for_oneself(call: Call, payload: NewGrant) -> None:
    """Nobody grants rights to themselves; raises ForbiddenError."""
    if call.principal.person == payload.person:
        others = people_with(call.store, ("admin",), payload.person)
        message = mark("You cannot change your own access; another administrator may: {people}.")
        raise ForbiddenError(Sentence(message, {"people": others}))


def within_own_limits(call: Call, payload: NewGrant) -> None:
    """Who sees the models of some processes and teams gives access to those only, and to nobody who sees others.

    Otherwise they would see through somebody else, or take away what others gave. Raises ForbiddenError.
    """
    if call.principal.models is None:
        return
    grants = list_grants(call.store)
    own = grants[call.person].grant if call.principal.person in grants else Grant("")
    before = grants[payload.person].grant if payload.person in grants else Grant(payload.person)
    wanted = Grant(payload.person, payload.roles, payload.processes, payload.teams)
    if not (_within(wanted, own) and _within(before, own)):
        values = {"people": people_with(call.store, ("admin",), call.principal.person)}
        message = mark(
            "You see the models of some processes and teams only, so you give access to these only, and change the "
            "access of nobody who sees others; another administrator may: {people}."
        )
        raise ForbiddenError(Sentence(message, values))


def _within(grant: Grant, own: Grant) -> bool:
    """Whether a grant opens no more than another one; without roles it opens nothing."""
    if not grant.roles:
        return True
    stated = bool(grant.processes or grant.teams)
    return stated and set(grant.processes) <= set(own.processes) and set(grant.teams) <= set(own.teams)


def oneself_or_admin(call: Call, payload: EndedLogins) -> None:
    """Everybody ends their own logins, an administrator everybody's; raises ForbiddenError."""
    if call.principal.person != payload.person and "admin" not in call.principal.roles:
        values = {"people": people_with(call.store, ("admin",), call.principal.person)}
        message = mark("You can end your own logins only; an administrator ends those of others: {people}.")
        raise ForbiddenError(Sentence(message, values))
