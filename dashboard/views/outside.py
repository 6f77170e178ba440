"""The calendar of what happened outside of the organisation."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.causes.outside import OUTSIDE, outside_notes
from dashboard.store.cards import cards_of
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    "model", Column("category", "code", mark("Category")), "title text from to person imported_by recorded_at"
)


@view("outside", columns=COLUMNS, model="optional")
def outside(store: Store, query: Query) -> pd.DataFrame:
    """What happened outside of the organisation that may matter for a model, and when?

    Columns: model, category (holiday, law, market, weather, society, other), title, text, from and to (first and last
    day, in the model's time zone), person (who noted it), imported_by (who imported it, as the ledger names them; null
    = noted here), recorded_at (UTC). By time. `on` asks for what had begun by a day.
    """
    events = list_events(store, models_of(store, query), (OUTSIDE,), query.as_of)
    cards = cards_of(store, {event.model_id for event in events}, query.as_of)
    notes = [
        note
        for model_id, recorded in cards.items()
        for note in outside_notes(recorded.card, (event for event in events if event.model_id == model_id))
        if query.on is None or note.first <= query.on
    ]
    found = [
        {
            "model": note.model_id,
            "category": note.category,
            "title": note.title,
            "text": note.text,
            "from": note.first.isoformat(),
            "to": note.last.isoformat(),
            "person": note.person,
            "imported_by": note.imported_by,
            "recorded_at": written(note.recorded_at),
        }
        for note in sorted(notes, key=lambda note: (note.first, note.model_id))
    ]
    return pd.DataFrame(found, columns=COLUMNS.names, dtype=object)
