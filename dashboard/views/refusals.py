"""What was refused to whom."""

from __future__ import annotations

import pandas as pd

from dashboard.store.audit.refusals import list_refusals
from dashboard.store.engine.database import Store
from dashboard.views.audit import days_within
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("at actor action subject reason attempts")


@view("refusals", columns=COLUMNS, model="optional", roles=frozenset({"manager", "admin"}))
def refusals(store: Store, query: Query) -> pd.DataFrame:
    """Which actions were refused to whom, when and why?

    Columns: at (UTC, the first attempt within an hour), actor, action, subject (a model id; null = none was named),
    reason (in the reader's language), attempts (at least so many within the hour). Newest first. Who sees some of the
    models only gets what is about these: a reason may name others. `start` and `end` are days in the model's time zone,
    in UTC without a model. Raises NotFoundError for an unknown model.
    """
    within = days_within(store, query)
    rows = [
        (
            f"{one.at:%Y-%m-%dT%H:%M:%S.%fZ}", one.actor, one.action, one.subject,
            one.reason.get(query.language, one.reason["en"]), one.attempts,
        )
        for one in reversed(list_refusals(store.home, query.as_of))
        if query.model in (None, one.subject) and within(one.at)
        if query.seen is None or one.subject in query.seen
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS.names, dtype=object)
