"""What is missing or wrong around each model, and whom to ask."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.governance.judgements.subjects.gaps import row_of
from dashboard.schema.severities import SEVERITIES
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged import frame_of, tell_row
from dashboard.views.judged_frames import judged_frame
from dashboard.views.portfolios import portfolio_gaps
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("model gap severity person since reason")


@view("gaps", columns=COLUMNS, model="optional")
def gaps(store: Store, query: Query) -> pd.DataFrame:
    """What is missing or wrong around each model, since when, and whom to ask?

    Columns: model, gap, severity (low, medium, high), person (whom to ask; null = nobody is known), since (day), reason
    (a sentence). Most severe first. `on` asks about a past day, `as_of` for what was known then.
    """
    of_models = judged_frame(store, query, "gap", COLUMNS)
    counted = [tell_row(row_of(gap), query.language) for gap in portfolio_gaps(store, query)]
    found = pd.concat([of_models, frame_of(counted, COLUMNS)], ignore_index=True) if counted else of_models
    severity = found["severity"].map(SEVERITIES.index).to_numpy(dtype=int)
    models = pd.factorize(found["model"], sort=True)[0]
    return found.take(np.lexsort((models, severity))).reset_index(drop=True)
