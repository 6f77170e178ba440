"""What all models are worth: the judged period of each beside its promise, and how it came there."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.views.value import MONEY
from dashboard.words import mark


@view(
    "values",
    columns=declare(
        "model period",
        MONEY,
        "labelled predictions source",
        "per_month",
        Column("latest", "json", mark("Latest periods")),
    ),
    model="optional",
)
def values(store: Store, query: Query) -> pd.DataFrame:
    """Which models bring what was promised, and which do not?

    Columns: model, period (the latest one with a settled verdict; null = nothing is monitored), promised, realised,
    estimated, low, high, cost, net, currency, verdict, reason, labelled, predictions, source: as in `value`, by months
    or the longer period of the model; per_month (the promise in force), latest (JSON: the last twelve periods, each
    with period, promised, realised, estimated, source).
    """
    return judged_frame(store, query, "value", VIEWS.get("values").columns)
