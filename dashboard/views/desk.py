"""What needs whom: every open point of the portfolio, for the desk of each person."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.desk.tasks import Task, find_tasks, value_at_risk
from dashboard.governance.situation.current import situation_on
from dashboard.governance.situation.situation import Situation
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.portfolio import highest_risk
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import translate

COLUMNS = declare("person model kind what why severity since due overdue stake promised currency minutes page")


@view("desk", columns=COLUMNS, model="optional")
def desk(store: Store, query: Query) -> pd.DataFrame:
    """What waits for whom, why, by when, what is at stake and how long does it take?

    Columns: person (null = nobody is known to ask), model, kind, what (to do), why, severity, since and due (days),
    overdue, stake (points, 1 to 75: highest risk of the model times severity), promised (value a month) with its
    currency, minutes (an estimate), page (where it is done). Overdue first, then most stake per minute.
    """
    situation = situation_on(store, query.on, query.as_of, query.seen)
    if query.model is not None:
        get_card(store, query.model, query.as_of)
    chosen = [query.model] if query.model is not None else list(situation.cards)
    risks = {model_id: highest_risk(situation, model_id) for model_id in chosen}
    records = [_record(situation, task, risks[task.model_id], query.language) for task in find_tasks(situation, chosen)]
    frame = pd.DataFrame(records, columns=COLUMNS.names, dtype=object)
    if frame.empty:
        return frame
    order = frame.assign(
        rate=[-points / minutes for points, minutes in zip(frame["stake"], frame["minutes"], strict=True)]
    )
    order["late"] = ~frame["overdue"].astype(bool)
    return frame.loc[order.sort_values(["late", "rate", "due", "model"], kind="stable").index].reset_index(drop=True)


def _record(situation: Situation, task: Task, risk: int | None, language: str) -> tuple[object, ...]:
    due, value = task.due_on(), situation.cards[task.model_id].business.value
    return (
        task.person,
        task.model_id,
        task.kind,
        translate(task.what, language),
        task.why.render(language),
        task.severity,
        task.since.isoformat() if task.since else None,
        due.isoformat() if due else None,
        due is not None and due < situation.day(task.model_id),
        value_at_risk(task, risk),
        value.promised_per_month if value else None,
        value.currency if value else None,
        task.minutes,
        task.page,
    )
