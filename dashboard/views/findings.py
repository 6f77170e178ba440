"""What was rejected or approved with conditions, and what became of it."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.sign_offs.findings import Finding, findings_of, may_resolve
from dashboard.governance.situation.current import situation_on
from dashboard.governance.situation.situation import Situation
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare(
    "finding model step kind what owner due_on state raised_by raised_at resolved_by resolved_at reason", "may_resolve"
)
ORDER = ("overdue", "open", "resolved")


@view("findings", columns=COLUMNS, model="optional")
def findings(store: Store, query: Query) -> pd.DataFrame:
    """Which conditions and rejections are still to be dealt with, by whom and until when?

    Columns: finding (id), model, step, kind (conditions, reject), what (the condition or the reason), owner (who deals
    with it), due_on (day), state (overdue, open, resolved), raised_by, raised_at (UTC), resolved_by, resolved_at (UTC),
    reason (how it ended), may_resolve (person ids who may close it; null when it is closed). Overdue first.
    """
    situation = situation_on(store, query.on, query.as_of, query.seen)
    if query.model is not None:
        get_card(store, query.model, query.as_of)
    chosen = [query.model] if query.model is not None else list(situation.cards)
    found = [finding for model_id in chosen for finding in findings_of(situation, model_id)]
    ordered = sorted(found, key=lambda finding: (ORDER.index(finding.state), finding.due))
    return pd.DataFrame([_row(situation, one) for one in ordered], columns=COLUMNS.names, dtype=object)


def _row(situation: Situation, finding: Finding) -> dict[str, object]:
    raised = finding.raised
    closed = finding.resolved_at
    return {
        "finding": finding.finding_id,
        "model": raised.model_id,
        "step": raised.step,
        "kind": raised.decision,
        "what": raised.conditions or raised.reason,
        "owner": finding.owner,
        "due_on": finding.due.isoformat(),
        "state": finding.state,
        "raised_by": raised.person,
        "raised_at": written(raised.at),
        "resolved_by": finding.resolved_by,
        "resolved_at": written(closed),
        "reason": finding.reason,
        "may_resolve": ", ".join(may_resolve(situation, finding)) or None if finding.is_open else None,
    }
