"""The graph as it held on a day: nodes, edges with their intervals, and the search of a node by its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboard.lineage.names import NodeKind

# In the direction of the data, from `source` to `target`:
# reads: dataset -> job, dataset -> run; writes: job -> dataset, run -> dataset, model -> dataset;
# derives: column -> column (its value), dataset -> dataset (a view); influences: column -> column or dataset (filters,
# joins, sorts); parent: job -> job and run -> run (a DAG and its tasks); runs: job -> model (the job named as it);
# training: dataset -> version; artifact: dataset -> version (the model file); feature: dataset or column -> feature;
# input: feature -> model; version: version -> model; deployed: version -> deployment; predicts: version -> predictions
# and version -> prediction; row: dataset -> prediction; used_by: model -> use; purpose: use -> process;
# supports: model -> process; owner: process -> person; accountable: model -> person.
EdgeKind = Literal[
    "reads", "writes", "derives", "influences", "parent", "runs", "training", "artifact", "feature", "input", "version",
    "deployed", "predicts", "row", "used_by", "purpose", "supports", "owner", "accountable",
]  # fmt: skip
Direction = Literal["up", "down", "both"]


@dataclass(frozen=True, slots=True)
class Node:
    """A node: `id` is `KIND:NAME`; `also` are other names of the same dataset (symlinks), as `id` would be written."""

    id: str
    kind: NodeKind
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """Something flows from `source` to `target` (ids of nodes).

    `first_day` is the first day on which it was so (UTC for events, the model's zone for cards; None: since ever),
    `ended_on` the day on which that ended (None: it still is so). `origin` says who tells it: the id of the job or
    dataset of the events, `model:ID` for a card, `log`, or `organisation`. `detail` is what the source says of it, like
    `DIRECT: AGGREGATION (masked)` for columns or the purpose of a use.
    """

    source: str
    target: str
    kind: EdgeKind
    first_day: date | None = None
    ended_on: date | None = None
    origin: str = ""
    detail: str | None = None

    def holds_on(self, day: date | None) -> bool:
        """Whether it is so at the end of a day; None: now."""
        if day is None:
            return self.ended_on is None
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a walk; `distance` is the number of edges from the asked node to its far end, at least 1."""

    edge: Edge
    distance: int


class Graph:
    """The nodes and edges that held at the end of `day`, as known at `as_of`, for a reader who sees some models.

    Made by `graph_of`. It does not change; nodes and edges of models that the reader does not see are not in it.
    """

    def nodes(self, kind: NodeKind | None = None) -> list[Node]:
        """All nodes, or those of one kind, by id."""
        raise NotImplementedError

    def edges(self) -> list[Edge]:
        """All edges, those between columns included, by source, target and kind."""
        raise NotImplementedError

    def node(self, node_id: str) -> Node:
        """The node of an id or of another name of it; raises NotFoundError."""
        raise NotImplementedError

    def find(self, text: str) -> Node:
        """The node that a person names: `KIND:NAME`, or a NAME that only one node has.

        The last part of a dataset's or job's name is accepted as well. Raises InputRefusedError that names the
        candidates where several fit, and near names where none does.
        """
        raise NotImplementedError

    def search(self, text: str, most: int = 20) -> list[Node]:
        """The nodes whose name holds a text (any case), best first: whole names, beginnings of a part, the rest."""
        raise NotImplementedError


@dataclass(frozen=True)
class Changes:
    """What two graphs differ in: edges that only the later one has, and those that only the earlier one has."""

    new: list[Edge]
    gone: list[Edge]


def union_of(steps: Iterable[Step]) -> list[str]:
    """The ids of all nodes that steps touch, each once, nearest first."""
    return list(dict.fromkeys(name for step in steps for name in (step.edge.source, step.edge.target)))
