"""Who builds a model: nobody approves what they built themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dashboard.access.principal import person_behind
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
# Who gave a building role up less than so many days ago still judges their own work.
OWN_WORK_DAYS = 365


def builds(store: Store, model_id: str, person: str | None) -> bool:
    """Return whether a person builds a model today (four eyes); raises NotFoundError for an unknown model."""
    get_card(store, model_id)
    return person in builders_at(Situation(store, seen=frozenset({model_id})), model_id, now())


def builders_at(situation: Situation, model_id: str, moment: datetime) -> set[str]:
    """List who builds a model at an instant.

    Who held a building role on its day or within the year before, and who trained, deployed or repaired the model until
    then. Nobody is rid of their own work by giving a role up for a while.
    """
    day = local_day(situation, model_id, moment)
    found = {
        person
        for person, first, last in _spans(situation, model_id)
        if first <= day and day - last <= timedelta(days=OWN_WORK_DAYS)
    }
    for event in situation.events(model_id, "work"):
        content, happened = event.content, event.happened_at
        if happened <= moment and content["activity"] in BUILDING:
            found.add(str(content["person"]))
    return found


def _spans(situation: Situation, model_id: str) -> list[tuple[str, date, date]]:
    return situation.cached(("builders", model_id), lambda: list(_building(situation, model_id)), any_day=True)


def _building(situation: Situation, model_id: str) -> Iterator[tuple[str, date, date]]:
    """Every person in a building role with the first and last day: as it was held, and as it was known to be held.

    That somebody had left a role is believed from the day on which it was recorded, so that an end in the past, or a
    changed card, undoes nothing.
    """
    for held in situation.roles.get(model_id, []):
        if held.role in BUILDER_ROLES:
            yield held.person, held.start or date.min, held.end or date.max
    history = situation.histories[model_id]
    for place, recorded in enumerate(history[:-1]):
        begun, replaced = (local_day(situation, model_id, one.recorded_at) for one in history[place : place + 2])
        for role, holder in recorded.card.roles.held():
            if role in BUILDER_ROLES and (holder.end is None or holder.end >= begun):
                first = max(begun, holder.start or begun)
                yield holder.person, first, max(first, replaced) if holder.end is None else min(replaced, holder.end)
    for event in situation.events_of_any_day(model_id, "role"):
        content, ends = event.content, event.content.get("to") and not event.content.get("from")
        if ends and content["role"] in BUILDER_ROLES and person_behind(event.actor) is not None:
            recorded_on = local_day(situation, model_id, event.recorded_at)
            yield str(content["person"]), recorded_on, recorded_on
