"""What became of each reading of a source, and who paused or resumed it; facts that are only added to."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

import duckdb

from dashboard.store.audit.insert_tracking import insert_row
from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, rows

# taken: rows or events of an item were added, or were all known; refused: they break a rule; failed: the source itself
# could not be read.
Kind = Literal["taken", "refused", "failed", "paused", "resumed"]


@dataclass(frozen=True)
class SourceRecord:
    """One record about a source.

    `content` of a reading holds `item` (a file, or a stretch of a query), `mark` (what tells that it changed), `basis`
    (the settings it was read by), `said` (what was done or refused, in a sentence), and of a query `place` (where the
    next one begins); of a pause its `reason`.
    """

    source: str
    kind: Kind
    actor: str
    recorded_at: datetime
    content: Mapping[str, Any]


def append_source_record(
    cursor: duckdb.DuckDBPyConnection, source: str, kind: Kind, actor: str, content: Mapping[str, Any]
) -> None:
    """Record what became of a reading, or that a source is paused or resumed."""
    written = json.dumps(dict(content), sort_keys=True, ensure_ascii=False)
    insert_row(cursor, "source_records", [str(uuid.uuid4()), stored(now()), actor, source, kind, written])


def list_source_records(store: Store, source: str | None = None, as_of: datetime | None = None) -> list[SourceRecord]:
    """The records of a source, or of all of them, as known at `as_of`, oldest first."""
    statement = (
        "SELECT * FROM source_records WHERE recorded_at <= ? AND (?::VARCHAR IS NULL OR source = ?) "
        "ORDER BY recorded_at, rowid"
    )
    with store.cursor() as cursor:
        return [_record(row) for row in rows(cursor, statement, [horizon(as_of), source, source])]


def newest_source_records(store: Store, source: str) -> list[SourceRecord]:
    """Of each item of a source the newest record, and the newest one that no item has, oldest first."""
    statement = (
        "SELECT * FROM source_records WHERE source = ? "
        "QUALIFY row_number() OVER (PARTITION BY json_extract_string(content, '$.item'), kind IN ('paused', 'resumed') "
        "ORDER BY recorded_at DESC, rowid DESC) = 1 ORDER BY recorded_at, rowid"
    )
    with store.cursor() as cursor:
        return [_record(row) for row in rows(cursor, statement, [source])]


def _record(row: dict[str, object]) -> SourceRecord:
    recorded_at = row["recorded_at"]
    assert isinstance(recorded_at, datetime)
    return SourceRecord(
        str(row["source"]), cast(Kind, row["kind"]), str(row["actor"]), as_utc(recorded_at),
        json.loads(str(row["content"])),
    )  # fmt: skip
