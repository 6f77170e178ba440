"""Who acts or asks: as the ledger names them, the person if one is known, and what is open to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.schema.access import EVERYBODY
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import list_cards
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.grants import Grant, list_grants
from dashboard.store.organisation import get_organisation

ANYBODY = "anybody"
# How the ledger names people by what brought them in: `login:anna`, `switcher:anna`, `cli:root as anna`.
ACTS_AS = " as "
PERSONAL_WAYS = ("login", "switcher")


@dataclass(frozen=True)
class Principal:
    """A person, a program or the operator of this machine.

    `roles` are those of the program (schema/access.py). `scopes` is None unless a token acts, which then needs the
    scope of what it does as well, or nobody has logged in. `models` is None where every model may be seen. `operates`
    is true of who runs this machine, and of programs with a token in nobody's name: they bring what the organisation
    decided elsewhere. `at_command_line` is true of who runs this machine's command line, and of nobody else.
    """

    actor: str
    person: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    models: frozenset[str] | None = None
    operates: bool = False
    at_command_line: bool = False

    def sees(self, model_id: str) -> bool:
        """Whether a model exists for them."""
        return self.models is None or model_id in self.models


def operator(actor: str) -> Principal:
    """Somebody to whom everything is open: who runs this machine's command line, and the program itself."""
    return Principal(actor, roles=EVERYBODY, operates=True, at_command_line=True)


def anybody() -> Principal:
    """Whoever reaches a server without login that others can reach: they read what is not for administrators."""
    return Principal(ANYBODY, roles=EVERYBODY - {"admin"}, scopes=frozenset({"read"}))


def person_principal(store: Store, person: str, actor: str, claimed: frozenset[str] = frozenset()) -> Principal:
    """A person with the roles granted in the ledger and those `claimed` by the login provider, as they are now.

    Nothing is open to a person who has left.
    """
    known = get_organisation(store).people.get(person)
    grants = list_grants(store)
    grant = grants[person].grant if person in grants else Grant(person)
    if known is not None and known.end is not None and known.end < now().date():
        return Principal(actor, person, models=frozenset())
    return Principal(actor, person, frozenset(grant.roles) | claimed, models=visible_models(store, grant))


def visible_models(store: Store, grant: Grant) -> frozenset[str] | None:
    """The models that a grant shows: those of its processes, and those for which people of its teams answer."""
    if not grant.processes and not grant.teams:
        return None
    cards = list_cards(store)
    return frozenset(model_id for model_id, recorded in cards.items() if shows(store, grant, recorded.card))


def shows(store: Store, grant: Grant, card: ModelCard) -> bool:
    """Whether a grant of some processes and teams shows a model with this card."""
    people = get_organisation(store).people
    teams = {people[holder.person].team for _, holder in card.roles.held() if holder.person in people}
    return card.business.process in grant.processes or bool(teams & set(grant.teams))


def would_see(store: Store, principal: Principal, card: ModelCard) -> bool:
    """Whether a principal would see a model with this card."""
    grants = list_grants(store)
    if principal.models is None:
        return True
    return principal.person in grants and shows(store, grants[principal.person].grant, card)


def person_behind(actor: str) -> str | None:
    """The person behind an actor of the ledger; None for the operator, and for programs in their own right."""
    account, _, person = actor.partition(ACTS_AS)
    kind, _, name = account.partition(":")
    return person or (name if kind in PERSONAL_WAYS else None)


def holds_on(start: date | None, end: date | None, day: date) -> bool:
    """Whether a span of days, inclusive and open where None, holds a day."""
    return (start is None or start <= day) and (end is None or day <= end)
