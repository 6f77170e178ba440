"""Processes with the models that they rest on, and what stops, what it costs and whom to call when a model is down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashboard.governance.situation.situation import Situation
from dashboard.lineage.graph import Graph
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.lineage.walks import walk
from dashboard.schema.card.roles import RoleName
from dashboard.schema.people import Process
from dashboard.schema.texts import LocalText
from dashboard.store.engine.database import Store
from dashboard.store.organisation import get_organisation
from dashboard.store.traced_models import TracedModel, traced_models

HOURS_PER_MONTH = 365.25 / 12 * 24
# Who can put a model right comes first, then who answers for it; owners of processes follow.
CALLED: tuple[RoleName, ...] = (
    "ml_engineer", "backend_engineer", "software_engineer", "data_engineer", "data_scientist", "accountable_executive",
    "deputy",
)  # fmt: skip


@dataclass(frozen=True)
class Supported:
    """A process and one model that it rests on, with the consumers of the model.

    `tolerable_outage_hours` and `fallback` are the process's, None where nobody stated them; `cost_per_hour` is what
    the card promises per month for one hour, None without a promise.
    """

    process: str
    model: str
    consumers: tuple[str, ...]
    owner: str | None
    tolerable_outage_hours: float | None
    fallback: LocalText | None
    cost_per_hour: float | None
    currency: str | None


@dataclass(frozen=True)
class Stopped:
    """What an outage stops: a model, a use or a process (`node`), through which model.

    `after_hours`: from when on it hurts, for a process its tolerable outage (0: at once; None: not stated);
    `cost` is what is lost in the hours of the outage, of models alone.
    """

    node: str
    through: str
    after_hours: float | None
    cost: float | None
    currency: str | None
    fallback: LocalText | None


@dataclass(frozen=True)
class Call:
    """Whom to call, in order: a person, as what, and of which model or process."""

    person: str
    role: str
    of: str


@dataclass(frozen=True)
class Outage:
    """What stops when a model is down, and whom to call."""

    stopped: tuple[Stopped, ...]
    calls: tuple[Call, ...]


def process_map(store: Store, graph: Graph) -> list[Supported]:
    """Every process with each model that it rests on: that of its cards, and those used for it by a consumer."""
    cards, processes = traced_models(store, graph.as_of), get_organisation(store, graph.as_of).processes
    consumers: dict[str, set[str]] = {}
    for_purpose: dict[str, set[str]] = {}
    pairs: set[tuple[str, str]] = set()
    edges = graph.listed(graph.tables.edges)
    for edge in edges:
        if edge.kind == "used_by":
            consumers.setdefault(name_of(edge.source), set()).add(name_of(edge.target))
        elif edge.kind == "purpose":
            for_purpose.setdefault(name_of(edge.source), set()).add(name_of(edge.target))
        elif edge.kind == "supports":
            pairs.add((name_of(edge.target), name_of(edge.source)))
    # A consumer may use several models; only a purpose that is a process ties the model to it.
    for edge in edges:
        if edge.kind == "used_by":
            wanted = set((edge.detail or "").split(", ")) & for_purpose.get(name_of(edge.target), set())
            pairs |= {(process, name_of(edge.source)) for process in wanted}
    return [
        _supported(process, cards[model], processes.get(process), consumers.get(model, set()))
        for process, model in sorted(pairs)
    ]


def _supported(name: str, card: TracedModel, process: Process | None, consumers: Iterable[str]) -> Supported:
    owner, hours, fallback = (
        (process.owner, process.tolerable_outage_hours, process.fallback) if process else (None, None, None)
    )  # fmt: skip
    cost, currency = _per_hour(card)
    return Supported(name, card.id, tuple(sorted(consumers)), owner, hours, fallback, cost, currency)


def _per_hour(card: TracedModel) -> tuple[float | None, str | None]:
    promised = card.value.get("promised_per_month")
    return (None if promised is None else float(promised) / HOURS_PER_MONTH), card.value.get("currency")


def outage(store: Store, graph: Graph, model: str, hours: float) -> Outage:
    """What stops when a model is down for some hours: it, the models that take what it writes, uses and processes.

    Raises NotFoundError for a model that is not in the graph.
    """
    start = graph.node(node_id("model", model)).id
    steps = walk(graph, start, "down")
    through = _through(start, [(step.edge.source, step.edge.target) for step in steps])
    cards, processes = traced_models(store, graph.as_of), get_organisation(store, graph.as_of).processes
    stopped = []
    for node, by in through.items():
        kind = kind_of(node)
        if kind == "model":
            cost, currency = _per_hour(cards[name_of(node)])
            stopped.append(Stopped(node, by, 0.0, None if cost is None else cost * hours, currency, None))
        elif kind == "use":
            stopped.append(Stopped(node, by, 0.0, None, None, None))
        elif kind == "process":
            known = processes.get(name_of(node))
            limit, fallback = (known.tolerable_outage_hours, known.fallback) if known else (None, None)
            stopped.append(Stopped(node, by, limit, None, None, fallback))
    models = [name_of(node) for node in through if kind_of(node) == "model"]
    owned = [name_of(node) for node in through if kind_of(node) == "process"]
    calls = dict.fromkeys([*_of_models(store, graph, models), *_of_processes(owned, processes)])
    return Outage(tuple(stopped), tuple(calls))


def _through(start: str, edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each reached node with the model that it is reached through, the asked model first, nearest first."""
    found = {start: start}
    for source, target in edges:
        by = source if kind_of(source) == "model" else found.get(source)
        if by is not None:
            found.setdefault(target, by)
    return found


def _of_models(store: Store, graph: Graph, models: list[str]) -> Iterator[Call]:
    situation = Situation(store, graph.day, graph.as_of, seen=frozenset(models))
    for model in models:
        for role in CALLED:
            for person in situation.holders(model, role):
                yield Call(person, role, node_id("model", model))


def _of_processes(names: Iterable[str], processes: Mapping[str, Process]) -> Iterator[Call]:
    for name in names:
        process = processes.get(name)
        if process is not None and process.owner:
            yield Call(process.owner, "owner", node_id("process", name))
