"""Who answers for what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from dashboard.governance.situation.roles import HeldRole, roles_of
from dashboard.schema.card.roles import RoleHolder
from dashboard.store.engine.database import Store
from dashboard.store.organisation import Organisation, get_organisation
from dashboard.views.columns import PERSON_NAME, declare
from dashboard.views.query import Query
from dashboard.views.registry import view

Holder = RoleHolder | HeldRole


@view("people", columns=declare("person", PERSON_NAME, "team role model from to imported_by"), model="optional")
def people(store: Store, query: Query) -> pd.DataFrame:
    """Who answers for which model, in which role, from when to when?

    Columns: person, name (null = nobody of that id is registered), team, role, model, from, to (days; open = null),
    imported_by (who imported the event that gives the role, as the ledger names them; null = it was given here, or
    stands on the card).
    Without a model, people without any role are listed too. `on` keeps the roles held on that day.
    """
    organisation = get_organisation(store, query.as_of)
    held = [one for one in roles_of(store, query.model, query.as_of) if query.sees(one.model_id)]
    found = [_row(organisation, one, one.role, one.model_id) for one in held]
    busy = {row["person"] for row in found}
    if query.model is None:
        idle = [person for person in organisation.people.values() if person.id not in busy]
        found += [_row(organisation, RoleHolder(person=p.id, start=p.start, end=p.end), None, None) for p in idle]
    if query.on is not None:
        found = [row for row in found if _holds(row["from"], row["to"], query.on)]
    return pd.DataFrame(found, dtype=object)


def _row(organisation: Organisation, holder: Holder, role: str | None, model: str | None) -> dict[str, Any]:
    person = organisation.people.get(holder.person)
    return {
        "person": holder.person,
        "name": person.name if person else None,
        "team": person.team if person else None,
        "role": role,
        "model": model,
        "from": holder.start.isoformat() if holder.start else None,
        "to": holder.end.isoformat() if holder.end else None,
        "imported_by": holder.imported_by if isinstance(holder, HeldRole) else None,
    }


def _holds(start: str | None, end: str | None, on: date) -> bool:
    """Return whether a span of ISO days, open where None, holds a day."""
    day = on.isoformat()
    return (start is None or start <= day) and (end is None or day <= end)
