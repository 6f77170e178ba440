"""What happened outside of the organisation that may matter for a model: holidays, laws, the market, the weather."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.schema.card.card import ModelCard
from dashboard.store.events import RecordedEvent
from dashboard.words import mark

OUTSIDE = "outside"
# The categories of events outside, in words.
CATEGORY_WORDS: dict[str, str] = {
    "holiday": mark("Holiday"),
    "law": mark("Law"),
    "market": mark("Market"),
    "weather": mark("Weather"),
    "society": mark("Society"),
    "other": mark("Something else"),
}


@dataclass(frozen=True)
class OutsideNote:
    """Something outside from `first` to `last` (days in the model's time zone); who noted it, and when (UTC).

    `imported_by` is who imported it, as the ledger names them; None for what was noted here.
    """

    model_id: str
    category: str
    title: str
    text: str | None
    first: date
    last: date
    person: str | None
    recorded_at: datetime
    imported_by: str | None


def outside_notes(card: ModelCard, events: Iterable[RecordedEvent]) -> list[OutsideNote]:
    """The notes of a model's events of kind `outside`, first things first."""
    found = []
    for event in events:
        (first, last), said = event.days(card), event.content
        found.append(
            OutsideNote(
                event.model_id, said["category"], said["title"], said.get("text"), first, last,
                said.get("person"), event.recorded_at, event.imported_by,
            )
        )  # fmt: skip
    return sorted(found, key=lambda note: (note.first, note.last, note.title))
