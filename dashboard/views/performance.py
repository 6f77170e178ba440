"""How well a model performs, period by period."""

from __future__ import annotations

import pandas as pd

from dashboard.measures.figure import Figure, finite
from dashboard.measures.judging.metrics import judged, unjudged
from dashboard.measures.judging.performance import forced_verdicts
from dashboard.measures.performance import figures_of, reference_figures
from dashboard.measures.registry import names_shown
from dashboard.profiles.windows import Window, windows
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.query import Query
from dashboard.views.registry import view

FIGURE = declare("period metric value low high predictions")


@view("performance", columns=declare(FIGURE, "labelled status reason"))
def performance(store: Store, query: Query) -> pd.DataFrame:
    """How well does the model perform, period by period?

    Columns: period, metric, value, low, high (95 % interval by clusters), predictions, labelled, status, reason.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    names = names_shown(context.card, query.metric)
    reference = reference_figures(context.profiles, names)
    found = []
    shown = windows(context.read(("outcomes",)), context.layout, context.by)
    history = shown if context.span is None else _all_windows(context)
    for window, forced in forced_verdicts(shown, history, context.thresholds):
        figures = figures_of(window, context.layout, query.threshold, names)
        entries = judged(figures, context.card, reference, context.thresholds)
        for entry in entries if forced is None else unjudged(figures, forced):
            if query.metric in (None, entry.metric):
                found.append(
                    {
                        "period": window.label,
                        "metric": entry.metric,
                        **numbers_of(entry.figure),
                        "predictions": window.predictions,
                        "labelled": window.labelled,
                        "status": entry.verdict.status,
                        "reason": entry.verdict.reason.render(query.language),
                    }
                )
    return pd.DataFrame(found)


def _all_windows(context: ModelContext) -> list[Window]:
    """The periods of all days, from which the usual share of known outcomes is learned."""
    assert context.profiles is not None
    found = context.profiles.read((), None, context.query.version, context.query.segment)
    return windows(found, context.layout, context.by)


def numbers_of(figure: Figure) -> dict[str, float | None]:
    """Value and interval of a figure as columns; None where they are not defined."""
    return {"value": finite(figure.value), "low": finite(figure.low), "high": finite(figure.high)}
