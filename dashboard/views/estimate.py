"""Performance before labels arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from dashboard.measures.estimate import Estimate, Estimator
from dashboard.measures.estimate_basis import EstimateBasis, estimate_bases
from dashboard.measures.registry import names_shown
from dashboard.profiles.periods import floor, label
from dashboard.profiles.windows import Profile, Window, merged
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.performance import FIGURE, numbers_of
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark

NOTHING = {"value": None, "low": None, "high": None}


@view("estimate", columns=declare(FIGURE, "reason"))
def estimate(store: Store, query: Query) -> pd.DataFrame:
    """How well does the model probably perform where labels are not known yet?

    Columns: period, metric, value, low, high (95 % interval of what labels will say), predictions, reason (why there is
    no value). All predictions count, labelled or not.
    """
    context = model_context(store, query)
    if context.profiles is None or context.card.task == "multiclass_classification":
        return pd.DataFrame()
    bases = estimate_bases(context.profiles, context.thresholds.estimate.min_rows)
    if not bases:
        return pd.DataFrame()
    references = {version: basis.window for version, basis in bases.items()}
    estimator = Estimator(references, context.layout, query.threshold)
    parts = ("features", "outcomes") if context.card.task == "regression" else ("outcomes",)
    periods: dict[datetime, list[Profile]] = {}
    for profile in context.read(parts):
        periods.setdefault(floor(profile.start, context.by), []).append(profile)
    names = [name for name in names_shown(context.card, query.metric) if query.metric in (None, name)]
    found: list[dict[str, object]] = []
    for start in sorted(periods):
        found += _rows(context, label(start, context.by), estimator, bases, periods[start], names)
    return pd.DataFrame(found)


def _rows(
    context: ModelContext,
    period: str,
    estimator: Estimator,
    bases: Mapping[str, EstimateBasis],
    profiles: Sequence[Profile],
    names: list[str],
) -> list[dict[str, object]]:
    windows = _by_version(context, profiles)
    rows = sum(window.predictions for window in windows.values())
    answer = _answer(context, estimator, bases, profiles, windows, names)
    reason = answer.reason.render(context.query.language) if answer.reason else None
    shown = [name for name in names if name in (answer.figures or estimator.names)]
    return [
        {
            "period": period,
            "metric": name,
            **(numbers_of(answer.figures[name]) if name in answer.figures else NOTHING),
            "predictions": rows,
            "reason": reason,
        }
        for name in shown
    ]


def _answer(
    context: ModelContext,
    estimator: Estimator,
    bases: Mapping[str, EstimateBasis],
    profiles: Sequence[Profile],
    windows: Mapping[str, Window],
    names: list[str],
) -> Estimate:
    fewest, rows = context.thresholds.estimate.min_rows, sum(window.predictions for window in windows.values())
    if rows < fewest:
        message = mark("Too few predictions to estimate by: {rows} of at least {fewest}.")
        return Estimate({}, Sentence(message, {"rows": rows, "fewest": fewest}))
    for profile in profiles:
        if profile.version in bases and bases[profile.version].covers(profile):
            message = mark("The first known outcomes of version {version} calibrate its estimate.")
            return Estimate({}, Sentence(message, {"version": profile.version}))
    return estimator.estimate(windows, names)


def _by_version(context: ModelContext, profiles: Sequence[Profile]) -> dict[str, Window]:
    versions = sorted({profile.version for profile in profiles})
    return {
        version: merged([profile for profile in profiles if profile.version == version], context.layout)
        for version in versions
    }
