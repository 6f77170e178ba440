"""Which process relies on which model, and through whom: from the cards, the observed uses and the lineage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.lineage.graph import Edge
from dashboard.lineage.names import kind_of, name_of
from dashboard.store.listed_models import ListedModel

# What links models with processes and people.
AROUND = frozenset({"supports", "used_by", "purpose", "owner", "accountable"})


@dataclass(frozen=True)
class Reliance:
    """Models and consumers by process, and for each model those that take its output as their input."""

    models: Mapping[str, tuple[str, ...]]
    consumers: Mapping[str, tuple[str, ...]]
    further: Mapping[str, tuple[str, ...]]


def reliance_of(edges: Iterable[Edge], models: Mapping[str, ListedModel]) -> Reliance:
    """Who relies on whom, by what edges and cards say."""
    stated = list(edges)
    by_process: dict[str, set[str]] = {}
    consumers: dict[str, set[str]] = {}
    users: dict[str, set[str]] = {}
    for model, listed in models.items():
        if listed.process:
            by_process.setdefault(listed.process, set()).add(model)
    for edge in stated:
        if edge.kind == "used_by":
            users.setdefault(name_of(edge.target), set()).add(name_of(edge.source))
        elif edge.kind == "supports":
            by_process.setdefault(name_of(edge.target), set()).add(name_of(edge.source))
    for edge in stated:
        if edge.kind == "purpose":
            process, consumer = name_of(edge.target), name_of(edge.source)
            by_process.setdefault(process, set()).update(users.get(consumer, ()))
    for process, relied_on in by_process.items():
        consumers[process] = {user for user, used in users.items() if used & relied_on}
    return Reliance(_sorted(by_process), _sorted(consumers), _sorted(_further(stated)))


def _further(edges: list[Edge]) -> dict[str, set[str]]:
    """The models that each model reaches over the data that it writes."""
    following: dict[str, list[str]] = {}
    for edge in edges:
        if edge.kind not in AROUND and edge.kind != "parent":
            following.setdefault(edge.source, []).append(edge.target)
    found: dict[str, set[str]] = {}
    for start in [node for node in following if kind_of(node) == "model"]:
        waiting, passed = [start], set()
        while waiting:
            for node in following.get(waiting.pop(), ()):
                if node not in passed:
                    passed.add(node)
                    waiting.append(node)
        found[name_of(start)] = {name_of(node) for node in passed if kind_of(node) == "model" and node != start}
    return found


def _sorted(found: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(values)) for name, values in found.items()}
