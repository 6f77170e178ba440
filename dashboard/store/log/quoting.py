"""Names, texts and paths as parts of SQL. Values are bound where DuckDB allows it; COPY and table functions do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

TERMS_IN_A_ROW = 20


def identifier(name: str) -> str:
    """A column name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a quoted SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """A path of an existing or new file as a SQL literal. DuckDB expands `*` and `[` only where no such file exists."""
    return literal(str(path))


def chained(terms: Sequence[str], operator: str) -> str:
    """Terms joined by an operator with brackets so that thousands stay within DuckDB's depth of expressions."""
    if len(terms) <= TERMS_IN_A_ROW:
        return "(" + f" {operator} ".join(terms) + ")"
    middle = len(terms) // 2
    return f"({chained(terms[:middle], operator)} {operator} {chained(terms[middle:], operator)})"


def path_list(paths: Sequence[Path]) -> str:
    """Several paths as a SQL list."""
    return "[" + ", ".join(path_literal(path) for path in paths) + "]"
