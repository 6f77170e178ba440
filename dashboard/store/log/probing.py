"""What a column of text or whole numbers must be taken for, found by looking at all of it once; and notes that say so.

Only where it is unambiguous: whole numbers count units since 1970 when all of them lie where one unit puts the years
1980 to 2100; a comma is a decimal sign in a file whose values are not separated by commas, has no number with a point
and at least one whose comma cannot part thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from dashboard.schema.canonical import COMMA_TEXT
from dashboard.store.log.dialects import COMMA
from dashboard.store.log.fields import Field
from dashboard.store.log.instants import DOTTED_FORM, EPOCH, WHOLE_FORM, unit_of
from dashboard.store.log.sources import Source, is_text
from dashboard.store.log.values import CANONICAL, EMPTY, FRACTIONS, INSTANTS, NUMBERS, NUMERIC_KINDS, refused_type

DECIMAL = r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*"
THOUSANDS = r"\s*[+-]?[1-9]\d{0,2}(,\d{3})+\s*"
AT_ONCE = 200


def probed(connection: duckdb.DuckDBPyConnection, source: Source, fields: Sequence[Field]) -> Source:
    """The source with what its columns are taken for, and notes that say so.

    A file that cannot be taken apart comes back as it is: reading it says why.
    """
    try:
        return _probed(connection, source, fields)
    except (duckdb.InvalidInputException, duckdb.ConversionException, UnicodeDecodeError):
        return source


def _probed(connection: duckdb.DuckDBPyConnection, source: Source, fields: Sequence[Field]) -> Source:
    types = list(source.types)
    notes = list(source.notes)
    if source.format == "csv" and source.delimiter != COMMA and _has_decimal_commas(connection, source, fields):
        types = [COMMA_TEXT] * len(types)
        notes.append("numbers are written with a decimal comma")
    for field in fields:
        if field.position is None:
            continue
        kind = source.types[field.position]
        if refused_type(field, kind) is not None and _is_empty(connection, source, field.position):
            types[field.position] = EMPTY
        elif field.kind in INSTANTS:
            taken, said = _instants(connection, source, field.position)
            types[field.position] = taken or types[field.position]
            notes += [f"{field.source}: {said}"] if said else []
        elif field.kind in CANONICAL and kind in FRACTIONS:
            notes.append(f"{field.source}: floating point numbers are taken as whole ones where they are, 7.0 as 7")
    return replace(source, types=tuple(types), notes=tuple(notes))


def _is_empty(connection: duckdb.DuckDBPyConnection, source: Source, position: int) -> bool:
    relation = source.relation(looked_at=True)
    return not connection.execute(f"SELECT 1 FROM {relation} WHERE c{position} IS NOT NULL LIMIT 1").fetchall()


def _has_decimal_commas(connection: duckdb.DuckDBPyConnection, source: Source, fields: Sequence[Field]) -> bool:
    numeric = [field.position for field in fields if field.kind in NUMERIC_KINDS and field.position is not None]
    sure = False
    for start in range(0, len(numeric), AT_ONCE):
        columns = [f"c{position}" for position in numeric[start : start + AT_ONCE]]
        decimal = " OR ".join(
            f"(regexp_full_match({c}, '{DECIMAL}') AND NOT regexp_full_match({c}, '{THOUSANDS}'))" for c in columns
        )
        point = " OR ".join(f"contains({c}, '.')" for c in columns)
        row = connection.execute(
            f"SELECT coalesce(bool_or({decimal}), false), coalesce(bool_or({point}), false) "
            f"FROM {source.relation(looked_at=True)}"
        ).fetchone()
        if row is None or row[1]:
            return False
        sure = sure or bool(row[0])
    return sure


def _instants(connection: duckdb.DuckDBPyConnection, source: Source, position: int) -> tuple[str | None, str | None]:
    """The type that a column of instants is taken for, and what to say of that; None where it is as it stands."""
    kind, column = source.types[position], f"c{position}"
    relation = source.relation(looked_at=True)
    if not (is_text(kind) or kind in NUMBERS or kind == "DOUBLE"):
        return None, None
    if is_text(kind):
        first = connection.execute(
            f"SELECT trim({column}) FROM {relation} WHERE trim({column}) <> '' LIMIT 1"
        ).fetchone()
        text = str(first[0]) if first else ""
        if connection.execute(f"SELECT regexp_full_match(?, '{DOTTED_FORM}')", [text]).fetchone() == (True,):
            return None, f"read as day.month.year, like {text}"
        if connection.execute(f"SELECT regexp_full_match(?, '{WHOLE_FORM}')", [text]).fetchone() != (True,):
            return None, None
    given = f"trim({column}) <> ''" if is_text(kind) else f"{column} IS NOT NULL"
    if kind == "DOUBLE":
        given += f" AND NOT isnan({column})"
    whole = f"regexp_full_match(trim({column}), '{WHOLE_FORM}')" if is_text(kind) else f"{column} = round({column})"
    number = f"TRY_CAST({column} AS HUGEINT)"
    row = connection.execute(
        f"SELECT min({number}), max({number}), bool_and({whole}) FROM {relation} WHERE {given}"
    ).fetchone()
    if row is None or row[0] is None or not row[2]:
        return None, None
    unit = unit_of(int(row[0]), int(row[1]))
    return (f"{EPOCH}{unit}", f"whole numbers are taken as {unit} since 1970") if unit else (None, None)
