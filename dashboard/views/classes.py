"""How well a model of several classes tells each of them."""

from __future__ import annotations

import pandas as pd

from dashboard.measures.by_class import figures_by_class
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.profiles.windows import Window, merged, windows
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.kinds import Column
from dashboard.views.performance import numbers_of
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    "period",
    Column("class", "text", mark("Class")),
    "metric value low high",
    Column("of_class", "count", mark("Cases of the class")),
    Column("as_class", "count", mark("Predicted as the class")),
)


@view("classes", columns=COLUMNS)
def classes(store: Store, query: Query) -> pd.DataFrame:
    """Which classes does the model tell well, and which not?

    Columns: period (only where periods are asked for), class, metric (precision, recall, f1), value, low, high (95 %
    interval by clusters), of_class (labelled cases that belong to the class), as_class (labelled cases that were
    predicted as it). Only for models of several classes; the log holds no probability of each class, so there is no
    ROC AUC of single classes.
    """
    context = model_context(store, query)
    if context.profiles is None or context.card.task != "multiclass_classification":
        return pd.DataFrame()
    profiles = context.read(("outcomes",))
    if query.by is None:
        return pd.DataFrame(_rows(None, merged(profiles, context.layout), context))
    found = windows(profiles, context.layout, query.by)
    return pd.DataFrame([row for window in found for row in _rows(window.label, window, context)])


def _rows(period: str | None, window: Window, context: ModelContext) -> list[dict[str, object]]:
    found = figures_by_class(outcomes_of(window, context.layout), units_of(window, context.layout))
    return [
        {
            "period": period,
            "class": one.name,
            "metric": one.metric,
            **numbers_of(one.figure),
            "of_class": one.actual,
            "as_class": one.predicted,
        }
        for one in found
        if context.query.metric in (None, one.metric)
    ]
