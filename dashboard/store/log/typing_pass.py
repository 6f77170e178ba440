"""Rows of one input file as typed rows of the log, and the faults among them with their place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboard.errors import SHOWN_PROBLEMS, InputRefusedError, Problem, shorten
from dashboard.machine import cause_of
from dashboard.store.log.copies import Copy
from dashboard.store.log.diagnosis import NOT_UTF8, count_records, explain_csv, explain_json_lines, lines_of_records
from dashboard.store.log.engine import READING_FAULTS, copy_options, count
from dashboard.store.log.fields import Field, Kind
from dashboard.store.log.quoting import chained, identifier, path_literal
from dashboard.store.log.sources import Source, unreadable_parquet
from dashboard.store.log.values import NEVER, Terms, absent, needed, reading, refused_type

# So many faults that look alike stand one by one.
ALIKE = 3
LETTERS = r"\p{L}+"


@dataclass(frozen=True)
class Faults:
    """The first problems of a file and how many there are."""

    problems: list[Problem]
    total: int


@dataclass(frozen=True)
class Typing:
    """How one file becomes rows of the log: the file, its fields and what their values are held against."""

    source: Source
    fields: Sequence[Field]
    terms: Terms

    def rows(self, numbered: bool = False) -> str:
        """A SELECT of the typed columns and `_faults`, the number of values at fault in the row.

        `numbered` adds `_row`, `_raw` (values as text) and `_wrong` (whether each is at fault), in the order of fields.
        """
        read = [field for field in self.fields if field.position is not None]
        parts = [
            reading(field, (f"r{field.position}", f"p{number}"), self.source.types[field.position or 0], self.terms)
            for number, field in enumerate(read)
        ]
        values = {field: part.value for field, part in zip(read, parts, strict=True)}
        columns = [
            f"CAST({value} AS {field.sql_type}) AS {identifier(field.stored)}"
            for field in self.fields
            for value in [values.get(field) or absent(field, self.terms.card)]
        ]
        # DuckDB's rewriting of a sum of hundreds of constants takes longer than squared in their number.
        possible = [f"CAST({part.fault} AS INTEGER)" for part in parts if part.fault != NEVER]
        faults = chained(possible, "+") if possible else "0"
        if numbered:
            raws = ", ".join(f"CAST(r{field.position} AS VARCHAR)" for field in read)
            columns += ["_row", f"[{raws}] AS _raw", f"[{', '.join(part.fault for part in parts)}] AS _wrong"]
        parsed = ", ".join(f"{part.parsed} AS p{number}" for number, part in enumerate(parts))
        positions = sorted({field.position for field in read if field.position is not None})
        raw = ", ".join(f"c{position} AS r{position}" for position in positions) + (", _row" if numbered else "")
        return (
            f"SELECT {', '.join(columns)}, {faults} AS _faults "
            f"FROM (SELECT *, {parsed} FROM (SELECT {raw} FROM {self.source.relation(numbered)}))"
        )

    def refused_types(self) -> list[Problem]:
        """A problem for every column whose type cannot hold what the card says."""
        problems = []
        for field in self.fields:
            fault = refused_type(field, self.source.types[field.position]) if field.position is not None else None
            if fault:
                problems.append(Problem(fault, self.source.name, None, field.source))
        return problems


def content_hash(fields: Sequence[Field]) -> str:
    """SQL for the hash of a row's content: the fields by their names, so that the order of columns does not count."""
    return f"hash({', '.join(identifier(field.stored) for field in sorted(fields, key=lambda field: field.stored))})"


def write_typed(connection: duckdb.DuckDBPyConnection, typing: Typing, target: Path, extra: str = "") -> int:
    """Write the typed rows (and `extra` columns made from them) of one file to a Parquet file; returns their number.

    Raises InputRefusedError when the file cannot be taken apart, lost rows on the way or has columns of wrong types.
    """
    source = typing.source
    refused = typing.refused_types()
    if refused:
        raise InputRefusedError(refused)
    options = copy_options(len(typing.fields))
    statement = f"COPY (SELECT *{extra} FROM ({typing.rows()})) TO {path_literal(target)} ({options})"
    try:
        written = count(connection, statement)
    except READING_FAULTS as fault:
        if isinstance(fault, NOT_THE_FILE) or cause_of(fault) is not None:
            raise
        raise _unreadable(source) from fault
    if source.format == "csv":
        _refuse_rejects(connection, source)
    _refuse_lost_rows(source, written)
    return written


def _as_copy(source: Source) -> Copy:
    return Copy(source.name, source.path, source.format, source.sha256, None)


def _unreadable(source: Source) -> InputRefusedError:
    if source.format == "parquet":
        return unreadable_parquet(source.name)
    explain = explain_csv if source.format == "csv" else explain_json_lines
    return InputRefusedError(explain(_as_copy(source)))


