"""What is known about nodes beside their edges: descriptions, owners, source code, checks, runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard.lineage.graph import Graph
from dashboard.store.engine.database import Store


@dataclass(frozen=True)
class Check:
    """An assertion about a dataset or a column as an event reported it: `passed` at `at` (UTC)."""

    dataset: str
    column: str | None
    assertion: str
    passed: bool
    at: datetime
    run: str | None


@dataclass(frozen=True)
class RunState:
    """A run of a job: when it began and was heard of last (UTC), its last state, and its error where it failed."""

    run: str
    job: str
    begun_at: datetime
    last_at: datetime
    state: str
    error: str | None
    nominal_time: str | None


@dataclass(frozen=True)
class NodeFacts:
    """What is known about one node on the day of its graph; empty where nobody said anything.

    `columns`: name -> type; `owners`: names as the source writes them, like `team:claims`; `facets`: the newest of each
    other facet by name, whole; `checks`: the newest result of each assertion; `rows`: last counts of rows that were
    written or read, by day; `last_run`: of a job, or of the job that wrote a dataset last; `tells`: facts of a model's
    node (trained_at, code_revision, artifact, purposes ...).
    """

    documentation: str | None = None
    columns: dict[str, str] | None = None
    owners: tuple[str, ...] = ()
    source_code: str | None = None
    data_source: str | None = None
    checks: tuple[Check, ...] = ()
    rows: dict[date, int] | None = None
    last_run: RunState | None = None
    facets: dict[str, Any] | None = None
    tells: dict[str, Any] | None = None


def node_facts(store: Store, graph: Graph, nodes: Collection[str]) -> dict[str, NodeFacts]:
    """What is known about some nodes (ids), by id, in one reading."""
    raise NotImplementedError


def checks_of(
    store: Store, graph: Graph, datasets: Collection[str], since: date | None = None
) -> dict[str, list[Check]]:
    """Every result of assertions about datasets (ids) since a day, by dataset, oldest first."""
    raise NotImplementedError


def runs_of(store: Store, graph: Graph, job: str, most: int = 50) -> list[RunState]:
    """The newest runs of a job (id), newest first."""
    raise NotImplementedError
