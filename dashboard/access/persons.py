"""What is open to a person: by the grants in the ledger, and by the models for which people and processes stand."""

from __future__ import annotations

from dashboard.access.principal import Principal
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import list_cards
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.grants import Grant, list_grants
from dashboard.store.organisation import get_organisation


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
