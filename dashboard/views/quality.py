"""Data quality: what is checked of a model's data, period by period, and what fails."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from dashboard.measures.figure import finite
from dashboard.measures.judging.quality import rank, status_of
from dashboard.measures.quality.check import Checked
from dashboard.measures.quality.checks import checked, quality_checks, windows_of
from dashboard.measures.quality.table import quality_table
from dashboard.profiles.periods import label
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context, refuse
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    "period feature",
    Column("dimension", "code", mark("Dimension")),
    Column("check", "text", mark("Check")),
    Column("value", "share", mark("Share affected")),
    Column("limit", "share", mark("Share allowed")),
    "status",
    Column("affected_predictions", "count", mark("Affected predictions")),
    Column("cost", "money", mark("Estimated cost")),
    "currency importance",
    Column("rows", "count", mark("Rows checked")),
    Column("since", "text", mark("Since")),
    "reason",
)


@view("quality", columns=COLUMNS)
def quality(store: Store, query: Query) -> pd.DataFrame:
    """Are the data of the model sound, and if not, what is wrong with them since when?

    Columns: period, feature (null: whole rows), dimension (reality, completeness, consistency, availability), check,
    value (share of the rows affected), limit (largest share allowed), status, affected_predictions (rows affected, or
    missing), cost (estimated; null = not known), currency, importance (share, null = unknown), rows (checked), since
    (first day or hour of what fails), reason. Within a period what fails comes first, the worst before all.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    if query.segment is not None:
        refuse("--segment", "received a segment; quality is counted over all rows; leave it out")
    table = quality_table(context.profiles, query.version)
    if table is None:
        return pd.DataFrame()
    importance = importance_in_force(store, context.card, query.version, query.as_of)
    checks = [one for one in quality_checks(table, context.card) if query.feature in (None, one.feature)]
    judged = [
        (one, status_of(one, importance, context.thresholds))
        for one in checked(table, checks, windows_of(table, context.by, context.span))
    ]
    judged.sort(key=lambda pair: (pair[0].start, *rank(pair[0], pair[1], importance)))
    return pd.DataFrame([_row(one, status, importance, context) for one, status in judged])


def _row(one: Checked, status: str, importance: Mapping[str, float], context: ModelContext) -> dict[str, object]:
    return {
        "period": one.label,
        "feature": one.check.feature,
        "dimension": one.check.dimension,
        "check": one.check.name,
        "value": finite(one.share),
        "limit": one.check.limit,
        "status": status,
        "affected_predictions": one.affected,
        "cost": None,
        "currency": None,
        "importance": finite(importance.get(one.check.feature or "", math.nan)),
        "rows": one.rows,
        "since": None if one.since is None else label(one.since, context.layout.base),
        "reason": None if one.reason is None else one.reason.render(context.query.language),
    }
