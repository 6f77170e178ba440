"""Rows that a transaction inserts, noted as they are inserted: they need not be looked for."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from dashboard.store.audit.facts import DERIVED, Fact, fact_of
from dashboard.store.audit.figures import Figure, figure_of


@dataclass
class InsertedRows:
    """What was inserted since the last record: the rows, how many by table, and the key of the figures' hashes."""

    facts: list[Fact] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def take(self) -> InsertedRows:
        """Return the tracked inserts and forget them."""
        taken = InsertedRows(self.facts, self.figures, self.rows, self.key)
        self.facts, self.figures, self.rows, self.key = [], [], Counter(), str(uuid.uuid4())
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


def figures_key(cursor: duckdb.DuckDBPyConnection) -> str | None:
    """The `hashed_in` of figures that are inserted now; None where nothing is noted."""
    noted = _OPEN.get(id(cursor))
    return noted.key if noted is not None else None


def note_figures(
    cursor: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Note figures that were inserted together, with the names of their columns."""
    noted = _OPEN.get(id(cursor))
    if noted is not None and table in DERIVED:
        figures = [figure_of(table, names, row) for row in rows]
        noted.figures += figures
        noted.rows[table] += len(figures)


def insert_row(cursor: duckdb.DuckDBPyConnection, table: str, values: Sequence[object]) -> None:
    """Insert a row in the table's own order; `table` never comes from input. Raises duckdb.ConstraintException."""
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' for _ in values)})"
    noted = _OPEN.get(id(cursor))
    if noted is None:
        cursor.execute(statement, list(values))
        return
    result = cursor.execute(f"{statement} RETURNING *", list(values))
    names = [column[0] for column in result.description or []]
    inserted = result.fetchall()
    if table in DERIVED:
        note_figures(cursor, table, names, inserted)
        return
    for row in inserted if "fact_id" in names else ():
        noted.facts.append(fact_of(table, names, row))
        noted.rows[table] += 1
