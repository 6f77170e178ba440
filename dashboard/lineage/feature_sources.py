"""From which columns features come, as far as events tell: what makes two features of different models the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboard.lineage.graph import Edge, Graph
from dashboard.lineage.names import kind_of, node_id
from dashboard.store.traced_models import TracedModel

# How it is known that models share a feature: it comes from the same column, or has the same name and kind.
SharedBy = Literal["columns", "name", "both"]
UNCHANGED = "IDENTITY"


@dataclass(frozen=True)
class FeatureSource:
    """A feature of a model with where it comes from.

    `columns` (ids) are those that it is read from; `origins` those at the begin of the way, which no column is known to
    feed; `traced` tells that all origins lie in tables that nothing writes: there is nothing before them. `unchanged`:
    each step of the way is reported as a copy. Without reported columns both are empty. `tables` (ids) hold the
    origins, or are the tables that may hold the feature.
    """

    model: str
    feature: str
    kind: str
    columns: frozenset[str]
    origins: frozenset[str]
    traced: bool
    unchanged: bool
    tables: frozenset[str]

    @property
    def called(self) -> tuple[str, str]:
        """Name and kind, by which features are compared where nobody reported columns."""
        return self.feature.casefold(), self.kind


def feature_sources(graph: Graph, models: Mapping[str, TracedModel]) -> list[FeatureSource]:
    """Every feature of some models, in the order of the cards, with where it comes from in the graph."""
    ways = _Ways(graph)
    return [
        ways.source(model.id, feature, str(content.get("kind")))
        for model in models.values()
        for feature, content in model.features.items()
    ]


@dataclass(frozen=True)
class Sharing:
    """The models that use what a feature is, itself perhaps among them: by columns, and by name and kind; in order."""

    by_columns: Mapping[str, None]
    by_name: Mapping[str, None]

    @cached_property
    def _beyond(self) -> int:
        """How many models are known by columns alone."""
        return sum(model not in self.by_name for model in self.by_columns)

    def others(self, model: str) -> Iterator[str]:
        """The other models, those known by columns first."""
        yield from (one for one in self.by_columns if one != model)
        yield from (one for one in self.by_name if one != model and one not in self.by_columns)

    def number(self, model: str) -> int:
        """How many other models there are."""
        return len(self.by_name) + self._beyond - (model in self.by_name or model in self.by_columns)

    def known_by(self, model: str) -> SharedBy | None:
        """How it is known that others use it; None where nobody does."""
        columns, name = (len(known) - (model in known) for known in (self.by_columns, self.by_name))
        if columns:
            return "both" if self.number(model) > columns else "columns"
        return "name" if name else None


def shared_with(features: Collection[FeatureSource]) -> dict[tuple[str, str], Sharing]:
    """The models that use what a feature (model, feature) is, and how that is known.

    Models share a feature when one of the columns at the begin of its way is the same. By name and kind alone they do
    where the columns of one of them are not known to the end; not where both come from different columns.
    """
    by_origin: dict[str, dict[str, None]] = defaultdict(dict)
    by_name: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    untraced: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for one in features:
        by_name[one.called][one.model] = None
        if not one.traced:
            untraced[one.called][one.model] = None
        for origin in one.origins:
            by_origin[origin][one.model] = None
    found: dict[tuple[frozenset[str], tuple[str, str], bool], Sharing] = {}
    shared: dict[tuple[str, str], Sharing] = {}
    for one in features:
        # In a large portfolio thousands of features are called the same: what they share is worked out once.
        alike = one.origins, one.called, one.traced
        if alike not in found:
            models = sorted({model for origin in one.origins for model in by_origin[origin]})
            found[alike] = Sharing(dict.fromkeys(models), (untraced if one.traced else by_name)[one.called])
        shared[one.model, one.feature] = found[alike]
    return shared


def shared_features(features: Collection[FeatureSource]) -> tuple[int, int]:
    """How many features several models use, and how many of them are known to be shared by their name alone.

    Counted are columns at the begin of ways, and names (with a kind) where columns are not known to the end.
    """
    by_origin: dict[str, set[str]] = defaultdict(set)
    by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in features:
        for origin in one.origins:
            by_origin[origin].add(one.model)
        if not one.traced:
            by_name[one.called].add(one.model)
    shared = {origin for origin, models in by_origin.items() if len(models) > 1}
    settled = {one.called for one in features if one.origins & shared}
    named = {called for called, models in by_name.items() if len(models) > 1} - settled
    return len(shared) + len(named), len(named)


class _Ways:
    """The ways of columns in one graph, followed up once each."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._fed: dict[str, list[Edge]] = defaultdict(list)
        self._of_feature: dict[str, list[str]] = defaultdict(list)
        self._made: set[str] = set()
        for edge in graph.edges_of("feature", "derives", "writes"):
            if edge.kind == "feature":
                self._of_feature[edge.target].append(edge.source)
            elif edge.kind == "derives" and kind_of(edge.source) == "column" and kind_of(edge.target) == "column":
                self._fed[edge.target].append(edge)
            else:
                self._made.add(graph.table_of(edge.target) if kind_of(edge.target) == "column" else edge.target)

    def source(self, model: str, feature: str, kind: str) -> FeatureSource:
        """The source of one feature."""
        known = self._of_feature[node_id("feature", f"{model}#{feature}")]
        columns = frozenset(node for node in known if kind_of(node) == "column")
        origins, unchanged = self._begin(columns)
        tables = frozenset(self._graph.table_of(column) for column in origins)
        traced = bool(origins) and tables.isdisjoint(self._made)
        return FeatureSource(
            model, feature, kind, columns, origins, traced, bool(origins) and unchanged,
            tables or frozenset(node for node in known if kind_of(node) == "dataset"),
        )  # fmt: skip

    def _begin(self, columns: Iterable[str]) -> tuple[frozenset[str], bool]:
        """The columns at the begin of the way to some columns, and whether each step copies."""
        waiting, seen, ends, unchanged = list(columns), set(columns), set(), True
        while waiting:
            column = waiting.pop()
            steps = [edge for edge in self._fed[column] if edge.source != column]
            if not steps:
                ends.add(column)
            unchanged &= all(_copies(step) for step in steps)
            for step in steps:
                if step.source not in seen:
                    seen.add(step.source)
                    waiting.append(step.source)
        # Columns that feed each other in a circle have no begin: they are their own.
        return frozenset(ends) or frozenset(columns), unchanged


def _copies(step: Edge) -> bool:
    """Whether a step between columns is reported as nothing but a copy."""
    return step.detail is not None and all(kind.endswith(UNCHANGED) for kind in step.detail.split("; "))
