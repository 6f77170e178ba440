"""Edges that are read when a walk comes to them: of one run, of one prediction, and to who answers for a model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.governance.situation.roles import roles_from_records
from dashboard.lineage.event_edges import EventEdges
from dashboard.lineage.graph import Edge
from dashboard.lineage.logged import LoggedPrediction, find_prediction
from dashboard.lineage.model_edges import DataNodes
from dashboard.lineage.names import node_id
from dashboard.store.cards import card_histories
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.store.lineage_reports import read_run

ACCOUNTABLE = "accountable_executive"


def run_edges(store: Store, events: EventEdges, run: str, as_of: datetime | None) -> list[Edge] | None:
    """What one run read and wrote, its job and its parent; None for a run that is not known."""
    reported = read_run(store, run, as_of)
    if reported is None:
        return None
    node, day = node_id("run", run), reported.begun_at.date()
    found: dict[tuple[str, str, str], Edge] = {}

    def add(source: str, target: str, kind: str) -> None:
        edge = Edge(source, target, kind, day, None, reported.job)  # type: ignore[arg-type]
        found.setdefault((source, target, kind), edge)

    for kind, source, target in reported.relations:
        if kind == "reads":
            add(events.one_name.of.get(source, source), node, "reads")
        elif kind == "writes":
            add(node, events.one_name.of.get(target, target), "writes")
    if reported.parent_run is not None:
        add(node_id("run", reported.parent_run), node, "parent")
    add(reported.job, node, "parent")
    return list(found.values())


def prediction_edges(
    store: Store, name: str, data: DataNodes, seen: frozenset[str] | None, as_of: datetime | None
) -> list[Edge] | None:
    """What one prediction (`MODEL/ID`) comes from: its version, and the data that the model's own jobs read.

    None where it is not in the log, or the reader does not see its model.
    """
    made = find_prediction(store, name, seen, as_of)
    if made is None:
        return None
    node, day = node_id("prediction", name), made.day
    edges = [Edge(node_id("version", f"{made.model_id}@{made.version}"), node, "predicts", day, None, "log")]
    edges += [Edge(dataset, node, "row", day, None, job) for dataset, job in _read_on(made, data).items()]
    return edges


def _read_on(made: LoggedPrediction, data: DataNodes) -> dict[str, str]:
    """The datasets that the model's own jobs read on the day of a prediction, each with one such job."""
    found: dict[str, str] = {}
    for job in data.named_as.get(made.model_id, ()):
        for dataset, first, ended in data.reads.get(job, ()):
            if (first is None or first <= made.day) and (ended is None or made.day < ended):
                found.setdefault(dataset, job)
    return found


@dataclass(frozen=True)
class Day:
    """The day that is asked about (None: today in the model's zone), as known at an instant."""

    on: date | None
    as_of: datetime | None


def accountable_edges(store: Store, models: Collection[str] | None, asked: Day) -> list[Edge]:
    """Who answers for some models, or for all, on a day."""
    histories = card_histories(store, models, asked.as_of)
    events = defaultdict(list)
    for event in list_events(store, models, ["role"], asked.as_of):
        events[event.model_id].append(event)
    found = []
    for held in roles_from_records(histories, events):
        card = histories[held.model_id][-1].card
        day = asked.on or card.local_day(asked.as_of or now())
        if held.role == ACCOUNTABLE and held.on(day):
            after = held.end + timedelta(days=1) if held.end else None
            node = node_id("model", held.model_id)
            found.append(Edge(node, node_id("person", held.person), "accountable", held.start, after, node))
    return found
