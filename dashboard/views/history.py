"""What happened to models: how their statuses changed, and how much they were used."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pandas as pd

from dashboard.profiles.periods import floor, label
from dashboard.schema.card.reasons import with_label
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import as_utc, now, written
from dashboard.store.engine.database import Store
from dashboard.store.profiles import monthly_volumes
from dashboard.store.statuses import RecordedStatus, status_changes
from dashboard.views.columns import declare
from dashboard.views.context import model_context
from dashboard.views.judged import models_of
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence

CHANGES_SHOWN = timedelta(days=7)


@view("changes", columns=declare("model area status_before status changed_at reason"), model="optional")
def changes(store: Store, query: Query) -> pd.DataFrame:
    """Which statuses changed, by default in the last seven days?

    Columns: model, area, status_before, status, changed_at (UTC), reason. First records are no change. Newest first;
    `limit` as asked.
    """
    end = query.as_of or now()
    start = as_utc(datetime.combine(query.start, time())) if query.start else end - CHANGES_SHOWN
    found = [
        {
            "model": entry.model_id,
            "area": entry.area,
            "status_before": before,
            "status": entry.status,
            "changed_at": written(entry.recorded_at),
            "reason": _labelled(store, entry, query).render(query.language),
        }
        for entry, before in status_changes(store, models_of(store, query), (start, end), query.limit)
    ]
    return pd.DataFrame(found)


def _labelled(store: Store, entry: RecordedStatus, query: Query) -> Sentence:
    """The reason of a status; one that names a feature has its words from the card."""
    if "feature" not in entry.reason.values:
        return entry.reason
    return with_label(entry.reason, get_card(store, entry.model_id, query.as_of))


@view("volumes", columns=declare("model period period_start predictions labelled"), model="optional")
def volume(store: Store, query: Query) -> pd.DataFrame:
    """How much is each model used, and how many labels came back?

    Columns: model, period, period_start (in the model's time zone), predictions, labelled. By month for all models; one
    model by its own period or `by`. With a `limit` so many models, the busiest, and all others together (no model).
    """
    if query.model is None:
        return pd.DataFrame(monthly_volumes(store, query.as_of, query.seen, query.limit))
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
