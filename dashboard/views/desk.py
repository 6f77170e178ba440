"""What needs whom: every open point of the portfolio, for the desk of each person."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.governance.desk.sources.gaps import task_of
from dashboard.governance.gaps.registry import Gap
from dashboard.governance.judgements.subjects.tasks import Stakes, row_of
from dashboard.store.engine.database import Store
from dashboard.store.judgements import Search
from dashboard.views.columns import declare
from dashboard.views.judged import frame_of, judged_rows, portfolio_gaps, portfolio_of, tell_row
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("person model kind what why severity since due overdue stake promised currency minutes page")


@view("desk", columns=COLUMNS, model="optional")
def desk(store: Store, query: Query) -> pd.DataFrame:
    """What waits for whom, why, by when, what is at stake and how long does it take?

    Columns: person (null = nobody is known to ask), model, kind, what (to do), why, severity, since and due (days),
    overdue, stake (points, 1 to 75: highest risk of the model times severity), promised (value a month) with its
    currency, minutes (an estimate), page (where it is done). Overdue first, then most stake per minute.
    """
    found = judged_rows(store, query, "task", search=Search(ranked=True))
    counted = [_task(store, query, gap) for gap in portfolio_gaps(store, query)]
    if counted:
        found = sorted([*found, *counted], key=_order)
    return frame_of(found, COLUMNS)


def _task(store: Store, query: Query, gap: Gap) -> dict[str, Any]:
    member = portfolio_of(store, query).members[gap.model_id]
    stakes = Stakes(member.day, member.risk, member.promised, member.currency)
    return tell_row(row_of(task_of(gap), stakes), query.language)


def _order(row: dict[str, Any]) -> tuple[bool, float, bool, str, str]:
    """Overdue first, then most stake per minute, then by day."""
    due = row["due"]
    return not row["overdue"], -row["stake"] / row["minutes"], due is None, due or "", row["model"]
