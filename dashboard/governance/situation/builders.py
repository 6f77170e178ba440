"""Who builds a model: nobody approves what they built themselves."""

from __future__ import annotations

from datetime import datetime

from dashboard.governance.situation.lifetimes import local_day
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store

BUILDER_ROLES: tuple[RoleName, ...] = (
    "data_engineer",
    "data_scientist",
    "software_engineer",
    "ml_engineer",
    "backend_engineer",
)
BUILDING = ("trained", "deployed", "repaired")


def builds(store: Store, model_id: str, person: str | None) -> bool:
    """Return whether a person builds a model today (four eyes); raises NotFoundError for an unknown model."""
    get_card(store, model_id)
    return person in builders_at(Situation(store, seen=frozenset({model_id})), model_id, now())


def builders_at(situation: Situation, model_id: str, moment: datetime) -> set[str]:
    """List who held a building role on the day of an instant, or trained, deployed or repaired the model until then."""
    day = local_day(situation, model_id, moment)
    found = {person for role in BUILDER_ROLES for person in situation.holders_on(model_id, role, day)}
    for event in situation.events(model_id, "work"):
        content, happened = event.content, event.happened_at
        if happened <= moment and content["activity"] in BUILDING:
            found.add(str(content["person"]))
    return found
