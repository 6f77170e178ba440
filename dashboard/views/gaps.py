"""What is missing or wrong around each model, and whom to ask."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.judgements.subjects.gaps import row_of
from dashboard.schema.severities import SEVERITIES
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged import frame_of, judged_rows, portfolio_gaps, tell_row
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("model gap severity person since reason")


@view("gaps", columns=COLUMNS, model="optional")
def gaps(store: Store, query: Query) -> pd.DataFrame:
    """What is missing or wrong around each model, since when, and whom to ask?

    Columns: model, gap, severity (low, medium, high), person (whom to ask; null = nobody is known), since (day), reason
    (a sentence). Most severe first. `on` asks about a past day, `as_of` for what was known then.
    """
    found = judged_rows(store, query, "gap")
    found += [tell_row(row_of(gap), query.language) for gap in portfolio_gaps(store, query)]
    found.sort(key=lambda row: (SEVERITIES.index(row["severity"]), row["model"]))
    return frame_of(found, COLUMNS)
