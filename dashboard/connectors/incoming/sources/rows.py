"""Rows of a query as a file: Parquet for predictions and outcomes, JSON Lines for events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from dashboard.connectors.incoming.sources.items import SourceFailedError

Row = Sequence[Any]


def plain(value: Any) -> Any:
    """A value of a database as files hold it: numbers as such, what has no counterpart as text."""
    if value is None or isinstance(value, bool | int | float | str | datetime | date):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes | memoryview):
        raise SourceFailedError("the query returns binary values; allowed are numbers, texts and times; leave them out")
    if isinstance(value, list | dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value)


def mark_of(names: Sequence[str], rows: Sequence[Row]) -> str:
    """What changes when one of the rows does."""
    hashed = hashlib.sha256(repr(list(names)).encode())
    for row in rows:
        hashed.update(repr(tuple(row)).encode())
    return hashed.hexdigest()


def write_parquet(names: Sequence[str], rows: Sequence[Row], path: Path) -> Path:
    """Write rows as Parquet; a column whose values have several types is text. Raises SourceFailedError."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = {}
    for position, name in enumerate(names):
        values = [row[position] for row in rows]
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns[name] = pa.array([None if value is None else str(value) for value in values])
    if len(columns) < len(names):
        raise SourceFailedError("the query returns two columns of one name; name each differently with AS")
    parquet.write_table(pa.table(columns), path)
    return path


def write_events(names: Sequence[str], rows: Sequence[Row], path: Path) -> Path:
    """Write each row as an event: columns are its fields, what is null is left out."""
    with path.open("w", encoding="utf-8") as sink:
        for row in rows:
            event = {name: _text(value) for name, value in zip(names, row, strict=True) if value is not None}
            sink.write(json.dumps(event, ensure_ascii=False) + "\n")
    return path


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date | time) else value
