"""Performance before labels arrive."""

from __future__ import annotations

import pandas as pd

from dashboard.measures.estimate import Estimator
from dashboard.profiles.windows import merged, windows
from dashboard.store.engine.database import Store
from dashboard.views.context import model_context
from dashboard.views.performance import FIGURE, numbers_of
from dashboard.views.query import Query
from dashboard.views.registry import view

NOTHING = {"value": None, "low": None, "high": None}


@view("estimate", columns=FIGURE)
def estimate(store: Store, query: Query) -> pd.DataFrame:
    """How well does the model probably perform where labels are not known yet?

    Columns: period, metric, value, low, high, predictions. All predictions count, labelled or not.
    """
    context = model_context(store, query)
    if context.profiles is None or context.card.task == "multiclass_classification":
        return pd.DataFrame()
    reference = merged(context.profiles.reference(("outcomes",)), context.layout)
    if not reference.labelled:
        return pd.DataFrame()
    estimator = Estimator(reference, context.layout, query.threshold)
    found = []
    for window in windows(context.read(("outcomes",)), context.layout, context.by):
        enough = window.predictions >= context.thresholds.estimate.min_rows
        for name, figure in estimator.estimate(window).items():
            if query.metric in (None, name):
                numbers = numbers_of(figure) if enough else NOTHING
                found.append({"period": window.label, "metric": name, **numbers, "predictions": window.predictions})
    return pd.DataFrame(found)
