"""All models at once: what there is and how it stands."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_counts, judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark

# The statuses that ask for attention, the worst first.
URGENT = ("alert", "warn")


@view(
    "models",
    columns=declare(
        "model name status stage process accountable_executive version",
        Column("risk", "whole", mark("Highest risk")),
        "value_verdict predictions last_prediction_at",
    ),
    model="optional",
)
def models(store: Store, query: Query) -> pd.DataFrame:
    """Which models are there, how do they stand and who answers for them?

    Columns: model, name, status (worst of the areas that count), stage, process, accountable_executive (person ids),
    version, risk (highest likelihood x impact, null = not rated), value_verdict, predictions, last_prediction_at (UTC).
    """
    return judged_frame(store, query, "model", VIEWS.get("models").columns)


@view(
    "status",
    columns=declare("model area status reason", Column("judged_on", "day", mark("Judged on")), "period"),
    model="optional",
)
def status(store: Store, query: Query) -> pd.DataFrame:
    """How does each model stand, area by area, and why?

    Columns: model, area, status, reason, judged_on (the day in the model's zone), period (the one that the verdict is
    about). Every area is listed; what nothing measures is unknown. Of some `statuses`, in their order, `limit` and
    `offset` as asked.
    """
    found = judged_frame(store, query, "status", VIEWS.get("status").columns, statuses=query.statuses)
    end = None if query.limit is None else query.offset + query.limit
    return found.iloc[query.offset : end].reset_index(drop=True)


@view(
    "attention",
    columns=declare("model status", Column("areas", "count", mark("Areas that need attention"))),
    model="optional",
)
def attention(store: Store, query: Query) -> pd.DataFrame:
    """Which models need attention, and in how many areas?

    Columns: model, status (of its worst area), areas (on alert or warning). Models on alert come first; those of which
    every area is in order, or not measured, are left out.
    """
    counted = judged_counts(store, query, "status", ("model", "status"))
    urgent = counted[counted["status"].isin(URGENT)]
    urgent = urgent.assign(place=urgent["status"].map(URGENT.index).to_numpy(dtype=int))
    by_model = urgent.groupby("model", as_index=False).agg(place=("place", "min"), areas=("number", "sum"))
    found = by_model.sort_values(["place", "model"], ignore_index=True)
    return found.assign(status=pd.Series([URGENT[place] for place in found["place"]], dtype=object))


@view("area-counts", columns=declare("area status models"), model="none")
def area_counts(store: Store, query: Query) -> pd.DataFrame:
    """How many models stand in which status, area by area?

    Columns: area, status, models. Areas in their order; a status that no model has is left out.
    """
    counted = judged_counts(store, query, "status", ("area", "status"))
    places = {area: place for place, area in enumerate(counted["area"].unique())}
    found = counted.assign(place=counted["area"].map(places)).sort_values(["place", "status"], ignore_index=True)
    return found.rename(columns={"number": "models"})
