"""Rows that a transaction inserts one by one, noted as the store gave them back: they need not be looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from dashboard.store.audit.facts import Fact, fact_of


@dataclass
class InsertedRows:
    """What was inserted since the last record: the rows, and how many by table."""

    facts: list[Fact] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)

    def take(self) -> InsertedRows:
        """Return the tracked inserts and forget them."""
        taken = InsertedRows(self.facts, self.rows)
        self.facts, self.rows = [], Counter()
        return taken


# By the identity of the cursor, for as long as its transaction is open.
_OPEN: dict[int, InsertedRows] = {}


def begin_tracking(cursor: duckdb.DuckDBPyConnection) -> InsertedRows:
    """Note what is inserted through a cursor from now on."""
    noted = _OPEN[id(cursor)] = InsertedRows()
    return noted


def end_tracking(noted: InsertedRows) -> None:
    """Note no more."""
    for place in [place for place, known in list(_OPEN.items()) if known is noted]:
        del _OPEN[place]


def insert_row(cursor: duckdb.DuckDBPyConnection, table: str, values: Sequence[object]) -> None:
    """Insert a row in the table's own order; `table` never comes from input. Raises duckdb.ConstraintException."""
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' for _ in values)})"
    noted = _OPEN.get(id(cursor))
    if noted is None:
        cursor.execute(statement, list(values))
        return
    result = cursor.execute(f"{statement} RETURNING *", list(values))
    names = [column[0] for column in result.description or []]
    for row in result.fetchall() if "fact_id" in names else ():
        noted.facts.append(fact_of(table, names, row))
        noted.rows[table] += 1
