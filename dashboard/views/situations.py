"""The situation that a query asks about: what views of facts about people and risks start from."""

from __future__ import annotations

from dashboard.governance.situation.current import situation_on
from dashboard.governance.situation.situation import Situation
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.query import Query


def situation_of(store: Store, query: Query) -> tuple[Situation, list[str]]:
    """The situation that a query asks about, and its models; raises NotFoundError for an unknown one."""
    situation = situation_on(store, query.on, query.as_of, query.seen)
    if query.model is None:
        return situation, list(situation.cards)
    get_card(store, query.model, query.as_of)
    return situation, [query.model]
