"""The trainings that were started, and every line of the plan."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.retraining.plans import PLANNED, open_plans
from dashboard.governance.retraining.runs import Run, runs
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

PLANNED_FOR = Column("planned_for", "day", mark("Planned for"))
RUNS = declare(
    Column("retraining", "id", mark("Training id")),
    "model",
    Column("started_at", "instant", mark("Started")),
    Column("way", "code", mark("How it is started")),
    "person",
    PLANNED_FOR,
    "reason state",
    Column("ended_at", "instant", mark("Ended")),
    "version detail imported_by",
)
PLANS = declare(
    "model",
    Column("at", "instant", mark("Stated on")),
    Column("day", "day", mark("Planned day")),
    Column("instead_of", "day", mark("In place of")),
    Column("open", "bool", mark("Still open")),
    "person reason imported_by",
)


@view("retraining-runs", columns=RUNS, model="optional")
def retraining_runs(store: Store, query: Query) -> pd.DataFrame:
    """Which trainings were started, by whom and in which way, and what came of them?

    Columns: retraining (id, also that of the signed call), model, started_at (UTC), way (webhook, command, hand),
    person, planned_for (day of the plan; null = none), reason, state (calling: the start is recorded, and the call has
    no answer yet; running, unknown: nobody knows whether it began; done, failed), ended_at (UTC), version (that it
    made), detail (what was answered or said), imported_by (null = started here). Newest first.
    """
    situation = _situation(store, query)
    found = [run for model_id in situation.cards for run in runs(situation, model_id)]
    found.sort(key=lambda run: run.started_at, reverse=True)
    return pd.DataFrame([_run_row(run) for run in found], columns=RUNS.names, dtype=object)


@view("retraining-plans", columns=PLANS, model="optional")
def retraining_plans(store: Store, query: Query) -> pd.DataFrame:
    """What was planned, moved and cancelled, by whom, when and why?

    Columns: model, at (when it was stated, UTC), day (planned; null = the line cancels a plan), instead_of (day of the
    plan whose place it takes, or that it cancels), open (nobody has moved, cancelled or carried it out), person,
    reason, imported_by (null = stated here). Newest first; no line is ever changed.
    """
    situation = _situation(store, query)
    found = []
    for model_id in situation.cards:
        stated = {(plan.day, plan.stated_at) for plan in open_plans(situation, model_id)}
        for event in situation.events(model_id, PLANNED):
            said = event.content
            is_open = any(day.isoformat() == said.get("day") and at == event.happened_at for day, at in stated)
            found.append(
                (
                    model_id, written(event.happened_at), said.get("day"), said.get("instead_of"), is_open,
                    said.get("person"), said.get("reason"), event.imported_by,
                )
            )  # fmt: skip
    found.sort(key=lambda row: str(row[1]), reverse=True)
    return pd.DataFrame(found, columns=PLANS.names, dtype=object)


def _situation(store: Store, query: Query) -> Situation:
    chosen = models_of(store, query)
    return Situation(
        store, query.on, query.as_of, seen=frozenset({chosen}) if isinstance(chosen, str) else query.seen
    )  # fmt: skip


def _run_row(run: Run) -> tuple[object, ...]:
    return (
        run.retraining, run.model_id, written(run.started_at), run.way, run.person,
        run.planned_for.isoformat() if run.planned_for else None, run.reason, run.state,
        written(run.ended_at) if run.ended_at else None, run.version, run.detail, run.imported_by,
    )  # fmt: skip
