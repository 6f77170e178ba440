"""Results of assertions about data sets, as OpenLineage events reported them (`dataQualityAssertions`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store


@dataclass(frozen=True)
class ReportedAssertion:
    """What an assertion about a data set, or one of its columns, found at an instant (aware, UTC)."""

    dataset: str
    column: str | None
    name: str
    passed: bool
    happened_at: datetime


def list_assertions(store: Store, datasets: Collection[str], as_of: datetime | None = None) -> list[ReportedAssertion]:
    """The assertions about data sets as known at `as_of`, oldest first.

    A data set is named as cards name their training data: NAMESPACE/NAME, or its name alone.
    """
    if not datasets:
        return []
    statement = (
        "SELECT DISTINCT m.dataset, m.column_name, m.name, m.passed, m.happened_at FROM lineage_measurements m "
        "JOIN (SELECT unnest(?::VARCHAR[]) AS name) d ON m.dataset = d.name OR ends_with(m.dataset, '/' || d.name) "
        "OR m.dataset = 'dataset:' || d.name WHERE m.measure = 'assertion' AND m.passed IS NOT NULL "
        "AND m.recorded_at <= ? ORDER BY m.happened_at, m.dataset, m.name, m.column_name"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [list(datasets), horizon(as_of)]).fetchall()
    return [
        ReportedAssertion(str(dataset).removeprefix("dataset:"), column, str(name), bool(passed), as_utc(at))
        for dataset, column, name, passed, at in found
    ]
