"""The door to the lineage graph for pages: walks, search, facts and impact, as the reader may see them on a day."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from dashboard.store.engine.clock import this_hour
from dashboard.ui.session import as_of, reader
from dashboard.ui.session.home import open_home

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.lineage.facts import Check, NodeFacts
    from dashboard.lineage.graph import Direction, Edge, Graph, Node
    from dashboard.lineage.impact import Impact
    from dashboard.lineage.lateness import Renewal
    from dashboard.lineage.names import EdgeKind
    from dashboard.store.engine.database import Store
    from dashboard.store.lineage_reports import ReportedRun

Asked = ParamSpec("Asked")
Found = TypeVar("Found")
MOST_ASKED = 8


@dataclass(frozen=True)
class Lineage:
    """The graph of a day, and what is known about its nodes."""

    store: Store
    graph: Graph

    def edges(self, node: str | None, direction: Direction, columns: bool = False) -> list[Edge]:
        """The edges on the way from a node, or for None all edges between whole tables; nearest first."""
        from dashboard.lineage.walks import walk

        if node is None:
            return self.graph.edges(columns=False)
        return [step.edge for step in walk(self.graph, node, direction, columns=columns)]

    def edges_of(self, *kinds: EdgeKind) -> list[Edge]:
        """The edges of some kinds."""
        return self.graph.edges_of(*kinds)

    def find(self, text: str | None) -> Node | None:
        """The node that an address names; None when there is none of that name."""
        from dashboard.errors import DashboardError
        from dashboard.lineage.finding import find_node

        try:
            return find_node(self.graph, text) if text else None
        except DashboardError:
            return None

    def search(self, text: str, most: int) -> list[Node]:
        """Nodes whose name holds a text, best first."""
        from dashboard.lineage.finding import search_nodes

        return search_nodes(self.graph, text, most)

    def facts(self, nodes: Collection[str]) -> dict[str, NodeFacts]:
        """What is known about some nodes."""
        from dashboard.lineage.facts import node_facts

        return node_facts(self.store, self.graph, nodes)

    def checks(self, datasets: Collection[str]) -> dict[str, list[Check]]:
        """Every result of checks of some datasets, oldest first."""
        from dashboard.lineage.facts import checks_of

        return checks_of(self.store, self.graph, datasets)

    def newest_checks(self, datasets: Collection[str]) -> dict[str, tuple[Check, ...]]:
        """The newest result of each check of some datasets."""
        from dashboard.lineage.facts import newest_checks

        return newest_checks(self.store, self.graph, datasets)

    def severe(self, checks: Iterable[Check]) -> dict[Check, str]:
        """How severe some results of checks are, the worst for any model that the reader sees."""
        from dashboard.lineage.severities import Severities

        severities = Severities(self.store, self.graph)
        return {check: severities.of(check) for check in checks}

    def owners(self, nodes: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Who owns some datasets and jobs."""
        from dashboard.lineage.facts import owners_of

        return owners_of(self.store, self.graph, nodes)

    def last_runs(self, jobs: Collection[str]) -> dict[str, ReportedRun]:
        """The last run of some jobs."""
        from dashboard.lineage.facts import last_runs

        return last_runs(self.store, self.graph, jobs)

    def renewals(self, nodes: Collection[str]) -> dict[str, Renewal]:
        """When some tables and jobs were renewed."""
        from dashboard.lineage.lateness import renewals_of

        return renewals_of(self.store, self.graph, nodes)

    def impact(self, node: str, since: date | None) -> list[Impact]:
        """What depends on a node, with the predictions made since a day."""
        from dashboard.lineage.impact import impact

        return impact(self.store, self.graph, node, since)

    def affected(self, found: Sequence[Impact], since: date | None) -> pd.DataFrame:
        """The ids of these predictions."""
        from dashboard.lineage.impact import affected_predictions

        return affected_predictions(self.store, self.graph, found, since)


def opened(day: date | None) -> Lineage:
    """The graph at the end of a day (None: now), as known on the day that the pages show."""
    from dashboard.lineage.assembly import graph_of

    store = open_home()
    return Lineage(store, graph_of(store, day, as_of.instant(), reader.reader().models))


def once_for_graph(
    find: Callable[Concatenate[Lineage, Asked], Found],
) -> Callable[Concatenate[Lineage, Asked], Found]:
    """What `find` works out of a graph and what is asked of it, kept as long as the graph is.

    `MOST_ASKED` answers of each graph are kept for the hour, those asked for last: jobs become late while nothing is
    heard of them. An answer must not hold the graph.
    """
    kept: WeakKeyDictionary[Graph, OrderedDict[Hashable, Found]] = WeakKeyDictionary()

    @functools.wraps(find)
    def found(lineage: Lineage, /, *asked: Asked.args, **named: Asked.kwargs) -> Found:
        answers = kept.setdefault(lineage.graph, OrderedDict())
        place = this_hour(), asked, tuple(named.items())
        if place not in answers:
            answers[place] = find(lineage, *asked, **named)
            while len(answers) > MOST_ASKED:
                answers.popitem(last=False)
        return answers[place]

    return found
