"""Note what happens outside of the organisation, for one model or for all models of its business process."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.statements import Words
from dashboard.errors import refused
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.business_events import Outside, OutsideEvent
from dashboard.schema.card.card import ModelCard
from dashboard.schema.texts import Label, ModelId
from dashboard.schema.times import Day
from dashboard.store.cards import get_card, list_cards
from dashboard.store.events import append_events
from dashboard.words import Sentence, mark


class OutsideNoted(Payload):
    """Something outside from the day `start` to `end` (default: that day) that may matter for a model.

    With `whole_process` it is noted for every model of the same business process that who acts may see.
    """

    model: ModelId
    category: Outside
    title: Label
    start: Day
    end: Day | None = None
    text: Words | None = None
    whole_process: bool = False

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise refused(Sentence(mark("The last day lies before the first day.")), "end")
        return self


@action(
    "note_outside",
    command="note outside MODEL CATEGORY TITLE --from [--to] [--text] [--whole-process]",
    rights=Rights(ACCESS_ROLES, personal=True),
)
def note_outside(call: Call, payload: OutsideNoted) -> str:
    """Note a holiday, a law, the market, the weather or whatever else outside may move what a model sees.

    Raises NotFoundError for an unknown model, InputRefusedError when exactly this is noted already, and where the whole
    process is meant and the card names none.
    """
    card = get_card(call.store, payload.model)
    chosen = _of_process(call, card) if payload.whole_process else [card]
    events = [(_event(call, payload, one), one.time_zone) for one in chosen]
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        added = append_events(cursor, events, call.actor, None)
        if not added:
            raise refused(Sentence(mark("Exactly this is already noted.")), "title")
        for event in added:
            said = {"category", "title", "at", "until", "text"}
            audit_context.after[event.model] = event.model_dump(mode="json", include=said, exclude_none=True)
    return f"noted {payload.category} “{payload.title}” for {', '.join(event.model for event in added)}"


def _event(call: Call, payload: OutsideNoted, card: ModelCard) -> OutsideEvent:
    return OutsideEvent(
        kind="outside",
        model=card.id,
        at=payload.start,
        until=payload.end,
        category=payload.category,
        title=payload.title,
        text=payload.text,
        person=call.person,
    )


def _of_process(call: Call, card: ModelCard) -> list[ModelCard]:
    """The cards of the models of a card's business process that exist for who acts."""
    process = card.business.process
    if process is None:
        raise refused(Sentence(mark("The card of this model names no business process.")), "whole_process")
    known = (recorded.card for recorded in list_cards(call.store).values())
    return [one for one in known if one.business.process == process and call.principal.sees(one.id)]
