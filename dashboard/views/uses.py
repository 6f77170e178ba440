"""For what the models are used, and whether that was approved."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.sign_offs.signatures import entitled
from dashboard.governance.situation.current import situation_on
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.uses import Use, uses_of
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("model kind consumer purpose calls first_seen last_seen state allowed_until person reason may_answer")


@view("uses", columns=COLUMNS, model="optional")
def uses(store: Store, query: Query) -> pd.DataFrame:
    """Who uses each model for what, and was that approved?

    Columns: model, kind (use: a consumer and its purpose; population: cases for which predictions were asked, where the
    card says for which it is approved), consumer (`population` for cases), purpose (cases like `carrier = XX`), calls
    (predictions for cases), first_seen, last_seen (days), state (approved, unapproved, allowed, stopping, ended),
    allowed_until (day), person (who answered), reason (their reason), may_answer (person ids whose decision it is; null
    = nothing is open).
    """
    situation = situation_on(store, query.on, query.as_of, query.seen)
    if query.model is not None:
        get_card(store, query.model, query.as_of)
    chosen = [query.model] if query.model is not None else list(situation.cards)
    found = [_row(situation, use) for model_id in chosen for use in uses_of(situation, model_id)]
    return pd.DataFrame(found, columns=COLUMNS.names, dtype=object)


def _row(situation: Situation, use: Use) -> dict[str, object]:
    answer = use.answer
    allowed = entitled(situation, use.model_id, "accountable_executive", situation.day(use.model_id))
    return {
        "model": use.model_id,
        "kind": use.kind,
        "consumer": use.consumer,
        "purpose": use.purpose,
        "calls": use.calls,
        "first_seen": use.first.isoformat(),
        "last_seen": use.last.isoformat(),
        "state": use.state,
        "allowed_until": answer.until.isoformat() if answer and answer.until else None,
        "person": answer.person if answer else None,
        "reason": answer.reason if answer else None,
        "may_answer": ", ".join(allowed) or None if use.is_gap else None,
    }
