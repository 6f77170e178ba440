"""One sentence for each step of the way, for a person who is no engineer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.lineage.names import kind_of
from dashboard.ui.panels.lineage.flows import Flow
from dashboard.ui.panels.lineage.folding import Item
from dashboard.ui.panels.lineage.names import COUNTED, Names
from dashboard.ui.panels.lineage.stages import STAGES
from dashboard.ui.session.language import say

DATA = ("dataset", "column", "feature")


@dataclass(frozen=True)
class Near:
    """The nodes directly before and behind each node."""

    before: Mapping[str, Sequence[str]]
    behind: Mapping[str, Sequence[str]]

    def of(self, node: str, kinds: tuple[str, ...], *, before: bool) -> list[str]:
        """The neighbours of a node on one side that are of some kinds, by id."""
        known = self.before if before else self.behind
        return sorted(one for one in known.get(node, ()) if kind_of(one) in kinds)


def near(flow: Flow) -> Near:
    """The neighbours of all nodes of a flow, as they are on the day that is shown."""
    before: dict[str, list[str]] = {}
    behind: dict[str, list[str]] = {}
    for (source, target), state in flow.links.items():
        if state != "gone":
            before.setdefault(target, []).append(source)
            behind.setdefault(source, []).append(target)
    return Near(before, behind)


def of_item(item: Item, known: Near, names: Names) -> str:
    """The sentence about a box."""
    if not item.is_fold:
        return of_node(item.id, known, names)
    values = {
        "count": say(COUNTED[item.kind], n=item.count),
        "place": names.place_of(item),
        "stage": say(STAGES[item.stage]),
    }
    if item.place:
        return say("{count} of {place} in the stage {stage}; click to open.", **values)
    return say("{count} in the stage {stage}; click to open.", **values)


def of_node(node: str, known: Near, names: Names) -> str:
    """The sentence about a node: where it comes from, or what it is for."""
    kind = str(kind_of(node))
    return {
        "dataset": _table, "column": _column, "job": _job, "feature": _feature, "version": _version, "model": _model,
        "predictions": _predictions, "deployment": _deployment, "use": _use, "process": _process, "person": _person,
    }.get(kind, _other)(node, known, names)  # fmt: skip


def _table(node: str, known: Near, names: Names) -> str:
    name, jobs = names.of(node), known.of(node, ("job",), before=True)
    models = known.of(node, ("model",), before=True)
    tables = known.of(node, ("dataset",), before=True)
    if models:
        return say("{name} holds what {models} predicted.", name=name, models=names.listed(models))
    if jobs:
        return say("{name} is written by {jobs}.", name=name, jobs=names.listed(jobs))
    if tables:
        return say("{name} is made from {tables}.", name=name, tables=names.listed(tables))
    return say("{name} is a source: no step that writes it is known.", name=name)


def _column(node: str, known: Near, names: Names) -> str:
    values = {"name": names.of(node), "table": names.within(node)}
    origins = known.of(node, (*DATA, "job"), before=True)
    if not origins:
        return say("{name} of {table}: no column from which it is made is known.", **values)
    columns = ", ".join(f"{names.of(one)} ({names.within(one)})" for one in origins[:3])
    return say("{name} of {table} is made from {columns}.", columns=columns, **values)


def _job(node: str, known: Near, names: Names) -> str:
    values = {"name": names.of(node), "tables": names.listed(known.of(node, ("dataset", "column"), before=True))}
    models = known.of(node, ("model",), before=False)
    if models:
        return say("{name} reads {tables} and asks {models}.", models=names.listed(models), **values)
    written = names.listed(known.of(node, ("dataset", "column"), before=False))
    if not written:
        return say("{name} reads {tables}; nothing that it writes is known.", **values)
    if not values["tables"]:
        return say("{name} writes {written}; nothing that it reads is known.", name=values["name"], written=written)
    return say("{name} reads {tables} and writes {written}.", written=written, **values)


def _feature(node: str, known: Near, names: Names) -> str:
    values = {"name": names.of(node), "model": names.within(node)}
    origins = names.listed(known.of(node, DATA, before=True))
    if not origins:
        return say("{name} is a feature of {model}; no column from which it comes is known.", **values)
    return say("{name} is a feature of {model} and comes from {origins}.", origins=origins, **values)


def _version(node: str, known: Near, names: Names) -> str:
    values = {"name": names.of(node), "model": names.within(node)}
    tables = names.listed(known.of(node, ("dataset",), before=True))
    if not tables:
        return say("{model}, {name}: no data from which it learned is known.", **values)
    return say("{model}, {name}, learned from {tables}.", tables=tables, **values)


def _model(node: str, known: Near, names: Names) -> str:
    inputs = names.listed(known.of(node, ("dataset", "feature"), before=True))
    if not inputs:
        return say("{name} makes predictions; where its data come from is not known.", name=names.of(node))
    return say("{name} makes predictions from {inputs}.", name=names.of(node), inputs=inputs)


def _predictions(node: str, known: Near, names: Names) -> str:
    return say("{name}, as they are in the log.", name=names.of(node))


def _deployment(node: str, known: Near, names: Names) -> str:
    return say("{model} runs in the environment {name}.", name=names.of(node), model=names.within(node))


def _use(node: str, known: Near, names: Names) -> str:
    models = names.listed(known.of(node, ("model",), before=True))
    return say("{name} uses the predictions of {models}.", name=names.of(node), models=models)


def _process(node: str, known: Near, names: Names) -> str:
    values = {"name": names.of(node), "models": names.listed(known.of(node, ("model", "use"), before=True))}
    people = names.listed(known.of(node, ("person",), before=False))
    if not people:
        return say("The process {name} relies on {models}; nobody is named as its owner.", **values)
    return say("The process {name} relies on {models}; {people} is its owner.", people=people, **values)


def _person(node: str, known: Near, names: Names) -> str:
    things = names.listed(known.of(node, ("model", "process"), before=True))
    return say("{name} is accountable for {things}.", name=names.of(node), things=things)


def _other(node: str, known: Near, names: Names) -> str:
    return names.of(node)
