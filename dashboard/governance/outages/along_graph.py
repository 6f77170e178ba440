"""Processes with the models that they rest on, and what the outage of a model takes with it along the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.governance.outages.rules import Call, Hit, calls_for, hits_of
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.at_stake import Stakes
from dashboard.lineage.graph import Graph
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.lineage.walks import walk
from dashboard.schema.card.roles import ROLE_NAMES
from dashboard.schema.people import Process
from dashboard.store.engine.database import Store
from dashboard.store.organisation import get_organisation
from dashboard.store.traced_models import TracedModel, traced_models


@dataclass(frozen=True)
class Supported:
    """A process and one model that it rests on, with the consumers of the model.

    `process` is None where nobody registered it; `cost_per_hour` is the promised value of an hour, None without one.
    """

    process_id: str
    model: str
    consumers: tuple[str, ...]
    process: Process | None
    cost_per_hour: float | None
    currency: str | None


@dataclass(frozen=True)
class Down:
    """A model or a consumer that has nothing while a model is down: its id, the model that it misses, and the loss.

    `lost` is the promised value of a model in the hours of the outage; None without a promise, and for consumers.
    """

    node: str
    through: str
    lost: float | None
    currency: str | None


@dataclass(frozen=True)
class Outage:
    """What is down with a model, which processes that reaches (`hits`), and whom to call in order."""

    down: tuple[Down, ...]
    hits: tuple[Hit, ...]
    calls: tuple[Call, ...]


def process_map(store: Store, graph: Graph) -> list[Supported]:
    """Every process with each model that it rests on: that of its cards, and those that a consumer uses for it."""
    cards, processes = traced_models(store, graph.as_of), get_organisation(store, graph.as_of).processes
    consumers, relied_on = _consumers(graph), models_by_process(graph)
    stakes = Stakes(store, set().union(*relied_on.values()), graph.day, graph.as_of)
    found = []
    for process, models in sorted(relied_on.items()):
        for model in sorted(models):
            stake, using = stakes.of_an_hour(model, cards[model].time_zone), sorted(consumers.get(model, ()))
            known = processes.get(process)
            found.append(Supported(process, model, tuple(using), known, stake.amount, stake.currency))
    return found


def models_by_process(graph: Graph) -> dict[str, set[str]]:
    """The models that each process rests on, by its id."""
    edges = graph.edges_of("supports", "purpose", "used_by")
    found: dict[str, set[str]] = defaultdict(set)
    purposes: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.kind == "supports":
            found[name_of(edge.target)].add(name_of(edge.source))
        elif edge.kind == "purpose":
            purposes[edge.source].add(name_of(edge.target))
    # A consumer may use several models; only for those that it uses for the process does that rest on them.
    for edge in edges:
        if edge.kind == "used_by":
            for process in purposes[edge.target] & set((edge.detail or "").split(", ")):
                found[process].add(name_of(edge.source))
    return dict(found)


def _consumers(graph: Graph) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges_of("used_by"):
        found[name_of(edge.source)].add(name_of(edge.target))
    return found


def outage(store: Store, graph: Graph, model: str, hours: float) -> Outage:
    """What stops when a model is down for some hours: it, the models that take what it writes, consumers, processes.

    Raises NotFoundError for a model that is not in the graph.
    """
    start = graph.node(node_id("model", model)).id
    steps = walk(graph, start, "down")
    through = _through(start, [(step.edge.source, step.edge.target) for step in steps])
    cards, organisation = traced_models(store, graph.as_of), get_organisation(store, graph.as_of)
    models = [name_of(node) for node in through if kind_of(node) == "model"]
    stakes = Stakes(store, models, graph.day, graph.as_of)
    down = [
        _down(node, by, cards, stakes, hours) for node, by in through.items() if kind_of(node) in ("model", "use")
    ]  # fmt: skip
    hits = hits_of(models, organisation.processes, models_by_process(graph), hours)
    owners = {hit.process.id: hit.process.owner for hit in hits}
    situation = Situation(store, graph.day, graph.as_of, seen=frozenset(models))
    calls: dict[str, Call] = {}
    for one in models:
        day = situation.day(one)
        holders: dict[str, list[str]] = {role: situation.holders(one, role) for role in ROLE_NAMES}
        gone = [person for held in holders.values() for person in held if situation.has_left(person, day)]
        for call in calls_for(one, holders, owners if one == models[-1] else {}, gone):
            calls.setdefault(call.person, call)
    return Outage(tuple(down), tuple(hits), tuple(calls.values()))


def _down(node: str, by: str, cards: dict[str, TracedModel], stakes: Stakes, hours: float) -> Down:
    if kind_of(node) != "model":
        return Down(node, by, None, None)
    stake = stakes.of_an_hour(name_of(node), cards[name_of(node)].time_zone)
    return Down(node, by, None if stake.amount is None else stake.amount * hours, stake.currency)


def _through(start: str, edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each reached node with the model that it is reached through, the asked model first, nearest first."""
    found = {start: start}
    for source, target in edges:
        by = source if kind_of(source) == "model" else found.get(source)
        if by is not None:
            found.setdefault(target, by)
    return found
