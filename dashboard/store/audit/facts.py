"""Facts: the rows that people and programs wrote. What they are, their canonical content, and which ones are new."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

# Figures: computed from facts and log, and computed again when lost. Every other table with a `fact_id` holds facts.
DERIVED = frozenset(
    {
        "pending_labels",
        "profile_layouts",
        "profiles",
        "monitor_runs",
        "importances",
        "statuses",
        "quality_faults",
        "explanations",
        "expectation_checks",
        "model_overlaps",
    }
)
CHAIN = frozenset({"audit"})
READ_AT_ONCE = 10_000
FEW = 20
# Made once: building an encoder takes longer than writing a small value.
_WRITTEN = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Fact:
    """One row of a fact table; `content` holds its values by column as JSON has them, without nulls."""

    table: str
    fact_id: str
    content: Mapping[str, object]

    @property
    def sha256(self) -> str:
        """The hash of the canonical content; a column that was added later and is null does not change it."""
        return digest(self.content)


def canonical(value: object) -> str:
    """The one text of a JSON value: keys in order, no spaces, no escapes of letters."""
    return _WRITTEN(value)


def digest(value: object) -> str:
    """SHA-256 of the canonical text as hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def list_fact_tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The tables that hold facts, by name: a new table is one unless it is named as derived."""
    return tuple(name for name in list_keyed_tables(connection) if name not in DERIVED | CHAIN)


def list_keyed_tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """All tables that are written to, by name: facts, what is derived from them, and the chain."""
    statement = "SELECT table_name FROM duckdb_columns() WHERE column_name = 'fact_id' ORDER BY table_name"
    return tuple(str(row[0]) for row in connection.execute(statement).fetchall())


def count_facts(cursor: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> dict[str, int]:
    """The number of rows of each of the tables as this cursor sees it."""
    statement = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)
    return {str(name): int(count) for name, count in cursor.execute(statement).fetchall()}


def read_facts(cursor: duckdb.DuckDBPyConnection, table: str, skip: int = 0) -> Iterator[Fact]:
    """The facts of a table in the order of their insertion, without the first `skip` ones."""
    result = cursor.execute(f"SELECT * FROM {table} OFFSET {skip}")
    names = [column[0] for column in result.description or []]
    while batch := result.fetchmany(READ_AT_ONCE):
        for row in batch:
            yield fact_of(table, names, row)


def fact_of(table: str, names: Sequence[str], row: Sequence[object]) -> Fact:
    """A row of a table with the names of its columns, as the store gives both, as a fact."""
    content = {name: as_json(value) for name, value in zip(names, row, strict=True) if value is not None}
    return Fact(table, str(content["fact_id"]), content)


def as_json(value: object) -> object:
    """A value of the store as JSON has it: instants and days as ISO texts, bytes as hexadecimal digits."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value


def new_facts(
    cursor: duckdb.DuckDBPyConnection,
    committed: duckdb.DuckDBPyConnection,
    grown: Mapping[str, tuple[int, int]],
    earlier: Collection[tuple[str, str]] = (),
) -> list[Fact]:
    """The facts that were added in the transaction of `cursor`: `grown` counts the rows of tables before and now.

    `committed` sees the state without the transaction, `earlier` are table and key of facts that were added in it
    before. Raises ValueError when rows were taken away.
    """
    found: list[Fact] = []
    for table, (before, count) in grown.items():
        if count < before:
            raise ValueError(f"rows of {table} were deleted; facts are appended only")
        facts = list(read_facts(cursor, table, before))
        doubled = any((table, fact.fact_id) in earlier for fact in facts)
        if doubled or len(facts) != count - before or _any_known(committed, table, facts):
            facts = [fact for fact in _all_unknown(cursor, committed, table) if (table, fact.fact_id) not in earlier]
        found += facts
    return found


def _any_known(committed: duckdb.DuckDBPyConnection, table: str, facts: list[Fact]) -> bool:
    return bool(known_ids(committed, table, [fact.fact_id for fact in facts]))


def known_ids(cursor: duckdb.DuckDBPyConnection, table: str, ids: Sequence[str]) -> set[str]:
    """Select the keys that a table has."""
    if len(ids) <= FEW:
        # Several times quicker to plan than a join with a list.
        where, values = f"fact_id IN ({', '.join('?' for _ in ids)})", list[object](ids)
    else:
        where, values = "fact_id IN (SELECT unnest(?))", [list(ids)]
    found = cursor.execute(f"SELECT fact_id FROM {table} WHERE {where}", values).fetchall() if ids else []
    return {str(row[0]) for row in found}


def _all_unknown(cursor: duckdb.DuckDBPyConnection, committed: duckdb.DuckDBPyConnection, table: str) -> list[Fact]:
    """The slow way, should a scan ever not end with what was inserted last."""
    known = {str(row[0]) for row in committed.execute(f"SELECT fact_id FROM {table}").fetchall()}
    return [fact for fact in read_facts(cursor, table) if fact.fact_id not in known]


def missing_facts(cursor: duckdb.DuckDBPyConnection, facts: Iterable[Fact]) -> list[Fact]:
    """Select the facts whose key the store does not have."""
    found = []
    for fact in facts:
        there = cursor.execute(f"SELECT 1 FROM {fact.table} WHERE fact_id = ?", [fact.fact_id]).fetchone()
        if there is None:
            found.append(fact)
    return found


def insert_facts(cursor: duckdb.DuckDBPyConnection, facts: Iterable[Fact]) -> None:
    """Put facts back as they were written, for example from the journal."""
    import pandas as pd

    by_table: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for fact in facts:
        by_table[fact.table].append(fact.content)
    for table, contents in by_table.items():
        frame = pd.DataFrame(contents, dtype=object)
        names = ", ".join(f'"{name}"' for name in _columns(cursor, table, frame))
        cursor.register("incoming_facts", frame.where(frame.notna(), None))
        try:
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming_facts")
        finally:
            cursor.unregister("incoming_facts")


def _columns(cursor: duckdb.DuckDBPyConnection, table: str, frame: Iterable[object]) -> list[str]:
    """The columns of a frame that came from a file; names that the table does not have raise ValueError."""
    described = cursor.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [table]).fetchall()
    known = {str(row[0]) for row in described}
    names = [str(name) for name in frame]
    if unknown := sorted(set(names) - known):
        raise ValueError(f"table {table} has no column {', '.join(unknown)}")
    return names
