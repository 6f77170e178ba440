"""Read which runs checked datasets, and until when anything is known of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import STATE

_CHECKING = f"""
WITH checking AS (
    SELECT dataset, origin, coalesce(said.run_id, said.event_id) AS run,
        list(DISTINCT {{'name': name, 'column': column_name}}) AS checks
    FROM lineage_measurements AS made JOIN lineage_statements AS said USING (event_id)
    WHERE dataset IN (SELECT unnest(?::VARCHAR[])) AND measure = 'assertion'
        AND made.recorded_at <= ? AND made.happened_at < ?
    GROUP BY ALL
), jobs AS (
    SELECT DISTINCT dataset, origin FROM checking
), runs AS (
    SELECT origin, coalesce(run_id, event_id) AS run, max(happened_at) AS heard_at, any_value(run_id) AS known, {STATE},
        list(DISTINCT said) AS said
    FROM lineage_statements WHERE origin IN (SELECT origin FROM jobs) AND recorded_at <= ? AND happened_at < ?
    GROUP BY ALL
), naming AS (
    SELECT DISTINCT dataset, said FROM lineage_relations
    JOIN (SELECT DISTINCT dataset FROM jobs) ON dataset IN (source, target)
)
SELECT dataset, origin, run, heard_at, known IS NULL OR coalesce(state, '') = 'COMPLETE', checks
FROM jobs JOIN runs USING (origin) LEFT JOIN checking USING (dataset, origin, run)
WHERE checks IS NOT NULL OR (known IS NOT NULL AND EXISTS (
    SELECT 1 FROM naming WHERE naming.dataset = jobs.dataset AND list_contains(runs.said, naming.said)))
ORDER BY dataset, heard_at, run
"""


def list_checking_runs(
    store: Store, datasets: Collection[str], asked: tuple[datetime | None, datetime | None]
) -> list[tuple[str, str, str, datetime, bool, list[tuple[str | None, str]]]]:
    """The runs of jobs that ever checked datasets: those with checks, and those that only read or wrote the dataset.

    Rows: dataset, job (or dataset) that reported, run, when it was heard of last (UTC, naive), whether it ended well or
    is no run, its checks (column, assertion). As known at `asked[0]` and before the instant `asked[1]`.
    """
    as_of, until = (horizon(one) for one in asked)
    with store.cursor() as cursor:
        found = cursor.execute(_CHECKING, [list(datasets), as_of, until, as_of, until]).fetchall()
    return [
        (dataset, job, run, at, whole, [(one["column"], one["name"]) for one in checks or []])
        for dataset, job, run, at, whole, checks in found
    ]


def newest_instant(store: Store, asked: tuple[datetime | None, datetime | None]) -> datetime:
    """The newest instant (UTC, aware) of which an event tells, not later than now; the earliest there is without any.

    As known at `asked[0]` and before the instant `asked[1]`.
    """
    as_of, until = asked
    statement = "SELECT max(happened_at) FROM lineage_statements WHERE recorded_at <= ? AND happened_at < ?"
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), min(horizon(until), stored(now()))]).fetchone()
    return as_utc(found[0]) if found and found[0] is not None else datetime.min.replace(tzinfo=UTC)
