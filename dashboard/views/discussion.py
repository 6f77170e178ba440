"""What people said about models: comments, decisions, and what was done about alerts and statuses."""

from __future__ import annotations

import json

import pandas as pd

from dashboard.governance import acceptances, alerts
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.statements import DECISION, DISCUSSION_KINDS, Statement, list_statements
from dashboard.views.alerts import ends_of_day
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence

KINDS = (*DISCUSSION_KINDS, *alerts.KINDS, *acceptances.KINDS)
# By kind of statement: what its content calls the text that is read first.
TEXTS = {DECISION: "decision", alerts.ACKNOWLEDGED: "note", alerts.CLOSED: "cause", acceptances.ACCEPTED: "status"}
COLUMNS = declare("statement model kind subject person actor at text reason until corrects figures")


@view("discussion", columns=COLUMNS, model="optional")
def discussion(store: Store, query: Query) -> pd.DataFrame:
    """What was said, decided and done about each model, by whom, when and why?

    Columns: statement (id), model, kind (comment, decision, rating_requested, alert_..., status_accepted,
    acceptance_withdrawn), subject (an area, a risk, or the id of an alert or statement), person (null: a program),
    actor, at (UTC), text, reason, until (day), corrects (id of the comment that it corrects), figures (JSON: what was
    known when a decision was taken). Newest first. `on` asks about everything until the end of a day.
    """
    chosen = models_of(store, query)
    situation = Situation(
        store, query.on, query.as_of, seen=frozenset({chosen}) if isinstance(chosen, str) else query.seen
    )
    ends = ends_of_day(situation, query) or {}
    found = [
        _row(one, query.language)
        for one in reversed(list_statements(store, KINDS, query.model, query.as_of))
        if one.model_id in situation.cards and (one.model_id not in ends or one.recorded_at < ends[one.model_id])
    ]
    return pd.DataFrame(found, columns=COLUMNS.names, dtype=object)


def _row(one: Statement, language: str) -> dict[str, object]:
    content = one.content
    reason = content.get("reason")
    if one.kind == alerts.REOPENED:
        values = content["values"]
        reason = Sentence(str(content["message"]), values if isinstance(values, dict) else {}).render(language)
    figures = content.get("figures")
    return {
        "statement": one.fact_id,
        "model": one.model_id,
        "kind": one.kind,
        "subject": one.subject,
        "person": one.person_id,
        "actor": one.actor,
        "at": written(one.recorded_at),
        "text": content.get(TEXTS.get(one.kind, "text")),
        "reason": reason,
        "until": content.get("until"),
        "corrects": content.get("corrects"),
        "figures": json.dumps(figures, sort_keys=True, ensure_ascii=False) if figures else None,
    }
