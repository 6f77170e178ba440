"""Which features moved most in a whole window, weighed by how much the model uses them."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.measures.drift import METHODS, distribution
from dashboard.measures.figure import finite
from dashboard.measures.judging.drift import judge_drift
from dashboard.profiles.windows import Window, merged
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.drift import References, after_reference, chosen_columns
from dashboard.views.query import Query
from dashboard.views.registry import view


@view("ranking", columns=declare("feature method value importance relevance status"))
def ranking(store: Store, query: Query) -> pd.DataFrame:
    """Which features moved most in this window, and does the model rely on them?

    Columns: feature, method, value (drift of the whole window against the reference), importance (share, null =
    unknown), relevance (value times importance), status. Most relevant first; without importance by value.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    profiles = context.read(("features",), after_reference(context))
    if not profiles:
        return pd.DataFrame()
    references = References(context)
    window, then = merged(profiles, context.layout), references.of(profiles)
    importance = importance_in_force(store, context.card, query.version, query.as_of)
    is_fixed = references.fixed_bins and query.segment is None
    rows: list[dict[str, object]] = [
        _row(context, name, _distance(context, column, (window, then), is_fixed), importance.get(name, math.nan))
        for name, column in chosen_columns(context)
    ]
    rows.sort(key=_rank)
    return pd.DataFrame(rows)


def _distance(
    context: ModelContext, column: str, sides: tuple[Window, Window | None], is_fixed: bool
) -> tuple[float, int]:
    """Measure how far one column moved (NaN = not defined), with the rows behind it."""
    window, then = sides
    now = distribution(window, context.layout, column)
    if then is None:
        return math.nan, int(now.rows)
    before = distribution(then, context.layout, column, is_fixed)
    method = context.query.method or context.thresholds.drift.method
    value = METHODS.get(method).compute(before, now) if before.rows and now.rows else math.nan
    return value, int(now.rows)


def _row(context: ModelContext, name: str, distance: tuple[float, int], weight: float) -> dict[str, object]:
    value, rows = distance
    method = context.query.method or context.thresholds.drift.method
    return {
        "feature": name,
        "method": method,
        "value": finite(value),
        "importance": finite(weight),
        "relevance": finite(value * weight),
        "status": judge_drift(value, rows, weight, method, context.thresholds).status,
    }


def _rank(row: dict[str, object]) -> tuple[float, float, str]:
    relevance, value = row["relevance"], row["value"]
    return (
        -relevance if isinstance(relevance, float) else 1.0,
        -value if isinstance(value, float) else 1.0,
        str(row["feature"]),
    )
