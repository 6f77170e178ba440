"""For what the models are used, and whether that was approved."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("model kind consumer purpose calls first_seen last_seen state allowed_until person reason may_answer")


@view("uses", columns=COLUMNS, model="optional")
def uses(store: Store, query: Query) -> pd.DataFrame:
    """Who uses each model for what, and was that approved?

    Columns: model, kind (use: a consumer and its purpose; population: cases for which predictions were asked, where the
    card says for which it is approved), consumer (`population` for cases), purpose (cases like `carrier = XX`), calls
    (predictions for cases), first_seen, last_seen (days), state (approved, unapproved, allowed, stopping, ended),
    allowed_until (day), person (who answered), reason (their reason), may_answer (person ids whose decision it is; null
    = nothing is open).
    """
    return judged_frame(store, query, "use", COLUMNS)
