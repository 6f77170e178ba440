"""Which features moved most in a whole window, weighed by how much the model uses them."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.measures.figure import finite
from dashboard.measures.judging.drift.status import rule_of
from dashboard.profiles.windows import merged
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.views.columns import declare
from dashboard.views.context import model_context
from dashboard.views.drift import SIDES, References, after_reference, chosen_columns, row_of
from dashboard.views.query import Query
from dashboard.views.registry import view


@view("ranking", columns=declare("feature method value importance relevance status", SIDES))
def ranking(store: Store, query: Query) -> pd.DataFrame:
    """Which features moved most in this window, and does the model rely on them?

    Columns: feature, method, value (drift of the whole window against the reference), importance (share, null =
    unknown), relevance (value times importance), status, and what the view drift says beside it: rows, reference_rows,
    off_by, expected, floor, reason. Most relevant first; without importance by value.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    profiles = context.read(("features",), after_reference(context))
    if not profiles:
        return pd.DataFrame()
    references = References(context)
    comparison = references.beside(merged(profiles, context.layout, start=min(p.start for p in profiles)), profiles)
    importance = importance_in_force(store, context.card, query.version, query.as_of)
    method = query.method or context.thresholds.drift.method
    rule = rule_of(comparison, context.thresholds, importance, method)
    rows: list[dict[str, object]] = []
    for name, column in chosen_columns(context):
        judged = references.judged(comparison, column, rule)
        row = row_of(judged, name, method, importance, query.language)
        rows.append({**row, "relevance": finite(judged.value * importance.get(name, math.nan))})
    rows.sort(key=_rank)
    return pd.DataFrame(rows)


def _rank(row: dict[str, object]) -> tuple[float, float, str]:
    relevance, value = row["relevance"], row["value"]
    return (
        -relevance if isinstance(relevance, float) else 1.0,
        -value if isinstance(value, float) else 1.0,
        str(row["feature"]),
    )
