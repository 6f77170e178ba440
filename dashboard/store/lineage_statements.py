"""What OpenLineage events say, as rows derived from them: written once for each event, thrown away all together."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Any, ...]
# The columns of each table that is written, with their types.
COLUMNS: dict[str, tuple[str, ...]] = {
    "lineage_statements": (
        "VARCHAR", "TIMESTAMP", "TIMESTAMP", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN", "BIGINT", "BIGINT",
        "VARCHAR", "VARCHAR",
    ),
    "lineage_relations": ("BIGINT", *["VARCHAR"] * 7),
    "lineage_descriptions": ("BIGINT", *["VARCHAR"] * 3),
    "lineage_measurements": (
        "VARCHAR", "TIMESTAMP", "TIMESTAMP", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN",
        "VARCHAR",
    ),
    "lineage_names": ("VARCHAR", "VARCHAR", "VARCHAR"),
}  # fmt: skip
DERIVED_TABLES = (*COLUMNS, "lineage_derivation")
# Of so many keys a list of placeholders is quicker to plan than a join.
FEW = 20


@dataclass
class StatementRows:
    """Rows of the derived tables for some events; what stands once is given by its key.

    `relations` and `descriptions` are rows by hash, `names` are namespace and name by node.
    """

    statements: list[Row] = field(default_factory=list)
    relations: dict[int, list[Row]] = field(default_factory=dict)
    descriptions: dict[int, list[Row]] = field(default_factory=dict)
    measurements: list[Row] = field(default_factory=list)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Derived:
    """How far the derivation is: how many events there are and have their statement, by which rules, made when."""

    events: int
    statements: int
    rules: str | None
    made: str | None


def derived_so_far(cursor: duckdb.DuckDBPyConnection) -> Derived:
    """How far the derivation is, as this cursor sees it."""
    found = cursor.execute(
        "SELECT (SELECT count(*) FROM lineage_events), (SELECT count(*) FROM lineage_statements), "
        "(SELECT rules FROM lineage_derivation LIMIT 1), (SELECT made FROM lineage_derivation LIMIT 1)"
    ).fetchone()
    assert found is not None
    return Derived(*found)


def begin_derivation(cursor: duckdb.DuckDBPyConnection, rules: str) -> None:
    """Note by which rules the first statements are made."""
    cursor.execute(
        "INSERT INTO lineage_derivation SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM lineage_derivation)",
        [rules, str(uuid.uuid4())],
    )


def throw_away(cursor: duckdb.DuckDBPyConnection, rules: str) -> None:
    """Empty the derived tables, and note by which rules they are made from now on."""
    for table in DERIVED_TABLES:
        cursor.execute(f"DELETE FROM {table}")
    cursor.execute("INSERT INTO lineage_derivation VALUES (?, ?)", [rules, str(uuid.uuid4())])


def events_without_statement(cursor: duckdb.DuckDBPyConnection) -> list[int]:
    """The places of the events that have no statement, for `events_at`."""
    found = cursor.execute(
        "SELECT rowid FROM lineage_events WHERE fact_id NOT IN (SELECT event_id FROM lineage_statements)"
    ).fetchall()
    return [int(row[0]) for row in found]


def events_at(cursor: duckdb.DuckDBPyConnection, places: Sequence[int]) -> list[tuple[str, datetime, datetime, str]]:
    """The events at some places: key, recorded at, event time (UTC, naive) and JSON text."""
    statement = (
        "SELECT fact_id, recorded_at, event_time, content FROM lineage_events "
        "WHERE rowid IN (SELECT unnest(?::BIGINT[]))"
    )
    return cursor.execute(statement, [list(places)]).fetchall()


def append_statements(cursor: duckdb.DuckDBPyConnection, rows: StatementRows) -> None:
    """Write the rows of events that have none; what other events said alike is not written again."""
    _insert(cursor, "lineage_statements", rows.statements)
    for table, column, groups in (
        ("lineage_relations", "said", rows.relations),
        ("lineage_descriptions", "described", rows.descriptions),
    ):
        known = _known(cursor, table, column, groups)
        _insert(cursor, table, [row for key, group in groups.items() if key not in known for row in group])
    known = _known(cursor, "lineage_names", "node", rows.names)
    _insert(cursor, "lineage_names", [(node, *name) for node, name in rows.names.items() if node not in known])
    _insert(cursor, "lineage_measurements", rows.measurements)


def _known(cursor: duckdb.DuckDBPyConnection, table: str, column: str, keys: Collection[object]) -> set[object]:
    if not keys:
        return set()
    where, values = f"IN ({', '.join('?' for _ in keys)})", list[object](keys)
    if len(keys) > FEW:
        kind = COLUMNS[table][0]
        where, values = f"IN (SELECT unnest(?::{kind}[]))", [list(keys)]
    found = cursor.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} {where}", values).fetchall()
    return {row[0] for row in found}


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        unpacked = ", ".join(f"unnest(?::{kind}[])" for kind in COLUMNS[table])
        cursor.execute(f"INSERT INTO {table} SELECT {unpacked}", [list(column) for column in zip(*rows, strict=True)])


# Runs that say the same as the run of their job before them change nothing; `shape` stands for all that a run says.
# A run that has not completed closes nothing, and counts once more when it was heard of last.
_TOLD = """
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
), told AS (
    SELECT origin, run, shape, CASE WHEN streaming OR ended_at IS NULL THEN first_at ELSE ended_at END AS told_at,
        streaming OR ended_at IS NOT NULL AS closes
    FROM whole JOIN runs USING (origin, run)
    UNION ALL
    SELECT origin, run, shape, last_at, false FROM whole JOIN runs USING (origin, run)
    WHERE ended_at IS NULL AND NOT streaming AND last_at > first_at
), changed AS (
    SELECT * FROM told WINDOW by_time AS (PARTITION BY origin ORDER BY told_at, run, closes)
    QUALIFY shape IS DISTINCT FROM lag(shape) OVER by_time OR closes IS DISTINCT FROM lag(closes) OVER by_time
)
SELECT origin, epoch_us(told_at), run, closes, said, epoch_us(spoken.first_at)
FROM changed JOIN spoken USING (origin, run) ORDER BY origin, told_at, run, closes, said
"""
_NODE = "CASE WHEN {0}_column IS NULL THEN {0} ELSE 'column:' || substr({0}, 9) || '#' || {0}_column END AS {0}_node"


def read_told(store: Store, as_of: datetime | None, origins: Collection[str] | None = None) -> list[Row]:
    """What the runs of jobs said whenever that changed, as known at `as_of`, of all or of some origins.

    Rows by origin and time: origin, at (when a run completed, else when it spoke), run, closes (whether it ends what it
    does not name), said, first_at (when the run said so first); instants are microseconds since 1970, UTC.
    """
    only, values = ("true", []) if origins is None else ("origin IN (SELECT unnest(?::VARCHAR[]))", [list(origins)])
    with store.cursor() as cursor:
        return cursor.execute(_TOLD.format(origins=only), [horizon(as_of), *values]).fetchall()


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


def read_described(
    store: Store, subjects: Iterable[str], as_of: datetime | None, until: datetime | None
) -> list[tuple[str, str, str, datetime]]:
    """The describing facets of some datasets or jobs: subject, facet, content (JSON), when it was said last.

    Oldest first; `until` (UTC, aware) leaves out what was said then or later.
    """
    statement = (
        "SELECT subject, facet, content, max(happened_at) AS said_at FROM lineage_descriptions "
        "JOIN lineage_statements USING (described) "
        "WHERE subject IN (SELECT unnest(?::VARCHAR[])) AND recorded_at <= ? AND happened_at < ? "
        "GROUP BY ALL ORDER BY said_at, facet, content"
    )
    with store.cursor() as cursor:
        return cursor.execute(statement, [list(subjects), horizon(as_of), horizon(until)]).fetchall()


@dataclass(frozen=True)
class ToldRun:
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


_RUN = (
    "SELECT run_id, any_value(origin), min(happened_at), max(happened_at), "
    "arg_max(state, (happened_at, state IN ('COMPLETE', 'FAIL', 'ABORT'))) FILTER (WHERE state IS NOT NULL), "
    "arg_max(error, happened_at), max(nominal_time), max(parent_run) FROM lineage_statements "
)


def read_run(store: Store, run: str, as_of: datetime | None = None) -> ToldRun | None:
    """What the events of one run said, as known at `as_of`; None where there is none."""
    where = "WHERE run_id = ? AND recorded_at <= ?"
    told = (
        "SELECT DISTINCT kind, source, target FROM lineage_relations WHERE scope = 'data' AND said IN "
        f"(SELECT said FROM lineage_statements {where}) ORDER BY ALL"
    )
    with store.cursor() as cursor:
        found = cursor.execute(f"{_RUN} {where} GROUP BY run_id", [run, horizon(as_of)]).fetchone()
        relations = cursor.execute(told, [run, horizon(as_of)]).fetchall() if found else []
    return None if found is None else _run(found, tuple(relations))


def list_runs(store: Store, jobs: Collection[str], as_of: datetime | None, most: int) -> list[ToldRun]:
    """The newest runs of some jobs, at most so many of each, newest first, without their relations."""
    statement = (
        f"{_RUN} WHERE run_id IS NOT NULL AND origin IN (SELECT unnest(?::VARCHAR[])) AND recorded_at <= ? "
        "GROUP BY run_id, origin QUALIFY row_number() OVER (PARTITION BY origin ORDER BY max(happened_at) DESC) <= ? "
        "ORDER BY max(happened_at) DESC, run_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [list(jobs), horizon(as_of), most]).fetchall()
    return [_run(row, ()) for row in found]


def _run(row: Row, relations: tuple[tuple[str, str, str], ...]) -> ToldRun:
    run, job, begun, last, state, error, nominal_time, parent_run = row
    return ToldRun(run, job, as_utc(begun), as_utc(last), state, error, nominal_time, parent_run, relations)


def read_measurements(
    store: Store, datasets: Collection[str], measures: Collection[str], asked: tuple[datetime | None, datetime | None]
) -> list[Row]:
    """What was measured of some datasets, oldest first, as known at `asked[0]` and before the instant `asked[1]`.

    Rows: dataset, column, measure, name, passed, content (JSON), when (UTC, naive), run.
    """
    statement = (
        "SELECT dataset, column_name, measure, name, passed, content, happened_at, run_id FROM lineage_measurements "
        "WHERE dataset IN (SELECT unnest(?::VARCHAR[])) AND measure IN (SELECT unnest(?::VARCHAR[])) "
        "AND recorded_at <= ? AND happened_at < ? ORDER BY happened_at, event_id, column_name, name"
    )
    as_of, until = asked
    with store.cursor() as cursor:
        return cursor.execute(statement, [list(datasets), list(measures), horizon(as_of), horizon(until)]).fetchall()
