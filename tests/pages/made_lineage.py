"""A made-up lineage graph in place of the door to the store: what pages about it are tried with."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pandas as pd

from dashboard.lineage.facts import Check, NodeFacts
from dashboard.lineage.graph import Edge, Node
from dashboard.lineage.impact import Impact
from dashboard.lineage.lateness import Renewal
from dashboard.lineage.names import kind_of, name_of
from dashboard.store.lineage_reports import ReportedRun

AUGUST = datetime(2013, 8, 6, tzinfo=UTC)
JULY = datetime(2013, 7, 5, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class MadeLineage:
    """What `dashboard.ui.session.lineage.Lineage` gives, of edges that are written down."""

    told: Sequence[Edge] = ()
    known: Mapping[str, NodeFacts] = field(default_factory=dict)
    history: Mapping[str, Sequence[Check]] = field(default_factory=dict)
    reached: Sequence[Impact] = ()

    def edges(self, node: str | None, direction: str, columns: bool = False) -> list[Edge]:
        """All edges, or those on the way from a node."""
        if node is None:
            return list(self.told)
        if direction == "both":
            return [*self.edges(node, "up"), *self.edges(node, "down")]
        found, waiting, seen = [], deque([node]), {node}
        while waiting:
            here = waiting.popleft()
            for edge in self.told:
                near, far = (edge.source, edge.target) if direction == "down" else (edge.target, edge.source)
                if near == here:
                    found.append(edge)
                    if far not in seen:
                        seen.add(far)
                        waiting.append(far)
        return found

    @property
    def graph(self) -> MadeLineage:
        """What stands for the graph, by which pages know what they worked out of it."""
        return self

    def edges_of(self, *kinds: str) -> list[Edge]:
        """The edges of some kinds."""
        return [edge for edge in self.told if edge.kind in kinds]

    def _nodes(self) -> list[str]:
        return sorted({node for edge in self.told for node in (edge.source, edge.target)})

    def find(self, text: str | None) -> Node | None:
        """The node of that id."""
        return Node(text, kind_of(text), name_of(text)) if text in self._nodes() else None

    def search(self, text: str, most: int) -> list[Node]:
        """Nodes that hold a text."""
        return [self.find(node) for node in self._nodes() if text.casefold() in node.casefold()][:most]

    def facts(self, nodes: Collection[str]) -> dict[str, NodeFacts]:
        """What is written down about nodes."""
        return {node: self.known[node] for node in nodes if node in self.known}

    def checks(self, datasets: Collection[str]) -> dict[str, list[Check]]:
        """Earlier results."""
        return {one: list(self.history.get(one, ())) for one in datasets}

    def newest_checks(self, datasets: Collection[str]) -> dict[str, tuple[Check, ...]]:
        """The newest results."""
        return {one: self.known[one].checks for one in datasets if one in self.known and self.known[one].checks}

    def severe(self, checks: Iterable[Check]) -> dict[Check, str]:
        """Every failure alerts."""
        return {check: "ok" if check.passed else "alert" for check in checks}

    def owners(self, nodes: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Who keeps them."""
        return {node: self.known[node].owners for node in nodes if node in self.known}

    def last_runs(self, jobs: Collection[str]) -> dict[str, ReportedRun]:
        """Their last runs."""
        return {job: run for job in jobs if job in self.known and (run := self.known[job].last_run) is not None}

    def renewals(self, nodes: Collection[str]) -> dict[str, Renewal]:
        """Nothing has a rhythm."""
        del nodes
        return {}

    def impact(self, node: str, since: date | None) -> list[Impact]:
        """What is touched."""
        return list(self.reached) if self.edges(node, "down") or kind_of(node) == "model" else []

    def affected(self, found: Sequence[Impact], since: date | None) -> pd.DataFrame:
        """Ids of predictions."""
        rows = [(one.model, one.version, f"F{number}", JULY) for one in found for number in range(3)]
        return pd.DataFrame(rows, columns=["model", "version", "prediction", "predicted_at"])


FLIGHTS, WEATHER = "dataset:postgres://ops:5432/bts.on_time", "dataset:s3://open-weather/noaa/hourly"
RAW, FEATURES = "dataset:s3://lake/raw/flights", "dataset:postgres://dwh:5432/features.flight_delay"
TRAINING = "dataset:dataset/flights-q1"
COLLECT, PREPARE, TRAIN = "job:pipes/flights.collect", "job:pipes/flights.prepare", "job:pipes/flights.train"
MODEL, VERSION = "model:flight-delay", "version:flight-delay@1"
FAILED = Check(FEATURES, "pressure", "missing share", False, AUGUST, None)
PASSED = Check(FEATURES, "pressure", "missing share", True, JULY, None)
PAIRS = [
    (FLIGHTS, COLLECT, "reads"), (WEATHER, COLLECT, "reads"), (COLLECT, RAW, "writes"), (RAW, PREPARE, "reads"),
    (PREPARE, FEATURES, "writes"), (FEATURES, TRAIN, "reads"), (TRAIN, TRAINING, "writes"),
    (TRAINING, VERSION, "training"), (VERSION, MODEL, "version"), (FEATURES, "feature:flight-delay#temp", "feature"),
    ("feature:flight-delay#temp", MODEL, "input"), (MODEL, "use:crew-desk", "used_by"),
    (MODEL, "process:crew-planning", "supports"), ("process:crew-planning", "person:anna.keller", "owner"),
    (MODEL, "person:anna.keller", "accountable"), (VERSION, "predictions:flight-delay@1", "predicts"),
    (VERSION, "deployment:flight-delay@production", "deployed"),
]  # fmt: skip
EDGES = [Edge(source, target, kind) for source, target, kind in PAIRS]
KNOWN = {
    FEATURES: NodeFacts(
        documentation="One row per flight", owners=("team:data-science",), columns={"temp": "double"},
        checks=(FAILED,), rows={JULY.date(): 4000},
    ),
    FLIGHTS: NodeFacts(owners=("team:ops",), checks=(Check(FLIGHTS, None, "fresh", True, JULY, None),)),
    WEATHER: NodeFacts(owners=("team:weather",)),
    COLLECT: NodeFacts(last_run=ReportedRun("r", COLLECT, JULY, JULY, "COMPLETE", None, None, None)),
    PREPARE: NodeFacts(last_run=ReportedRun("r", PREPARE, JULY, AUGUST, "FAIL", "no <b>rows</b>", None, None)),
}  # fmt: skip
REACHED = [
    Impact(
        "flight-delay", "1", 1204, ("temp",), "crew-planning", ("anna.keller",), 12000.0, "EUR", None,
        (FEATURES, MODEL),
    ),
]  # fmt: skip


def flights() -> MadeLineage:
    """The way of the flight model: a check failed, a run failed, a source is not checked."""
    return MadeLineage(EDGES, KNOWN, {FEATURES: [PASSED, FAILED]}, REACHED)


def wide(tables: int) -> MadeLineage:
    """A model on many tables of ten systems."""
    edges = [*EDGES]
    for number in range(tables):
        table = f"dataset:postgres://system{number % 10}:5432/area.table{number:05d}"
        edges.append(Edge(table, COLLECT, "reads"))
    return MadeLineage(edges, KNOWN, {}, REACHED)
