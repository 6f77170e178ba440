"""The tokens of programs, never their keys."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.clock import now, written
from dashboard.store.engine.database import Store
from dashboard.store.tokens import Token, list_tokens
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("token scopes person state ends_on created_at created_by revoked_at")


@view("tokens", columns=COLUMNS, model="none")
def tokens(store: Store, query: Query) -> pd.DataFrame:
    """Which programs hold a token, what does it open, and until when?

    Columns: token (its name), scopes, person (in whose name it acts; null = a program of its own), state (in_force,
    ends_soon: within 14 days, no_end: made before tokens had an end, ended, revoked), ends_on (last day, in UTC; null =
    no end), created_at (UTC), created_by, revoked_at (UTC; null = not revoked). Who is no administrator gets the tokens
    in their own name.
    """
    records = [_row(token, query) for token in list_tokens(store, query.as_of) if query.own in (None, token.person)]
    return pd.DataFrame(records, columns=COLUMNS.names, dtype=object)


def _row(token: Token, query: Query) -> tuple[object, ...]:
    return (
        token.name, " ".join(token.scopes), token.person, token.state(query.as_of or now()),
        token.ends_on.isoformat() if token.ends_on else None, written(token.recorded_at), token.actor,
        written(token.revoked_at),
    )  # fmt: skip
