"""What was rejected or approved with conditions, and what became of it."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.store.judgements import Search
from dashboard.views.columns import declare
from dashboard.views.judged import frame_of, judged_rows
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare(
    "finding model step kind what owner due_on state raised_by raised_at resolved_by resolved_at reason", "may_resolve"
)


@view("findings", columns=COLUMNS, model="optional")
def findings(store: Store, query: Query) -> pd.DataFrame:
    """Which conditions and rejections are still to be dealt with, by whom and until when?

    Columns: finding (id), model, step, kind (conditions, reject), what (the condition or the reason), owner (who deals
    with it), due_on (day), state (overdue, open, resolved), raised_by, raised_at (UTC), resolved_by, resolved_at (UTC),
    reason (how it ended), may_resolve (person ids who may close it; null when it is closed). Overdue first.
    """
    return frame_of(judged_rows(store, query, "finding", search=Search(ranked=True)), COLUMNS)
