"""Who answers for what."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard.store.cards import list_cards
from dashboard.store.database import Store
from dashboard.store.organisation import get_organisation
from dashboard.views.query import Query
from dashboard.views.registry import view


@view("people", columns=("person", "name", "team", "role", "model", "from", "to"), model="optional")
def people(store: Store, query: Query) -> pd.DataFrame:
    """Who answers for which model, in which role, from when to when?

    Columns: person, name (null = nobody of that id is registered), team, role, model, from, to (days; open = null).
    Without a model, people without any role are listed too. `on` keeps the roles held on that day.
    """
    organisation = get_organisation(store, query.as_of)
    found = []
    for model_id, recorded in list_cards(store, query.as_of).items():
        if query.model is not None and query.model != model_id:
            continue
        for role, holder in recorded.card.roles.held():
            if query.on is not None and not _holds(holder.start, holder.end, query.on):
                continue
            person = organisation.people.get(holder.person)
            found.append(
                {
                    "person": holder.person,
                    "name": person.name if person else None,
                    "team": person.team if person else None,
                    "role": role,
                    "model": model_id,
                    "from": _written(holder.start),
                    "to": _written(holder.end),
                }
            )
    if query.model is None:
        busy = {row["person"] for row in found}
        for person in organisation.people.values():
            if person.id not in busy and (query.on is None or _holds(person.start, person.end, query.on)):
                found.append(
                    {
                        "person": person.id,
                        "name": person.name,
                        "team": person.team,
                        "role": None,
                        "model": None,
                        "from": _written(person.start),
                        "to": _written(person.end),
                    }
                )
    return pd.DataFrame(found, dtype=object)


def _holds(start: date | None, end: date | None, on: date) -> bool:
    return (start is None or start <= on) and (end is None or on <= end)


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None
