"""What OpenLineage events say, as rows derived from them: written once for each event, thrown away all together."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

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


def places_with_statement(cursor: duckdb.DuckDBPyConnection, most: int) -> list[int]:
    """The places of at most so many events that have a statement, chosen at random, for `events_at`."""
    found = cursor.execute(
        "SELECT rowid FROM lineage_events WHERE fact_id IN (SELECT event_id FROM lineage_statements) "
        "ORDER BY random() LIMIT ?",
        [most],
    ).fetchall()
    return [int(row[0]) for row in found]


def rows_of_events(cursor: duckdb.DuckDBPyConnection, events: Sequence[str]) -> StatementRows:
    """The derived rows of some events as they stand in the store, without names."""
    found = StatementRows()
    of_event = "WHERE event_id IN (SELECT unnest(?::VARCHAR[]))"
    keys = [list(events)]
    found.statements = cursor.execute(f"SELECT * FROM lineage_statements {of_event}", keys).fetchall()
    found.measurements = cursor.execute(f"SELECT * FROM lineage_measurements {of_event}", keys).fetchall()
    for table, column, groups in (
        ("lineage_relations", "said", found.relations),
        ("lineage_descriptions", "described", found.descriptions),
    ):
        chosen = f"SELECT {column} FROM lineage_statements {of_event}"
        for row in cursor.execute(f"SELECT * FROM {table} WHERE {column} IN ({chosen})", keys).fetchall():
            groups.setdefault(row[0], []).append(row)
    return found
