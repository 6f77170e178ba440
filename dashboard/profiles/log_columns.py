"""Columns of the log as they are read: numbers as numbers, text as its canonical text."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.profiles.layout import ACTUAL
from dashboard.profiles.row_conditions import quote
from dashboard.schema.canonical import canonical_sql


@dataclass(frozen=True)
class LogColumn:
    """A column to read: its name in the log and whether it is wanted as a number or as text."""

    name: str
    numeric: bool


def column_sql(column: LogColumn, present: dict[str, str], table: str) -> str:
    """SQL for a column of a table of the log, as a number or as its canonical text; null where it is not there."""
    if column.name not in present:
        return "NULL::DOUBLE" if column.numeric else "NULL::VARCHAR"
    name, kind = f"{table}.{quote(column.name)}", present[column.name]
    if not column.numeric:
        return canonical_sql(name, kind)
    return name if kind == "DOUBLE" else f"TRY_CAST({name} AS DOUBLE)"


def label_sql(table: str, kinds: dict[str, str]) -> str:
    """The label of a table: the canonical text of a class, a number as it is."""
    return canonical_sql(f"{table}._actual", "VARCHAR") if kinds.get(ACTUAL) == "VARCHAR" else f"{table}._actual"
