"""All models at once: what there is, how it stands, what changed, how much is used."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pandas as pd

from dashboard.profiles.periods import floor, label
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.reasons import with_label
from dashboard.store.cards import get_card, list_cards
from dashboard.store.engine.clock import as_utc, now, written
from dashboard.store.engine.database import Store
from dashboard.store.profiles import monthly_volumes
from dashboard.store.statuses import status_history
from dashboard.views.columns import declare
from dashboard.views.context import model_context
from dashboard.views.judged import frame_of, judged_rows
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark

CHANGES_SHOWN = timedelta(days=7)


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
    return frame_of(judged_rows(store, query, "model"), VIEWS.get("models").columns)


@view("status", columns=declare("model area status reason"), model="optional")
def status(store: Store, query: Query) -> pd.DataFrame:
    """How does each model stand, area by area, and why?

    Columns: model, area, status, reason. Every area is listed; what nothing measures is unknown.
    """
    return frame_of(judged_rows(store, query, "status"), VIEWS.get("status").columns)


def _chosen_cards(store: Store, query: Query) -> dict[str, ModelCard]:
    if query.model is not None:
        return {query.model: get_card(store, query.model, query.as_of)}
    known = list_cards(store, query.as_of)
    return {model_id: recorded.card for model_id, recorded in known.items() if query.sees(model_id)}


@view("changes", columns=declare("model area status_before status changed_at reason"), model="optional")
def changes(store: Store, query: Query) -> pd.DataFrame:
    """Which statuses changed, by default in the last seven days?

    Columns: model, area, status_before, status, changed_at (UTC), reason. First records are no change.
    """
    end = query.as_of or now()
    start = as_utc(datetime.combine(query.start, time())) if query.start else end - CHANGES_SHOWN
    cards = _chosen_cards(store, query)
    found = [
        {
            "model": entry.model_id,
            "area": entry.area,
            "status_before": before,
            "status": entry.status,
            "changed_at": written(entry.recorded_at),
            "reason": with_label(entry.reason, cards[entry.model_id]).render(query.language),
        }
        for entry, before in status_history(store, query.model, query.as_of)
        if entry.model_id in cards
        and before is not None
        and before != entry.status
        and start <= entry.recorded_at <= end
    ]
    return pd.DataFrame(found)


@view("volumes", columns=declare("model period period_start predictions labelled"), model="optional")
def volume(store: Store, query: Query) -> pd.DataFrame:
    """How much is each model used, and how many labels came back?

    Columns: model, period, period_start (in the model's time zone), predictions, labelled. By month for all models; one
    model by its own period or `by`.
    """
    if query.model is None:
        return pd.DataFrame(monthly_volumes(store, query.as_of))
    context = model_context(store, query)
    sums: dict[datetime, list[int]] = {}
    for profile in context.read(()):
        kept = sums.setdefault(floor(profile.start, context.by), [0, 0])
        kept[0] += profile.predictions
        kept[1] += profile.labelled
    return pd.DataFrame(
        [
            {
                "model": query.model,
                "period": label(start, context.by),
                "period_start": start,
                "predictions": sums[start][0],
                "labelled": sums[start][1],
            }
            for start in sorted(sums)
        ]
    )
