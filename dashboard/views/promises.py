"""What each model is to be worth: every line of its promise, by whom it was signed, and which one counts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard.governance.situation.current import situation_of
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import Promise, promise_on, promises, spans_in_force
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    "model from",
    Column("until", "day", mark("In force until")),
    "per_month currency signed_by signed_at reason state source",
    Column("backdated", "bool", mark("Stated after it began")),
    "imported_by recorded_at",
)


@view("promises", columns=COLUMNS)
def promises_of(store: Store, query: Query) -> pd.DataFrame:
    """What was promised that a model is worth per month, by whom, and which line counts when?

    Columns: model, from (null = on the first card, so from the beginning), until (last day on which the line counts;
    null = open, or it never counts), per_month in currency, signed_by (null = nobody signed this line), signed_at
    (UTC), reason, state (in_force, to_come, replaced; on the day asked about), source (card, event), backdated (stated
    after its first day, so that it changed what had been promised for days that were over), imported_by (who imported
    the event, as the ledger names them; null = promised here, or on a card), recorded_at (UTC). Newest first. `on` asks
    for what had been stated by a day, `as_of` for what was known then.
    """
    assert query.model is not None
    models_of(store, query)
    situation = situation_of(store, [query.model], query.on, query.as_of)
    found = list(_rows(situation, query.model))
    return pd.DataFrame(reversed(found), columns=COLUMNS.names, dtype=object)


def _rows(situation: Situation, model_id: str) -> Iterator[dict[str, object]]:
    lines, day = promises(situation, model_id), situation.day(model_id)
    valid, spans = promise_on(lines, day), spans_in_force(lines)
    for line in lines:
        until = spans.get(line)
        counts = line in spans
        yield {
            "model": model_id,
            "from": line.start.isoformat() if line.start else None,
            "until": until.isoformat() if until else None,
            "per_month": line.per_month,
            "currency": line.currency,
            "signed_by": line.signed_by,
            "signed_at": written(line.signed_at) if line.signed_at else None,
            "reason": line.reason,
            "state": "in_force" if line == valid else "to_come" if counts and not line.holds_on(day) else "replaced",
            "source": line.source,
            "backdated": _backdated(situation, line),
            "imported_by": line.imported_by,
            "recorded_at": written(line.recorded_at),
        }


def _backdated(situation: Situation, line: Promise) -> bool:
    return line.start is not None and line.start < situation.cards[line.model_id].local_day(line.stated_at)
