"""What is missing or wrong around each model, and whom to ask."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.gaps.registry import find_gaps
from dashboard.governance.situation.current import situation_on
from dashboard.schema.severities import SEVERITIES
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("model gap severity person since reason")


@view("gaps", columns=COLUMNS, model="optional")
def gaps(store: Store, query: Query) -> pd.DataFrame:
    """What is missing or wrong around each model, since when, and whom to ask?

    Columns: model, gap, severity (low, medium, high), person (whom to ask; null = nobody is known), since (day), reason
    (a sentence). Most severe first. `on` asks about a past day, `as_of` for what was known then.
    """
    situation = situation_on(store, query.on, query.as_of, query.seen)
    if query.model is not None:
        get_card(store, query.model, query.as_of)
    chosen = [query.model] if query.model is not None else list(situation.cards)
    found = sorted(find_gaps(situation, chosen), key=lambda gap: (SEVERITIES.index(gap.severity), gap.model_id))
    records = [
        (
            gap.model_id,
            gap.gap,
            gap.severity,
            gap.person,
            gap.since.isoformat() if gap.since else None,
            gap.reason.render(query.language),
        )
        for gap in found
    ]
    return pd.DataFrame(records, columns=COLUMNS.names, dtype=object)
