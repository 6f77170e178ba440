"""Input files as relations with the columns c0, c1, … in the order of their own column names. Nothing is guessed.

CSV is read as text by its header, JSON Lines as text by its keys, Parquet by its own types.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboard.errors import SHOWN_CHARACTERS, InputRefusedError, Problem, shorten
from dashboard.store.log.copies import Copy
from dashboard.store.log.diagnosis import explain_csv, explain_json_lines
from dashboard.store.log.engine import count
from dashboard.store.log.quoting import literal, path_literal

NESTED = ("STRUCT", "MAP", "UNION", "VARIANT", "GEOMETRY")
JSON_TEXT = "JSON TEXT"
MOST_COLUMNS = 10_000


@dataclass(frozen=True)
class Source:
    """A copied input file and its columns.

    `types` are DuckDB's, or JSON TEXT; `records` is how many rows a faithful reader finds, None when unknown.
    """

    index: int
    name: str
    path: Path
    format: str
    sha256: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    records: int | None

    @property
    def rejects(self) -> str:
        """The table in which DuckDB notes the lines of a CSV file that it could not take apart."""
        return f"rejects_{self.index}"

    def relation(self, numbered: bool = False) -> str:
        """The file as a SQL relation; `numbered` adds `_row`, the record from 1, on an ordered connection."""
        if self.format == "parquet":
            return self._parquet(numbered)
        relation = self._csv(numbered) if self.format == "csv" else self._json_lines()
        return f"(SELECT *, row_number() OVER () AS _row FROM {relation})" if numbered else relation

    def _aliases(self) -> str:
        return ", ".join(f"c{position}" for position in range(len(self.columns)))

    def _parquet(self, numbered: bool) -> str:
        relation = f"read_parquet({path_literal(self.path)}, hive_partitioning = false, file_row_number = {numbered})"
        if not numbered:
            return f"{relation} AS input({self._aliases()})"
        return f"(SELECT * REPLACE (_row + 1 AS _row) FROM {relation} AS input({self._aliases()}, _row))"

    def _csv(self, numbered: bool) -> str:
        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(self.columns)))
        rejects = f"{self.rejects}{'_again' if numbered else ''}"
        return (
            f"read_csv({path_literal(self.path)}, columns = {{{columns}}}, auto_detect = false, header = true, "
            "delim = ',', quote = '\"', escape = '\"', strict_mode = true, nullstr = '', allow_quoted_nulls = true, "
            f"store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scans', rejects_limit = 0)"
        )

    def _json_lines(self) -> str:
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.columns)
        return (
            f"read_json({path_literal(self.path)}, columns = {{{columns}}}, auto_detect = false, records = true, "
            f"format = 'newline_delimited', compression = 'uncompressed') AS input({self._aliases()})"
        )


def open_source(connection: duckdb.DuckDBPyConnection, index: int, copy: Copy) -> Source:
    """Read the columns of a copied file. Raises InputRefusedError when it has none or they are ambiguous."""
    if copy.path.stat().st_size == 0:
        raise InputRefusedError([Problem("received an empty file; rows are needed; check how it was made", copy.name)])
    described = {"parquet": _describe_parquet, "csv": _describe_csv, "jsonl": _describe_json_lines}[copy.format]
    names, types, records = described(connection, copy)
    problems = list(_name_faults(copy, names))
    if problems:
        raise InputRefusedError(problems)
    return Source(index, copy.name, copy.path, copy.format, copy.sha256, tuple(names), tuple(types), records)


_Described = tuple[list[str], list[str], int | None]


def _describe_parquet(connection: duckdb.DuckDBPyConnection, copy: Copy) -> _Described:
    path = path_literal(copy.path)
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path}, hive_partitioning = false)").fetchall()
        elements = connection.execute(f"SELECT name, num_children FROM parquet_schema({path})").fetchall()
        records = count(connection, f"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({path})")
    except duckdb.Error as fault:
        raise unreadable_parquet(copy.name) from fault
    return _top_level(elements), [row[1] for row in rows], records


def unreadable_parquet(name: str) -> InputRefusedError:
    """The refusal of a Parquet file that is damaged, cut off, encrypted or no Parquet at all."""
    message = "cannot be read as Parquet; a complete, unencrypted Parquet file is needed; write or copy it again"
    return InputRefusedError([Problem(message, name)])


def _top_level(elements: list[tuple[str, int | None]]) -> list[str]:
    """The names of the columns themselves from the flattened schema tree, whose first element is the root."""
    names, position = [], 1
    while position < len(elements):
        names.append(elements[position][0])
        open_children = 1
        while open_children:
            open_children += (elements[position][1] or 0) - 1
            position += 1
    return names


def _describe_csv(_: duckdb.DuckDBPyConnection, copy: Copy) -> _Described:
    csv.field_size_limit(sys.maxsize)
    try:
        with copy.path.open(encoding="utf-8-sig", newline="") as text:
            names = next(csv.reader(text, strict=True), [])
    except UnicodeDecodeError as fault:
        raise InputRefusedError(explain_csv(copy)) from fault
    except csv.Error as fault:
        message = "received a header whose quotes do not match; column names separated by commas are needed; correct it"
        raise InputRefusedError([Problem(message, copy.name, 1)]) from fault
    if not names:
        message = "received an empty line; a header with the column names is needed; put it first"
        raise InputRefusedError([Problem(message, copy.name, 1)])
    lines = copy.lines
    if lines and not lines.quotes and 0 < lines.crlf < lines.lines - 1:
        raise InputRefusedError(explain_csv(copy))
    records = lines.lines - 1 if lines else None
    return names, ["VARCHAR"] * len(names), records


def _describe_json_lines(connection: duckdb.DuckDBPyConnection, copy: Copy) -> _Described:
    objects = f"read_ndjson_objects({path_literal(copy.path)}, compression = 'uncompressed')"
    statement = f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {objects} ORDER BY key"
    try:
        keys = [key for (key,) in connection.execute(statement).fetchmany(MOST_COLUMNS + 1)]
    except duckdb.Error as fault:
        raise InputRefusedError(explain_json_lines(copy)) from fault
    if not keys:
        raise InputRefusedError(explain_json_lines(copy))
    return keys, [JSON_TEXT] * len(keys), copy.lines.lines if copy.lines else None


def _name_faults(copy: Copy, names: list[str]) -> list[Problem]:
    row = 1 if copy.format == "csv" else None
    if len(names) > MOST_COLUMNS:
        return [
            Problem(
                f"received {len(names)} columns; at most {MOST_COLUMNS} are allowed; split the file", copy.name, row
            )
        ]
    problems = []
    folded = Counter(name.casefold() for name in names)
    for position, name in enumerate(names, start=1):
        if not name.strip() or not name.isprintable():
            message = (
                f"received {shorten(name)} as name of column {position}; printable characters are needed; rename it"
            )
            problems.append(Problem(message, copy.name, row))
        elif folded.pop(name.casefold(), 0) > 1:
            message = "received this column name twice (case does not count); allowed is once; rename the others"
            problems.append(Problem(message, copy.name, row, name[:SHOWN_CHARACTERS]))
        elif name.startswith("_") and not is_index(name):
            message = "received a column name that starts with _; those are reserved; rename it"
            problems.append(Problem(message, copy.name, row, name[:SHOWN_CHARACTERS]))
    return problems


def is_index(name: str) -> bool:
    """Return whether a column is the row index that pandas writes by itself; it is left out of the log."""
    return name.startswith("__index_level_") and name.endswith("__")


def is_nested(kind: str) -> bool:
    """Return whether a DuckDB type holds several values."""
    return kind.endswith("]") or kind.startswith(NESTED)


def is_text(kind: str) -> bool:
    """Return whether the values arrive as text."""
    return kind in ("VARCHAR", JSON_TEXT)
