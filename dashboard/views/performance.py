"""How well a model performs, period by period."""

from __future__ import annotations

import pandas as pd

from dashboard.measures.figure import Figure, finite
from dashboard.measures.judging.performance import judged
from dashboard.measures.performance import figures_of, reference_figures
from dashboard.measures.registry import names_shown
from dashboard.profiles.windows import windows
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import model_context
from dashboard.views.query import Query
from dashboard.views.registry import view

FIGURE = declare("period metric value low high predictions")


@view("performance", columns=declare(FIGURE, "labelled status"))
def performance(store: Store, query: Query) -> pd.DataFrame:
    """How well does the model perform, period by period?

    Columns: period, metric, value, low, high (95 % interval by clusters), predictions, labelled, status.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    names = names_shown(context.card, query.metric)
    reference = reference_figures(context.profiles, names)
    found = []
    for window in windows(context.read(("outcomes",)), context.layout, context.by):
        figures = figures_of(window, context.layout, query.threshold, names)
        for entry in judged(figures, context.card, reference, context.thresholds):
            if query.metric in (None, entry.metric):
                found.append(
                    {
                        "period": window.label,
                        "metric": entry.metric,
                        **numbers_of(entry.figure),
                        "predictions": window.predictions,
                        "labelled": window.labelled,
                        "status": entry.verdict.status,
                    }
                )
    return pd.DataFrame(found)


def numbers_of(figure: Figure) -> dict[str, float | None]:
    """Value and interval of a figure as columns; None where they are not defined."""
    return {"value": finite(figure.value), "low": finite(figure.low), "high": finite(figure.high)}
