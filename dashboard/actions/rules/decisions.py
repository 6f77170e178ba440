"""Who says what became of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import named
from dashboard.actions.rules.judging import who_answers
from dashboard.errors import ForbiddenError, NotFoundError, shorten
from dashboard.governance.decisions import DECISION_KINDS, RecordedDecision, decisions_of
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.statements import list_statements
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.decisions import ResolvedDecision
    from dashboard.actions.registry import Call


def found_decision(store: Store, payload: ResolvedDecision) -> RecordedDecision:
    """The decision that is meant by its id, or the newest of these words; raises NotFoundError when there is none."""
    get_card(store, payload.model)
    known = decisions_of(list_statements(store, DECISION_KINDS, payload.model))
    found = next((one for one in reversed(known) if payload.decision in (one.decision_id, one.text)), None)
    if found is None:
        message = f"decision {shorten(payload.decision)} is not known; see show decisions {payload.model}"
        raise NotFoundError(message)
    return found


def by_owner_or_who_decided(call: Call, payload: ResolvedDecision) -> None:
    """Raise ForbiddenError unless who carries a decision out, took it, or answers for the model says what became."""
    found = found_decision(call.store, payload)
    allowed = dict.fromkeys(filter(None, (found.owner, found.person, *who_answers(call, payload.model))))
    if call.person not in allowed:
        message = mark("Only who carries a decision out, took it, or is accountable may close it: {people}.")
        raise ForbiddenError(Sentence(message, {"people": named(call.store, allowed)}))
