"""Who answers for a model today."""

from __future__ import annotations

from dashboard.governance.situation.roles import roles_of
from dashboard.schema.card.roles import RoleName
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store

ANSWERING_ROLES: frozenset[RoleName] = frozenset({"accountable_executive", "deputy"})


def roles_held(store: Store, model_id: str, person: str | None) -> frozenset[RoleName]:
    """The roles that a person holds for a model today; raises NotFoundError for an unknown model."""
    today = get_card(store, model_id).local_day(now())
    return frozenset(held.role for held in roles_of(store, model_id) if held.person == person and held.on(today))


def answers_for(store: Store, model_id: str, person: str | None) -> bool:
    """Return whether a person is accountable for the use of a model or stands in for who is."""
    return bool(roles_held(store, model_id, person) & ANSWERING_ROLES)
