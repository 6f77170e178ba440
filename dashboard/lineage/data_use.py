"""Which team uses which data how, in which model, and how reliable that data is."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from dashboard.lineage.facts import until
from dashboard.lineage.graph import Graph, Step
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.lineage.reliability import Reliabilities, Reliability
from dashboard.lineage.walks import features_reached, models_fed, walk
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import read_described
from dashboard.store.organisation import get_organisation
from dashboard.store.traced_models import TracedModel, traced_models

How = Literal["training", "features", "reference", "labels"]
# Keys of tags that mark personal data, as teams write them.
PERSONAL = frozenset({"pii", "personal", "personal_data", "personaldata", "gdpr", "sensitive"})
UNTRUE = frozenset({"false", "no", "0", "none", ""})


@dataclass(frozen=True)
class DataUse:
    """A dataset (id) that a team uses in a model.

    `how`: training (a version was trained on it), features (the model's own job reads it, or it is a source of data
    from which features come), reference (the model's own job read it on days of the card's reference, with which later
    periods are compared), labels (its column holds the outcomes, or becomes them). `personal_data`: a tag or the
    card says so; None: nobody said. `source`: the raw datasets that it comes from, or its data source.
    """

    team: str | None
    dataset: str
    model: str
    how: How
    purpose: str | None
    personal_data: bool | None
    source: str | None
    reliability: Reliability


def data_use(store: Store, graph: Graph, model: str | None = None) -> list[DataUse]:
    """Who uses which data how, by team, dataset and model; of one model, or of all in the graph."""
    cards = traced_models(store, graph.as_of)
    models = [name for name in models_fed(graph) if model in (None, name) and name in cards]
    ways = _Ways(graph)
    uses = {name: used for name in models if (used := [*ways.used_by(name), *_reference(graph, cards[name])])}
    datasets = {dataset for used in uses.values() for dataset, _ in used}
    personal, sources = _personal(store, graph, datasets), _data_sources(store, graph, datasets)
    reliable = Reliabilities(store, graph, datasets)
    teams = _teams(store, graph, uses)
    found: list[DataUse] = []
    for name, used in uses.items():
        card = cards[name]
        for dataset, how in used:
            stated = personal.get(dataset)
            if stated is None and how in ("training", "features", "reference"):
                stated = _on_card(card)
            origin = ways.origin(dataset) or sources.get(dataset)
            found += [
                DataUse(team, dataset, name, how, _purpose(card), stated, origin, reliable.of(dataset, name))
                for team in teams[name]
            ]
    return sorted(found, key=lambda use: (use.team or "", use.dataset, use.model, use.how))


class _Ways:
    """Walks from models and datasets; what is found of a dataset serves every model that uses it."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._fed: dict[str, frozenset[str]] = {}
        self._origins: dict[str, str | None] = {}

    def used_by(self, model: str) -> list[tuple[str, How]]:
        """The datasets of a model, and how it uses each."""
        graph = self._graph
        steps = walk(graph, node_id("model", model), "up", columns=True)
        # The model's own jobs, and the model itself where its card names what it reads.
        own_jobs = {step.edge.source for step in steps if step.edge.kind == "runs"} | {node_id("model", model)}
        found: dict[tuple[str, How], None] = {}
        for step in steps:
            edge = step.edge
            if edge.kind == "training":
                labels = kind_of(edge.source) == "column"
                found[graph.table_of(edge.source) if labels else edge.source, "labels" if labels else "training"] = None
            elif edge.kind == "reads" and edge.target in own_jobs:
                found[edge.source, "features"] = None
        listed = {dataset for dataset, _ in found}
        for dataset in _raw(graph, steps):
            if dataset not in listed:
                found[dataset, "features" if model in self._fed_by(dataset) else "labels"] = None
        return list(found)

    def _fed_by(self, dataset: str) -> frozenset[str]:
        """The models of which features come from a dataset."""
        if dataset not in self._fed:
            reached = features_reached(self._graph, dataset)
            self._fed[dataset] = frozenset(name_of(feature).partition("#")[0] for feature in reached)
        return self._fed[dataset]

    def origin(self, dataset: str) -> str | None:
        """The raw datasets that a dataset comes from, with commas between; None for one that is raw itself."""
        if dataset not in self._origins:
            self._origins[dataset] = self._came_from(dataset)
        return self._origins[dataset]

    def _came_from(self, dataset: str) -> str | None:
        if not self._graph.has(dataset):
            return None
        raw = [name_of(table) for table in _raw(self._graph, walk(self._graph, dataset, "up")) if table != dataset]
        return ", ".join(sorted(raw)) or None


