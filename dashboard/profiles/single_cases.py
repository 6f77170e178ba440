"""Single predictions of a log, found by their ids: never rows in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboard.profiles.engine import ID, Engine
from dashboard.profiles.log_columns import LogColumn, column_sql
from dashboard.profiles.row_conditions import quote
from dashboard.schema.canonical import canonical

# Versions and instants of one id that are looked at, the newest first.
MOST_SCORED = 200


@dataclass(frozen=True)
class Scored:
    """One scoring of a case: the file of the log, the version and the instant (UTC)."""

    file: Path
    version: str
    at: datetime


def list_scored(engine: Engine, files: Sequence[Path], prediction_id: str) -> list[Scored]:
    """Every scoring of an id in some files, the newest first; an id that says the same in another way is the same."""
    name = canonical(prediction_id)
    if not files or name is None:
        return []
    statement = (
        f"SELECT filename, _version, _at FROM read_parquet(?, union_by_name = true, filename = true) "
        f"WHERE {ID} = ? ORDER BY _at DESC, _version LIMIT {MOST_SCORED}"
    )
    found = engine.fetch(statement, [[str(file) for file in files], name])
    return [Scored(Path(str(file)), str(version), at.replace(tzinfo=UTC)) for file, version, at in found]


def read_case(engine: Engine, scored: Scored, prediction_id: str, columns: Sequence[LogColumn]) -> dict[str, Any]:
    """The values of one scoring by column, None for missing."""
    files = [str(scored.file)]
    present = engine.columns(files)
    chosen = ", ".join(f"{column_sql(column, present, 'r')} AS {quote(column.name)}" for column in columns)
    source = "read_parquet(?, union_by_name = true) r"
    statement = f"SELECT {chosen} FROM {source} WHERE {ID} = ? AND _at = ? AND _version = ? LIMIT 1"
    values: list[object] = [files, canonical(prediction_id), scored.at.replace(tzinfo=None), scored.version]
    row = engine.fetch(statement, values)[0]
    return {column.name: value for column, value in zip(columns, row, strict=True)}


def sample_of_cases(
    engine: Engine,
    files: Sequence[Path],
    span: tuple[datetime, datetime],
    columns: Sequence[LogColumn],
    limit: int,
) -> list[tuple[str, datetime, dict[str, Any]]]:
    """Id, instant (UTC) and values of at most `limit` predictions of a span; the same files give the same ones."""
    paths = [str(file) for file in files]
    present = engine.columns(paths)
    chosen = ", ".join(f"{column_sql(column, present, 'r')} AS {quote(column.name)}" for column in columns)
    statement = (
        f"SELECT {ID} AS id, _at, {chosen} FROM read_parquet(?, union_by_name = true) r "
        f"WHERE _at >= ? AND _at < ? ORDER BY hash(_id), _at LIMIT {int(limit)}"
    )
    names = [column.name for column in columns]
    return [
        (str(name), at.replace(tzinfo=UTC), dict(zip(names, values, strict=True)))
        for name, at, *values in engine.fetch(statement, [paths, *span])
    ]
