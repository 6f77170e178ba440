"""Which process rests on which model, and what happens when a model is down."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.outages.along_graph import Supported, outage, process_map
from dashboard.lineage.assembly import graph_of
from dashboard.lineage.names import kind_of, name_of
from dashboard.schema.texts import LocalText
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import refuse
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

FALLBACK = Column("fallback", "text", mark("Fallback"))
PROCESSES = declare(
    "process model",
    Column("consumers", "text", mark("Consumers")),
    "owner",
    Column("tolerable_outage_hours", "number", mark("Tolerable outage"), mark("hours")),
    FALLBACK,
    Column("cost_per_hour", "money", mark("Cost per hour")),
    "currency",
)
OUTAGE = declare(
    Column("position", "whole", mark("Order")),
    "kind",
    Column("node", "id", mark("Node")),
    Column("through", "text", mark("Through")),
    Column("stops", "bool", mark("Stops")),
    Column("tolerable_outage_hours", "number", mark("Tolerable outage"), mark("hours")),
    Column("lost", "money", mark("Lost value")),
    "currency",
    FALLBACK,
    "role",
)
ONE_HOUR = 1.0


@view("process-map", columns=PROCESSES, model="optional")
def processes(store: Store, query: Query) -> pd.DataFrame:
    """Which business process rests on which models?

    Columns: process, model, consumers (of the model), owner (of the process), tolerable_outage_hours and fallback (of
    the process; null = not stated), cost_per_hour (in currency: the promised value of the model for one hour, by
    the promise in force on the day; null = nothing is promised), currency.
    """
    graph = graph_of(store, query.on, query.as_of, query.seen)
    found = [one for one in process_map(store, graph) if query.model in (None, one.model)]
    return pd.DataFrame([_row(one, query) for one in found], columns=PROCESSES.names, dtype=object)


def _row(one: Supported, query: Query) -> tuple[object, ...]:
    process = one.process
    stated: tuple[object, ...] = (None, None, None)
    if process is not None:
        stated = (process.owner, process.tolerable_outage_hours, _in(process.fallback, query))
    return one.process_id, one.model, ", ".join(one.consumers) or None, *stated, one.cost_per_hour, one.currency


@view("outage", columns=OUTAGE)
def down(store: Store, query: Query) -> pd.DataFrame:
    """What stops when the model is down for some hours, what does it cost, and whom does one call?

    Columns: position (the order in which to read it and to call), kind (model, use and process: what it takes with it;
    call), node (what is down, or the person to call), through (the models that it misses, or what the person is called
    about), stops (models and uses do; a process does when that is longer than it can bear; null = nobody said how long
    it can), tolerable_outage_hours, lost (in currency: the promised value of a model for these hours; null = nothing
    is promised), currency, fallback (of a process), role (in which a person is called). `hours` is how long the model
    is down, one hour by default.
    """
    assert query.model is not None
    hours = ONE_HOUR if query.hours is None else query.hours
    if hours < 0:
        refuse("hours", f"received {hours:g}; allowed are 0 hours or more; write it like 6")
    get_card(store, query.model, query.as_of)
    found = outage(store, graph_of(store, query.on, query.as_of, query.seen), query.model, hours)
    rows: list[tuple[object, ...]] = [
        (kind_of(one.node), one.node, name_of(one.through), True, None, one.lost, one.currency, None, None)
        for one in found.down
    ]
    rows += [
        (
            "process", f"process:{hit.process.id}", ", ".join(hit.models), hit.stops, hit.left_hours, None, None,
            _in(hit.process.fallback, query), None,
        )
        for hit in found.hits
    ]  # fmt: skip
    rows += [("call", f"person:{one.person}", one.about, None, None, None, None, None, one.role) for one in found.calls]
    numbered = [(position, *row) for position, row in enumerate(rows, 1)]
    return pd.DataFrame(numbered, columns=OUTAGE.names, dtype=object)


def _in(text: LocalText | None, query: Query) -> str | None:
    return None if text is None else text.in_language(query.language)