NOT_THE_FILE = (
    duckdb.OutOfMemoryException,
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
)
ONE_VALUE_EACH = "one value per column of the header is needed"
REJECTS = {
    "MISSING COLUMNS": f"received a row with too few values; {ONE_VALUE_EACH}; add what is missing",
    "TOO MANY COLUMNS": f"received a row with too many values; {ONE_VALUE_EACH}; put quotes around values with commas",
    "UNQUOTED VALUE": 'received quotes that do not match; quotes in text are written "like ""this"""; correct the row',
    "INVALID ENCODING": NOT_UTF8,
    "LINE SIZE OVER MAXIMUM": "received a row of over 2,000,000 bytes; shorter rows are needed; check its quotes",
}


def _refuse_rejects(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    total = count(connection, f"SELECT count(DISTINCT line) FROM {source.rejects}")
    if not total:
        return
    found = connection.execute(
        f"SELECT min(byte_position), arg_min(error_type, column_idx) FROM {source.rejects} "
        f"GROUP BY line ORDER BY 1 LIMIT {SHOWN_PROBLEMS}"
    ).fetchall()
    content_lines = _lines_at(source.path, [int(position or 0) for position, _ in found])
    problems = [
        Problem(REJECTS.get(str(reason), "received a row that is no CSV; correct it"), source.name, line)
        for line, (_, reason) in zip(content_lines, found, strict=True)
    ]
    raise InputRefusedError(problems, total)


def _lines_at(path: Path, positions: list[int]) -> list[int]:
    """The lines of a file on which the given byte positions (ascending, from 1) lie."""
    lines, line, at = [], 1, 0
    with path.open("rb") as content:
        for position in positions:
            while at < position - 1:
                block = content.read(min(1_000_000, position - 1 - at))
                if not block:
                    break
                line += block.count(b"\n")
                at += len(block)
            lines.append(line)
    return lines


def _refuse_lost_rows(source: Source, written: int) -> None:
    """A second opinion on the number of rows, since a reader that misunderstands a file may drop rows silently."""
    if source.records is None or written == source.records:
        return
    if source.format == "parquet":
        raise unreadable_parquet(source.name)
    if source.format == "csv":
        expected = count_records(source.path, source.delimiter)
    else:
        with source.path.open("rb") as lines:
            expected = sum(1 for line in lines if line.strip())
    if written != expected:
        message = (
            f"received {expected} rows of which {written} could be read; line breaks and quotes must be unambiguous; "
            "write the file again"
        )
        raise InputRefusedError([Problem(message, source.name)])


def find_faults(connection: duckdb.DuckDBPyConnection, typing: Typing, total: int) -> Faults:
    """Find the values at fault; needs an ordered connection. `total` is how many there are.

    Many faults of one field whose values look alike (1,5 and 0,25) are one problem that counts the others.
    """
    read = [field for field in typing.fields if field.position is not None]
    rows = f"SELECT _row, _raw, _wrong FROM ({typing.rows(numbered=True)}) WHERE _faults > 0"
    places = f"SELECT _row, _raw, unnest(list_filter(range(1, {len(read) + 1}), place -> _wrong[place])) AS place"
    shape = f"regexp_replace(regexp_replace(value, '[0-9]+', '9', 'g'), '{LETTERS}', 'a', 'g')"
    groups = connection.execute(f"""
        SELECT place, min(_row, {ALIKE + 1}), arg_min(value, _row, {ALIKE + 1}), count(*)
        FROM (SELECT place, _row, coalesce(_raw[place], '') AS value FROM ({places} FROM ({rows})))
        GROUP BY place, {shape} ORDER BY min(_row), min(place)
    """).fetchall()
    found = [one for group in groups for one in _grouped(read[group[0] - 1], *group[1:])]
    found.sort(key=lambda one: (one.records[0], one.field.position))
    lines = row_numbers(typing.source, [record for one in found for record in one.records])
    return Faults([fault_at(typing, one, [lines[record] for record in one.records]) for one in found], total)


@dataclass(frozen=True)
class _Alike:
    """Values of a field at fault that look alike: the first records and what stands there, and how many there are."""

    field: Field
    records: list[int]
    received: list[str]
    number: int


def _grouped(field: Field, records: list[int], received: list[str], number: int) -> list[_Alike]:
    """Few faults stand one by one, many as one."""
    if number > ALIKE:
        return [_Alike(field, records, received, number)]
    return [_Alike(field, [record], [value], 1) for record, value in zip(records, received, strict=True)]


def fault_at(typing: Typing, fault: _Alike, rows: Sequence[int]) -> Problem:
    """The problem of values alike: what was received first, what is needed, how to repair it, and where else."""
    first, field = fault.received[0], fault.field
    allowed, repair = needed(field, typing.terms, first)
    shown = "nothing" if first == "" else shorten(first)
    if shown == "nothing" and field.kind is not Kind.VERSION:
        repair = "fill in the value"
    message = f"received {shown}; {allowed}; {repair}"
    if fault.number > 1:
        message += f"; and {fault.number - 1} more like it (rows {', '.join(map(str, rows[1:]))}, …)"
    return Problem(message, typing.source.name, rows[0], field.source, alike=fault.number - 1)


def row_numbers(source: Source, records: Sequence[int]) -> dict[int, int]:
    """The row to show for each record (from 1): the line in text files, the row itself in Parquet."""
    if source.format == "parquet":
        return {record: record for record in records}
    return lines_of_records(source.path, source.delimiter if source.format == "csv" else None, records)
