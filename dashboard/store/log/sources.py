"""Input files as relations with the columns c0, c1, … in the order of their own column names.

CSV is read as text by its header, JSON Lines as text by its keys, Parquet by its own types.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.canonical import JSON_TEXT, TEXTS
from dashboard.store.log.copies import Copy
from dashboard.store.log.diagnosis import explain_json_lines
from dashboard.store.log.dialects import COMMA, read_header
from dashboard.store.log.engine import READING_FAULTS, count
from dashboard.store.log.quoting import literal, path_literal

NESTED = ("STRUCT", "MAP", "UNION", "VARIANT", "GEOMETRY")
ROW_NUMBER = "file_row_number"
# Those that the card names, which has at most 256 KB, and further ones (`fields.MOST_EXTRA`).
MOST_COLUMNS = 12_000


@dataclass(frozen=True)
class Source:
    """A copied input file and its columns.

    `types` are DuckDB's, or those of `canonical.py` and `instants.py`; `records` is how many rows a faithful reader
    finds, None when unknown; `left_out` are the positions of columns without name and meaning; `notes` say what was
    taken for granted in reading the file.
    """

    index: int
    name: str
    path: Path
    format: str
    sha256: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    records: int | None
    delimiter: str = COMMA
    left_out: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def header_row(self) -> int | None:
        """The row of a text file on which the names of the columns stand."""
        return 1 if self.format == "csv" else None

    @property
    def rejects(self) -> str:
        """The table in which DuckDB notes the lines of a CSV file that it could not take apart."""
        return f"rejects_{self.index}"

    def relation(self, numbered: bool = False, looked_at: bool = False) -> str:
        """The file as a SQL relation; `numbered` adds `_row`, the record from 1, on an ordered connection.

        `looked_at` passes over lines that cannot be taken apart: reading the file refuses them.
        """
        if self.format == "parquet":
            return self._parquet(numbered)
        relation = self._csv(numbered, looked_at) if self.format == "csv" else self._json_lines()
        return f"(SELECT *, row_number() OVER () AS _row FROM {relation})" if numbered else relation

    def _aliases(self) -> str:
        return ", ".join(f"c{position}" for position in range(len(self.columns)))

    def _parquet(self, numbered: bool) -> str:
        # DuckDB adds a column of this name, and refuses where the file has one.
        own = any(name.casefold() == ROW_NUMBER for name in self.columns)
        options = f"hive_partitioning = false, file_row_number = {numbered and not own}"
        relation = f"read_parquet({path_literal(self.path)}, {options})"
        if not numbered:
            return f"{relation} AS input({self._aliases()})"
        if own:
            return f"(SELECT *, row_number() OVER () AS _row FROM {relation} AS input({self._aliases()}))"
        return f"(SELECT * REPLACE (_row + 1 AS _row) FROM {relation} AS input({self._aliases()}, _row))"

    def _csv(self, numbered: bool, looked_at: bool) -> str:
        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(self.columns)))
        rejects = f"{self.rejects}{'_again' if numbered else ''}"
        noted = (
            f"store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scans', rejects_limit = 0"
        )
        return (
            f"read_csv({path_literal(self.path)}, columns = {{{columns}}}, auto_detect = false, header = true, "
            f"delim = {literal(self.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, nullstr = '', "
            f"allow_quoted_nulls = true, "
            f"{'ignore_errors = true' if looked_at else noted})"
        )

    def _json_lines(self) -> str:
        if len({name.casefold() for name in self.columns}) < len(self.columns):
            return self._json_by_key()
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.columns)
        return (
            f"read_json({path_literal(self.path)}, columns = {{{columns}}}, auto_detect = false, records = true, "
            f"format = 'newline_delimited', compression = 'uncompressed') AS input({self._aliases()})"
        )

    def _json_by_key(self) -> str:
        """Keys that differ only in case are one name for DuckDB; taken out one by one they are not."""
        paths = [literal("/" + name.replace("~", "~0").replace("/", "~1")) for name in self.columns]
        chosen = ", ".join(f"json_extract_string(json, {path}) AS c{place}" for place, path in enumerate(paths))
        return f"(SELECT {chosen} FROM {_json_objects(self.path)})"


def _json_objects(path: Path) -> str:
    return f"read_ndjson_objects({path_literal(path)}, compression = 'uncompressed')"


def open_source(connection: duckdb.DuckDBPyConnection, index: int, copy: Copy) -> Source:
    """Read the columns of a copied file. Raises InputRefusedError when it has none or too many."""
    if copy.path.stat().st_size == 0:
        raise InputRefusedError([Problem("received an empty file; rows are needed; check how it was made", copy.name)])
    if copy.format == "csv":
        return _open_csv(index, copy)
    described = {"parquet": _describe_parquet, "jsonl": _describe_json_lines}[copy.format]
    names, types, records = described(connection, copy)
    _refuse_too_many(copy, names)
    return Source(index, copy.name, copy.path, copy.format, copy.sha256, tuple(names), tuple(types), records)


_Described = tuple[list[str], list[str], int | None]


def _open_csv(index: int, copy: Copy) -> Source:
    header = read_header(copy)
    _refuse_too_many(copy, header.names)
    types = ("VARCHAR",) * len(header.names)
    return Source(
        index, copy.name, copy.path, copy.format, copy.sha256, tuple(header.names), types, header.records,
        header.delimiter, header.left_out, header.notes,
    )  # fmt: skip


def _describe_parquet(connection: duckdb.DuckDBPyConnection, copy: Copy) -> _Described:
    path = path_literal(copy.path)
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path}, hive_partitioning = false)").fetchall()
        elements = connection.execute(f"SELECT name, num_children FROM parquet_schema({path})").fetchall()
        records = count(connection, f"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({path})")
    except READING_FAULTS as fault:
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


def _describe_json_lines(connection: duckdb.DuckDBPyConnection, copy: Copy) -> _Described:
    statement = f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {_json_objects(copy.path)} ORDER BY key"
    try:
        keys = [key for (key,) in connection.execute(statement).fetchmany(MOST_COLUMNS + 1)]
    except READING_FAULTS as fault:
        raise InputRefusedError(explain_json_lines(copy)) from fault
    if not keys:
        raise InputRefusedError(explain_json_lines(copy))
    broken = next((key for key in keys if "\0" in key), None)
    if broken is not None:
        message = "received a key with a zero byte; allowed are keys without; rename it"
        raise InputRefusedError([Problem(message, copy.name, None, shorten(broken))])
    return keys, [JSON_TEXT] * len(keys), copy.lines.lines if copy.lines else None


def _refuse_too_many(copy: Copy, names: list[str]) -> None:
    if len(names) > MOST_COLUMNS:
        message = f"received {len(names)} columns; at most {MOST_COLUMNS} are allowed; split the file"
        raise InputRefusedError([Problem(message, copy.name, 1 if copy.format == "csv" else None)])


def is_index(name: str) -> bool:
    """Return whether a column is the row index that pandas writes by itself; it is left out of the log."""
    return name.startswith("__index_level_") and name.endswith("__")


def is_nested(kind: str) -> bool:
    """Return whether a DuckDB type holds several values."""
    return kind.endswith("]") or kind.startswith(NESTED)


def is_text(kind: str) -> bool:
    """Return whether the values arrive as text."""
    return kind in TEXTS
