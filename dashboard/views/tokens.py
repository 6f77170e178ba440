"""The tokens of programs, never their keys."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.store.tokens import list_tokens
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = ("token", "scopes", "person", "created_at", "created_by", "revoked_at")


@view("tokens", columns=COLUMNS, model="none", roles=frozenset({"admin"}))
def tokens(store: Store, query: Query) -> pd.DataFrame:
    """Which programs hold a token, and what does it open?"""
    found = list_tokens(store, query.as_of)
    records = [(t.name, " ".join(t.scopes), t.person, t.recorded_at, t.actor, t.revoked_at) for t in found]
    return pd.DataFrame(records, columns=list(COLUMNS), dtype=object)
