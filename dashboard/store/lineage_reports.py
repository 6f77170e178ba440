"""Read what OpenLineage events say: changes of what runs said, relations, names, descriptions, runs, measurements."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store
from dashboard.store.lineage_statements import Row

if TYPE_CHECKING:
    import pyarrow as pa

# Runs that say the same as the run of their job before them change nothing; `shape` stands for all that a run says.
# A run that has not completed closes nothing, and counts once more when it was heard of last.
_REPORTED = """
WITH known AS (
    SELECT origin, coalesce(run_id, event_id) AS run, said, happened_at, streaming,
        run_id IS NULL OR state = 'COMPLETE' AS ending
    FROM lineage_statements WHERE recorded_at <= ? AND {origins}
), runs AS (
    SELECT origin, run, min(happened_at) FILTER (WHERE ending) AS ended_at, bool_or(streaming) AS streaming
    FROM known GROUP BY ALL
), spoken AS (
    SELECT origin, run, said, min(happened_at) AS first_at, max(happened_at) AS last_at
    FROM known WHERE said IS NOT NULL GROUP BY ALL
), whole AS (
    SELECT origin, run, bit_xor(said) AS shape, min(first_at) AS first_at, max(last_at) AS last_at
    FROM spoken GROUP BY ALL
), reported AS (
    SELECT origin, run, shape, CASE WHEN streaming OR ended_at IS NULL THEN first_at ELSE ended_at END AS reported_at,
        streaming OR ended_at IS NOT NULL AS closes
    FROM whole JOIN runs USING (origin, run)
    UNION ALL
    SELECT origin, run, shape, last_at, false FROM whole JOIN runs USING (origin, run)
    WHERE ended_at IS NULL AND NOT streaming AND last_at > first_at
), changed AS (
    SELECT * FROM reported WINDOW by_time AS (PARTITION BY origin ORDER BY reported_at, run, closes)
    QUALIFY shape IS DISTINCT FROM lag(shape) OVER by_time OR closes IS DISTINCT FROM lag(closes) OVER by_time
)
SELECT origin, epoch_us(reported_at), run, closes, said, epoch_us(spoken.first_at)
FROM changed JOIN spoken USING (origin, run) ORDER BY origin, reported_at, run, closes, said
"""
_NODE = "CASE WHEN {0}_column IS NULL THEN {0} ELSE 'column:' || substr({0}, 9) || '#' || {0}_column END AS {0}_node"


def read_reported(store: Store, as_of: datetime | None, origins: Collection[str] | None = None) -> list[Row]:
    """What the runs of jobs said whenever that changed, as known at `as_of`, of all or of some origins.

    Rows by origin and time: origin, at (when a run completed, else when it spoke), run, closes (whether it ends what it
    does not name), said, first_at (when the run said so first); instants are microseconds since 1970, UTC.
    """
    only, values = ("true", []) if origins is None else ("origin IN (SELECT unnest(?::VARCHAR[]))", [list(origins)])
    with store.cursor() as cursor:
        return cursor.execute(_REPORTED.format(origins=only), [horizon(as_of), *values]).fetchall()


def read_relations(store: Store, said: Collection[int] | None = None) -> pa.Table:
    """The relations of all or of some hashes as an Arrow table, by hash.

    Columns: said, scope, kind, source_node, target_node (ids of nodes, of columns where they are about columns),
    source, target (ids of their tables), detail.
    """
    only, values = ("true", []) if said is None else ("said IN (SELECT unnest(?::BIGINT[]))", [list(said)])
    nodes = ", ".join(_NODE.format(side) for side in ("source", "target"))
    statement = (
        f"SELECT said, scope, kind, {nodes}, source, target, detail FROM lineage_relations WHERE {only} ORDER BY said"
    )
    with store.cursor() as cursor:
        return cursor.execute(statement, values).to_arrow_table()


def origins_after(store: Store, count: int) -> list[str]:
    """The origins of the statements after the first `count` ones, each once."""
    with store.cursor() as cursor:
        found = cursor.execute(
            f"SELECT DISTINCT origin FROM (SELECT origin FROM lineage_statements OFFSET {count:d})"
        ).fetchall()
    return [str(row[0]) for row in found]


def origins_known(store: Store, as_of: datetime | None) -> list[str]:
    """Every job and dataset that an event was about, as known at `as_of`."""
    with store.cursor() as cursor:
        found = cursor.execute(
            "SELECT DISTINCT origin FROM lineage_statements WHERE recorded_at <= ?", [horizon(as_of)]
        ).fetchall()
    return [str(row[0]) for row in found]


def names_of(store: Store) -> dict[str, tuple[str, str]]:
    """Namespace and name of every dataset and job that was ever named, by node."""
    with store.cursor() as cursor:
        found = cursor.execute("SELECT node, namespace, name FROM lineage_names").fetchall()
    return {node: (namespace, name) for node, namespace, name in found}


def names_ending(store: Store, ends: Collection[str]) -> list[tuple[str, str]]:
    """The datasets and jobs (ids) whose name ends, behind the last / . or :, with one of some texts.

    Each with its name without namespace.
    """
    statement = (
        "SELECT node, name FROM lineage_names WHERE regexp_extract(node, '[^/.:]*$') IN "
        "(SELECT unnest(?::VARCHAR[])) ORDER BY node"
    )
    with store.cursor() as cursor:
        return cursor.execute(statement, [list(ends)]).fetchall()


def read_described(
    store: Store, subjects: Iterable[str], asked: tuple[datetime | None, datetime | None], facet: str | None = None
) -> list[tuple[str, str, str, datetime, datetime]]:
    """The describing facets of some datasets or jobs: subject, facet, content (JSON), when it was said first and last.

    Oldest first; as known at `asked[0]`, and without what was said at `asked[1]` or later; all facets, or one.
    """
    as_of, until = asked
    statement = (
        "SELECT subject, facet, content, min(happened_at), max(happened_at) AS said_at FROM lineage_descriptions "
        "JOIN lineage_statements USING (described) "
        "WHERE subject IN (SELECT unnest(?::VARCHAR[])) AND recorded_at <= ? AND happened_at < ? "
        "AND (? IS NULL OR facet = ?) GROUP BY ALL ORDER BY said_at, facet, content"
    )
    with store.cursor() as cursor:
        return cursor.execute(statement, [list(subjects), horizon(as_of), horizon(until), facet, facet]).fetchall()


@dataclass(frozen=True)
class ReportedRun:
    """What the events of one run said together: relations are kind, source and target of whole tables.

    Instants are UTC, aware; `state` is the last one.
    """

    run: str
    job: str
    begun_at: datetime
    last_at: datetime
    state: str | None
    error: str | None
    nominal_time: str | None
    parent_run: str | None
    relations: tuple[tuple[str, str, str], ...] = ()


# Of older runs the day is enough.
HOURS_KEPT = 100
# The last state of a run; of two of one instant the one that ends it.
STATE = (
    "arg_max(state, (happened_at, state IN ('COMPLETE', 'FAIL', 'ABORT'))) FILTER (WHERE state IS NOT NULL) AS state"
)
_RUN = (
    f"SELECT run_id, any_value(origin), min(happened_at), max(happened_at), {STATE}, "
    "arg_max(error, happened_at), max(nominal_time), max(parent_run) FROM lineage_statements "
)


def read_run(store: Store, run: str, as_of: datetime | None = None) -> ReportedRun | None:
    """What the events of one run said, as known at `as_of`; None where there is none."""
    where = "WHERE run_id = ? AND recorded_at <= ?"
    reported = (
        "SELECT DISTINCT kind, source, target FROM lineage_relations WHERE scope = 'data' AND said IN "
        f"(SELECT said FROM lineage_statements {where}) ORDER BY ALL"
    )
    with store.cursor() as cursor:
        found = cursor.execute(f"{_RUN} {where} GROUP BY run_id", [run, horizon(as_of)]).fetchone()
        relations = cursor.execute(reported, [run, horizon(as_of)]).fetchall() if found else []
    return None if found is None else _run(found, tuple(relations))


def list_runs(
    store: Store, jobs: Collection[str], asked: tuple[datetime | None, datetime | None], most: int
) -> list[ReportedRun]:
    """The newest runs of some jobs, at most so many of each, newest first, without their relations.

    As known at `asked[0]`, by what was said before the instant `asked[1]`.
    """
    as_of, until = asked
    statement = (
        f"{_RUN} WHERE run_id IS NOT NULL AND origin IN (SELECT unnest(?::VARCHAR[])) AND recorded_at <= ? "
        "AND happened_at < ? GROUP BY run_id, origin "
        "QUALIFY row_number() OVER (PARTITION BY origin ORDER BY max(happened_at) DESC) <= ? "
        "ORDER BY max(happened_at) DESC, run_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [list(jobs), horizon(as_of), horizon(until), most]).fetchall()
    return [_run(row, ()) for row in found]


def list_completed_hours(
    store: Store, jobs: Collection[str], asked: tuple[datetime | None, datetime | None]
) -> dict[str, set[datetime]]:
    """The hours (UTC, aware) in which runs of some jobs completed, by job; as known and until when as in `list_runs`.

    More than `HOURS_KEPT` days before the last one of a job, the begins of days.
    """
    statement = (
        "SELECT DISTINCT job, date_trunc(CASE WHEN last_at >= max(last_at) OVER (PARTITION BY job) - "
        f"INTERVAL {HOURS_KEPT} DAY THEN 'hour' ELSE 'day' END, last_at) FROM ("
        f"SELECT origin AS job, max(happened_at) AS last_at, {STATE} "
        "FROM lineage_statements WHERE run_id IS NOT NULL AND origin IN (SELECT unnest(?::VARCHAR[])) "
        "AND recorded_at <= ? AND happened_at < ? GROUP BY run_id, origin) WHERE state = 'COMPLETE'"
    )
    as_of, until = asked
    with store.cursor() as cursor:
        rows = cursor.execute(statement, [list(jobs), horizon(as_of), horizon(until)]).fetchall()
    found: dict[str, set[datetime]] = {}
    for job, hour in rows:
        found.setdefault(job, set()).add(as_utc(hour))
    return found


def _run(row: Row, relations: tuple[tuple[str, str, str], ...]) -> ReportedRun:
    run, job, begun, last, state, error, nominal_time, parent_run = row
    return ReportedRun(run, job, as_utc(begun), as_utc(last), state, error, nominal_time, parent_run, relations)


def read_measurements(
    store: Store,
    datasets: Collection[str],
    measures: Collection[str],
    asked: tuple[datetime | None, datetime | None],
    *,
    newest: bool = False,
) -> list[Row]:
    """What was measured of some datasets, oldest first, as known at `asked[0]` and before the instant `asked[1]`.

    Rows: dataset, column, measure, name, passed, content (JSON), when (UTC, naive), run. `newest`: of each measure of
    a name the last one alone.
    """
    last = (
        "QUALIFY row_number() OVER (PARTITION BY dataset, column_name, measure, name "
        "ORDER BY happened_at DESC, event_id DESC) = 1 "
    )
    statement = (
        "SELECT dataset, column_name, measure, name, passed, content, happened_at, run_id FROM lineage_measurements "
        "WHERE dataset IN (SELECT unnest(?::VARCHAR[])) AND measure IN (SELECT unnest(?::VARCHAR[])) "
        f"AND recorded_at <= ? AND happened_at < ? {last if newest else ''}"
        "ORDER BY happened_at, event_id, column_name, name"
    )
    as_of, until = asked
    with store.cursor() as cursor:
        return cursor.execute(statement, [list(datasets), list(measures), horizon(as_of), horizon(until)]).fetchall()


def has_events(store: Store) -> bool:
    """Whether any event of OpenLineage was recorded."""
    with store.cursor() as cursor:
        return cursor.execute("SELECT 1 FROM lineage_events LIMIT 1").fetchone() is not None