def _reference(graph: Graph, card: TracedModel) -> list[tuple[str, How]]:
    """The datasets that the model's own jobs read in the days of its reference."""
    model = node_id("model", card.id)
    if card.reference is None or not graph.has(model):
        return []
    first, last = (date.fromisoformat(card.reference[end]) for end in ("from", "to"))
    own = [edge.source for edge in graph.history_of(model) if edge.kind == "runs"]
    readers = [model, *(job for job in own if graph.has(job))]
    read = [edge for one in readers for edge in graph.history_of(one) if edge.kind == "reads" and edge.target == one]
    held = {
        edge.source: None
        for edge in read
        if (edge.first_day or first) <= last and (edge.ended_on is None or edge.ended_on > first)
    }
    return [(dataset, "reference") for dataset in held if kind_of(dataset) == "dataset"]


def _raw(graph: Graph, steps: Iterable[Step]) -> list[str]:
    """The datasets of a walk up that nothing writes."""
    fed = {step.edge.target for step in steps if step.edge.kind in ("writes", "derives")}
    seen = [step.edge.source for step in steps]
    tables = dict.fromkeys(graph.table_of(node) if kind_of(node) == "column" else node for node in seen)
    fed |= {graph.table_of(node) for node in fed if kind_of(node) == "column"}
    return [table for table in tables if kind_of(table) == "dataset" and table not in fed]


def _teams(store: Store, graph: Graph, models: Collection[str]) -> dict[str, list[str | None]]:
    """The teams of those who answer for each model; none known is one None."""
    people = get_organisation(store, graph.as_of).people
    found: dict[str, set[str]] = {name: set() for name in models}
    for edge in graph.late.accountable(models) if models else ():
        person = people.get(name_of(edge.target))
        if person is not None and person.team is not None:
            found[name_of(edge.source)].add(person.team)
    return {name: [*sorted(teams)] or [None] for name, teams in found.items()}


def _purpose(card: TracedModel) -> str | None:
    return ", ".join(card.purposes) or card.process


def _on_card(card: TracedModel) -> bool | None:
    """Whether the card marks a feature as personal data; False only where it says so of every feature."""
    marks = [feature.get("personal_data") for feature in card.features.values()]
    if any(mark is True for mark in marks):
        return True
    return False if marks and all(mark is False for mark in marks) else None


def _facets(store: Store, graph: Graph, datasets: Collection[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    called = {name: one for one in datasets for name in (one, *graph.one_name.others.get(one, ()))}
    for subject, facet, content, *_ in read_described(store, called, (graph.as_of, until(graph))):
        yield called[subject], facet, json.loads(content)


def _personal(store: Store, graph: Graph, datasets: Collection[str]) -> dict[str, bool]:
    """Whether tags of a dataset or of its columns mark personal data, by dataset; the newest facet counts."""
    found = {}
    for dataset, facet, content in _facets(store, graph, datasets):
        tags = content.get("tags")
        if facet == "tags" and isinstance(tags, list):
            reported = {
                str(tag.get("value")).casefold() not in UNTRUE
                for tag in tags
                if isinstance(tag, dict) and str(tag.get("key")).casefold() in PERSONAL
            }
            if reported:
                found[dataset] = any(reported)
    return found


def _data_sources(store: Store, graph: Graph, datasets: Collection[str]) -> dict[str, str]:
    """What the facet `dataSource` calls the system that holds a dataset, by dataset."""
    found = {}
    for dataset, facet, content in _facets(store, graph, datasets):
        named = content.get("uri") or content.get("name")
        if facet == "dataSource" and isinstance(named, str):
            found[dataset] = named
    return found
