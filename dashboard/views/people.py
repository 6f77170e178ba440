"""Who answers for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.store.organisation import Organisation, get_organisation
from dashboard.views.columns import PERSON_NAME, declare
from dashboard.views.judged import frame_of
from dashboard.views.judged_frames import judged_frame
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("person", PERSON_NAME, "team role model from to imported_by")
KEPT = declare("person role model from to imported_by")


@view("people", columns=COLUMNS, model="optional")
def people(store: Store, query: Query) -> pd.DataFrame:
    """Who answers for which model, in which role, from when to when?

    Columns: person, name (null = nobody of that id is registered), team, role, model, from, to (days; open = null),
    imported_by (who imported the event that gives the role, as the ledger names them; null = it was given here, or
    stands on the card).
    Without a model, people without any role are listed too. `on` keeps the roles held on that day.
    """
    # Roles that were ever held are known without judging the day asked about.
    held = judged_frame(store, replace(query, on=None), "role", KEPT)
    organisation = get_organisation(store, query.as_of)
    found = pd.concat([held, _idle(organisation, set(held["person"]))], ignore_index=True) if not query.model else held
    if query.on is not None:
        found = found[_held_on(found, query.on)].reset_index(drop=True)
    known = {person: organisation.people.get(person) for person in found["person"].unique()}
    names = {person: one.name if one else None for person, one in known.items()}
    teams = {person: one.team if one else None for person, one in known.items()}
    return found.assign(
        name=pd.Series([names[person] for person in found["person"]], dtype=object),
        team=pd.Series([teams[person] for person in found["person"]], dtype=object),
    )


def _idle(organisation: Organisation, busy: set[str]) -> pd.DataFrame:
    """The people without any role, from their first to their last day."""
    return frame_of(
        (
            {
                **dict.fromkeys(KEPT.names),
                "person": person.id,
                "from": person.start.isoformat() if person.start else None,
                "to": person.end.isoformat() if person.end else None,
            }
            for person in organisation.people.values()
            if person.id not in busy
        ),
        KEPT,
    )


def _held_on(found: pd.DataFrame, day: date) -> pd.Series:
    """Which spans of ISO days, open where None, hold a day."""
    wanted = day.isoformat()
    held = [
        (start is None or start <= wanted) and (end is None or wanted <= end)
        for start, end in zip(found["from"], found["to"], strict=True)
    ]
    # Pandas takes an empty list for names of columns.
    return pd.Series(held, index=found.index, dtype=bool)
