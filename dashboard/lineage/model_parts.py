"""The edges around models in parts, each kept while what it rests on is the same: a fact renews one of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from dashboard.lineage.data_nodes import data_nodes
from dashboard.lineage.edge_columns import EdgeColumns
from dashboard.lineage.event_edges import EventEdges
from dashboard.lineage.model_edges import DataNodes, card_edges, deployed_edges, logged_edges, use_edges
from dashboard.lineage.numbering import edge_columns_of
from dashboard.store.engine.database import Store
from dashboard.store.engine.kept_last import KeptLast
from dashboard.store.organisation import get_organisation
from dashboard.store.traced_models import (
    TracedModel,
    logged_versions,
    traced_deployments,
    traced_uses,
)

# Parts of a store that are kept, those asked for last: four of each reader's graph.
MOST_KEPT = 16
_PARTS: KeptLast[Any] = KeptLast(MOST_KEPT)
Part = TypeVar("Part")


@dataclass(frozen=True)
class Rows:
    """How many rows there are of what graphs rest on: rows are only added, so a count is a version.

    `roles` are events about roles; `made` is how many times the edges of all lineage events were derived.
    """

    cards: int
    organisation: int
    usages: int
    deployments: int
    roles: int
    log_files: int
    withdrawals: int
    statements: int
    derived: int
    made: object

    @property
    def of_data(self) -> Hashable:
        """What the edges between data, features, versions and models rest on."""
        return self.cards, self.organisation, self.statements, self.derived, self.made


def count_rows(store: Store) -> Rows:
    """Count what graphs rest on."""
    statement = """
        SELECT (SELECT count(*) FROM cards), (SELECT count(*) FROM organisation),
            count(*) FILTER (kind = 'usage'), count(*) FILTER (kind = 'deployment'), count(*) FILTER (kind = 'role'),
            (SELECT count(*) FROM log_files), (SELECT count(*) FROM withdrawals),
            (SELECT count(*) FROM lineage_statements), (SELECT count(*) FROM lineage_derivation),
            (SELECT any_value(made) FROM lineage_derivation)
        FROM events
    """
    with store.cursor() as cursor:
        found = cursor.execute(statement).fetchone()
    assert found is not None
    return Rows(*found)


@dataclass(frozen=True)
class Asked:
    """Whose graph is put together: as known at an instant, of the models that a reader sees (None: all)."""

    as_of: datetime | None
    seen: frozenset[str] | None


def edges_around(
    store: Store, events: EventEdges, models: Mapping[str, TracedModel], asked: Asked, rows: Rows | None
) -> tuple[EdgeColumns, DataNodes]:
    """The edges around some models, of all days, and the data that they are tied to.

    Without `rows` (inside a transaction) nothing is kept; neither is what was known at an instant.
    """
    as_of, names = asked.as_of, events.names
    keep = partial(_kept, store, asked, events if rows is not None and as_of is None else None)
    counts = rows or count_rows(store)

    def of_cards() -> tuple[EdgeColumns, DataNodes]:
        data = data_nodes(store, events, models, as_of)
        return edge_columns_of(card_edges(models, data, get_organisation(store, as_of)), names), data

    def of_uses() -> EdgeColumns:
        reported = use_edges(models, traced_uses(store, as_of), get_organisation(store, as_of).processes)
        return edge_columns_of(reported, names)

    edges, data = keep("cards", counts.of_data, of_cards)
    deployed = keep(
        "deployments", (counts.cards, counts.deployments),
        lambda: edge_columns_of(deployed_edges(models, traced_deployments(store, as_of)), names),
    )  # fmt: skip
    logged = keep(
        "log", (counts.cards, counts.log_files, counts.withdrawals),
        lambda: edge_columns_of(logged_edges(models, logged_versions(store, as_of)), names),
    )  # fmt: skip
    used = keep("uses", (counts.cards, counts.organisation, counts.usages), of_uses)
    return edges + deployed + logged + used, data


def _kept(
    store: Store, asked: Asked, events: EventEdges | None, name: str, state: Hashable, find: Callable[[], Part]
) -> Part:
    """A part while its state, and the numbers that stand for names, are the same; without `events` it is found anew."""
    if events is None:
        return find()
    found: Part = _PARTS.get(store, (name, asked.seen), (events.names, state), find)
    return found
