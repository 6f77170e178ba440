"""The tokens of programs, never their keys."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.tokens import list_tokens
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("token scopes person created_at created_by revoked_at")


@view("tokens", columns=COLUMNS, model="none", roles=frozenset({"admin"}))
def tokens(store: Store, query: Query) -> pd.DataFrame:
    """Which programs hold a token, and what does it open?

    Columns: token (its name), scopes, person (in whose name it acts; null = a program of its own), created_at (UTC),
    created_by, revoked_at (UTC; null = in force).
    """
    found = list_tokens(store, query.as_of)
    records = [
        (t.name, " ".join(t.scopes), t.person, written(t.recorded_at), t.actor, written(t.revoked_at)) for t in found
    ]
    return pd.DataFrame(records, columns=COLUMNS.names, dtype=object)
