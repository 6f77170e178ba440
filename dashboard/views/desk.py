"""What needs whom: every open point of the portfolio, for the desk of each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.governance.desk.sources.gaps import task_of
from dashboard.governance.judgements.registry import Row
from dashboard.governance.judgements.subjects.tasks import Stakes, row_of
from dashboard.governance.judgements.token_tasks import token_rows
from dashboard.governance.situation.portfolio import Member, Portfolio
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.grants import list_grants
from dashboard.store.judgements import Search
from dashboard.store.tokens import list_tokens
from dashboard.views.columns import declare
from dashboard.views.judged import frame_of, judged_rows, tell_row
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.portfolios import of_portfolio, portfolio_gaps
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

# What loads are counted from.
CELLS = declare("person severity overdue minutes")
COLUMNS = declare("person model kind what why severity since due overdue stake promised currency minutes page")


@view("desk", columns=COLUMNS, model="optional")
def desk(store: Store, query: Query) -> pd.DataFrame:
    """What waits for whom, why, by when, what is at stake and how long does it take?

    Columns: person (null = nobody is known to ask), model, kind, what (to do), why, severity, since and due (days),
    overdue, stake (points, 1 to 75: highest risk of the model times severity), promised (value a month) with its
    currency, minutes (an estimate), page (where it is done). Overdue first, then most stake per minute. A token that
    ends soon is about no model (null), and shown to its owner and administrators. Of one `person`, `limit` and `offset`
    as asked.
    """
    end = None if query.limit is None else query.offset + query.limit
    found = judged_rows(store, query, "task", search=Search(person=query.person, most=end, ranked=True))
    besides = [*_counted(store, query), *_of_tokens(store, query)]
    rows = [row for row in besides if query.person in (None, row.person or "")]
    if counted := [tell_row(row, query.language) for row in rows[:end]]:
        found = sorted([*found, *counted], key=_order)
    return frame_of(found[query.offset : end], COLUMNS)


@view(
    "desk-loads",
    columns=declare(
        "person",
        Column("open", "count", mark("Open points")),
        Column("overdue", "count", mark("Overdue")),
        Column("severe", "count", mark("Severe and overdue")),
        "minutes",
    ),
    model="none",
)
def loads(store: Store, query: Query) -> pd.DataFrame:
    """How much waits for whom?

    Columns: person (null = nobody is known to ask), open (points), overdue, severe (of high severity and overdue),
    minutes (an estimate).
    """
    counted = of_portfolio(store, query, "task loads", lambda _: _loads(_cells(_counted(store, query))))
    judged = _loads(judged_frame(store, query, "task", CELLS))
    parts = [judged, counted, _loads(_cells(_of_tokens(store, query)))]
    frame = pd.concat([part for part in parts if len(part)] or parts[:1])
    return frame.groupby("person", dropna=False).sum().reset_index()


def _cells(tasks: Sequence[Row]) -> pd.DataFrame:
    rows = [(one.person, one.status, one.content["overdue"], one.content["minutes"]) for one in tasks]
    return pd.DataFrame(rows, columns=CELLS.names)


def _loads(tasks: pd.DataFrame) -> pd.DataFrame:
    """The numbers of each person's tasks, as the view names them."""
    overdue = tasks["overdue"].to_numpy(dtype=bool)
    counted = pd.DataFrame(
        {
            "person": tasks["person"],
            "open": 1,
            "overdue": overdue.astype(int),
            "severe": (overdue & (tasks["severity"] == "high").to_numpy(dtype=bool)).astype(int),
            "minutes": tasks["minutes"].to_numpy(dtype=int),
        }
    )
    return counted.groupby("person", dropna=False, as_index=False).sum()


def _counted(store: Store, query: Query) -> list[Row]:
    """The tasks that follow from what counts over the portfolio, in their order."""

    def find(portfolio: Portfolio) -> list[Row]:
        members, gaps = portfolio.members, portfolio_gaps(store, query)
        rows = [row_of(task_of(gap), _stakes(members[gap.model_id])) for gap in gaps if gap.model_id in members]
        return sorted(rows, key=lambda row: _order(row.content))

    return of_portfolio(store, query, ("tasks", query.model), find)


def _of_tokens(store: Store, query: Query) -> list[Row]:
    """What tokens need of their owners; about no model, and shown to the owner and to administrators only."""
    if query.model is not None or query.on is not None:
        return []
    tokens = list_tokens(store, query.as_of)
    grants = list_grants(store, query.as_of) if tokens else {}
    administrators = [person for person, recorded in grants.items() if "admin" in recorded.grant.roles]
    rows = token_rows(tokens, next(iter(administrators), None), query.as_of or now())
    return sorted((row for row in rows if query.own in (None, row.person)), key=lambda row: _order(row.content))


def _stakes(member: Member) -> Stakes:
    return Stakes(member.day, member.risk, member.promised, member.currency)


def _order(row: Mapping[str, Any]) -> tuple[bool, float, bool, str, str]:
    """Overdue first, then most stake per minute, then by day."""
    due = row["due"]
    return not row["overdue"], -row["stake"] / row["minutes"], due is None, str(due or ""), row["model"] or ""
