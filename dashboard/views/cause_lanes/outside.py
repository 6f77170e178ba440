"""What happened outside of the organisation."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.governance.causes.happenings import Happening
from dashboard.governance.causes.outside import CATEGORY_WORDS, OUTSIDE, outside_notes
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.views.cause_lanes.registry import lane
from dashboard.views.query import Query
from dashboard.words import Sentence, mark

NOTED = mark("{category}: {title}")


@lane("outside")
def outside(store: Store, query: Query) -> Iterable[Happening]:
    """Days of holidays, new laws, market and weather, as people noted them; they say nothing about the model."""
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    for note in outside_notes(card, list_events(store, card.id, (OUTSIDE,), query.as_of)):
        what = Sentence(NOTED, {"category": Sentence(CATEGORY_WORDS[note.category]), "title": note.title})
        yield Happening("outside", note.first, note.first, note.last, "unknown", what)
