"""Who may do what in the program."""

from __future__ import annotations

import pandas as pd

from dashboard.access.persons import visible_models
from dashboard.store.engine.clock import now, written
from dashboard.store.engine.database import Store
from dashboard.store.grants import list_grants
from dashboard.store.organisation import get_organisation
from dashboard.store.sessions import list_logins
from dashboard.views.columns import PERSON_NAME, declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("person", PERSON_NAME, "roles processes teams models_seen left_on granted_at granted_by reason")

LOGINS = declare("login person browser begun_at valid_to")


@view("access", columns=COLUMNS, model="none", roles=frozenset({"manager", "admin"}))
def access(store: Store, query: Query) -> pd.DataFrame:
    """Who may do what, whose models do they see, since when, and who gave it to them?

    Columns: person, name, roles (empty = nothing is open any more), processes, teams (both empty = every model),
    models_seen (number of models by what is registered now, of those that the reader sees; null = all), left_on (day;
    null = not left on the day `on`, by default today), granted_at (UTC), granted_by, reason. One row for each person
    who ever had a grant.
    """
    day = query.on or (query.as_of or now()).date()
    people = get_organisation(store, query.as_of).people
    found = []
    for person, recorded in list_grants(store, query.as_of).items():
        grant, known = recorded.grant, people.get(person)
        seen = visible_models(store, grant)
        if seen is not None and query.seen is not None:
            seen &= query.seen
        left = known.end if known is not None and known.end is not None and known.end < day else None
        found.append(
            {
                "person": person,
                "name": known.name if known else None,
                "roles": " ".join(grant.roles),
                "processes": ", ".join(grant.processes),
                "teams": ", ".join(grant.teams),
                "models_seen": None if seen is None else len(seen),
                "left_on": left.isoformat() if left else None,
                "granted_at": written(recorded.recorded_at),
                "granted_by": recorded.actor,
                "reason": grant.reason,
            }
        )
    return pd.DataFrame(found, dtype=object)


@view("logins", columns=LOGINS, model="none")
def logins(store: Store, query: Query) -> pd.DataFrame:
    """Who is logged in, in which browser, since when, and until when at most?

    Columns: login (key by which `access end-logins` ends this one), person (id; without one who the login provider
    says), browser (by what it says of itself; empty = not known), begun_at (UTC), valid_to (UTC). Newest first. Who is
    no administrator gets their own.
    """
    found = [login for login in list_logins(store, query.person, query.as_of) if query.own in (None, login.subject)]
    rows = [
        (login.key, login.subject, login.browser, written(login.begun_at), written(login.ends_at)) for login in found
    ]
    return pd.DataFrame(rows, columns=LOGINS.names, dtype=object)
