"""What was decided about models, who carries it out until when, and what became of it."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.decisions import DECISION_KINDS, RecordedDecision, decisions_of
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    "statement model",
    Column("decision", "text", mark("Decision")),
    "reason person",
    Column("at", "instant", mark("Decided on")),
    Column("owner", "person", mark("Carried out by")),
    "due until state",
    Column("outcome", "text", mark("What became of it")),
    "resolved_by resolved_at",
)


@view("decisions", columns=COLUMNS, model="optional")
def decisions(store: Store, query: Query) -> pd.DataFrame:
    """What was decided about each model, who carries it out until when, and what became of it?

    Columns: statement (id), model, decision, reason, person (who decided), at (UTC), owner (who carries it out; null =
    it is a rule, nothing to do), due (day), until (last day on which it holds; null = until further notice), state
    (open, overdue, done, dropped, stated), outcome (in the words of who resolved it), resolved_by, resolved_at (UTC).
    Newest first. `on` asks about the end of a day, `as_of` for what was known then.
    """
    chosen = models_of(store, query)
    seen = frozenset({chosen}) if isinstance(chosen, str) else query.seen
    situation = Situation(store, query.on, query.as_of, seen=seen)
    found = [
        _row(situation, one)
        for model_id in situation.cards
        for one in decisions_of(situation.statements(model_id, *DECISION_KINDS))
    ]
    found.sort(key=lambda row: str(row["at"]), reverse=True)
    return pd.DataFrame(found, columns=COLUMNS.names, dtype=object)


def _row(situation: Situation, one: RecordedDecision) -> dict[str, object]:
    resolution = one.resolution
    return {
        "statement": one.decision_id,
        "model": one.model_id,
        "decision": one.text,
        "reason": one.reason,
        "person": one.person,
        "at": written(one.at),
        "owner": one.owner,
        "due": one.due.isoformat() if one.due else None,
        "until": one.until.isoformat() if one.until else None,
        "state": one.state(situation.day(one.model_id)),
        "outcome": resolution.reason if resolution else None,
        "resolved_by": resolution.person if resolution else None,
        "resolved_at": written(resolution.at) if resolution else None,
    }
