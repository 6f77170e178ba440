"""What was tried for a model, and what was selected."""

from __future__ import annotations

import json

import pandas as pd

from dashboard.governance.experiments import EXPERIMENT, Run, runs_of
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

COLUMNS = declare(
    Column("run", "text", mark("Run")),
    Column("started_at", "instant", mark("Started")),
    Column("hypothesis", "text", mark("Hypothesis")),
    Column("parameters", "json", mark("Settings")),
    Column("metrics", "json", mark("Results")),
    Column("dataset", "text", mark("Data")),
    "code_revision version",
    Column("selected", "bool", mark("Selected")),
    "reason person",
    Column("decided_at", "instant", mark("Decided on")),
    Column("source", "text", mark("Source")),
    "recorded_at",
)


@view("experiments", columns=COLUMNS)
def experiments(store: Store, query: Query) -> pd.DataFrame:
    """What was tried for a model, why, with which result, and what was selected?

    Columns: run (its name), started_at (UTC), hypothesis, parameters (JSON: name to value), metrics (JSON: name to
    number), dataset, code_revision, version (that it became), selected (null = not decided), reason and person and
    decided_at (of that decision), source (where it was recorded first; null = here), recorded_at (UTC). The last
    started first.
    """
    assert query.model is not None
    models_of(store, query)
    runs = runs_of(list_events(store, query.model, (EXPERIMENT,), query.as_of))
    return pd.DataFrame([_row(run) for run in runs], columns=COLUMNS.names, dtype=object)


def _row(run: Run) -> dict[str, object]:
    return {
        "run": run.name,
        "started_at": written(run.started_at),
        "hypothesis": run.hypothesis,
        "parameters": json.dumps(dict(run.parameters), ensure_ascii=False) if run.parameters else None,
        "metrics": json.dumps(dict(run.metrics)) if run.metrics else None,
        "dataset": run.dataset,
        "code_revision": run.code_revision,
        "version": run.version,
        "selected": run.selected,
        "reason": run.reason,
        "person": run.person if run.selected is not None else run.recorded_by,
        "decided_at": written(run.decided_at) if run.decided_at else None,
        "source": run.source,
        "recorded_at": written(run.recorded_at),
    }
