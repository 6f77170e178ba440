"""Whether predictions come true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from dashboard.measures.calibration import CalibrationBins, binary_bins, regression_bins
from dashboard.measures.figure import finite
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.profiles.windows import Profile, Window, merged, windows
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.query import Query
from dashboard.views.registry import view


@view("calibration", columns=declare("period bin lower upper mean_prediction rate low high predictions"))
def calibration(store: Store, query: Query) -> pd.DataFrame:
    """Does what the model predicts come true, from low predictions to high ones?

    Columns: period (only where periods are asked for), bin, lower, upper, mean_prediction, rate (regression: mean
    actual), low, high (95 % interval), predictions (labelled cases of the bin). Ten bins of equally many cases;
    without days, those after the reference where any of them has a label.
    """
    context = model_context(store, query)
    if context.profiles is None or context.card.task == "multiclass_classification":
        return pd.DataFrame()
    profiles = _wanted(context)
    if query.by is None:
        return pd.DataFrame(_rows(None, merged(profiles, context.layout), context))
    found = windows(profiles, context.layout, query.by)
    return pd.DataFrame([row for window in found for row in _rows(window.label, window, context)])


def _wanted(context: ModelContext) -> list[Profile]:
    """The asked-for profiles; without days those after the reference, on which the model was made to fit."""
    reference = context.card.data.reference
    if context.span is None and reference is not None:
        after = (reference.end + timedelta(days=1), reference.end.max)
        later = context.read(("outcomes",), after)
        if any(profile.labelled for profile in later):
            return later
    return context.read(("outcomes",))


def _rows(period: str | None, window: Window, context: ModelContext) -> Iterator[dict[str, object]]:
    if not window.labelled:
        return
    whole, units = outcomes_of(window, context.layout), units_of(window, context.layout)
    found = regression_bins(whole, units) if context.card.task == "regression" else binary_bins(whole, units)
    yield from _bins(period, found)


def _bins(period: str | None, found: CalibrationBins) -> Iterator[dict[str, object]]:
    for place in range(len(found.rows)):
        yield {
            "period": period,
            "bin": place,
            "lower": finite(found.lower[place]),
            "upper": finite(found.upper[place]),
            "mean_prediction": finite(found.predicted[place]),
            "rate": finite(found.observed[place]),
            "low": finite(found.low[place]),
            "high": finite(found.high[place]),
            "predictions": int(found.rows[place]),
        }
