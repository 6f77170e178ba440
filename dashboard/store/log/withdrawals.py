"""Files that were withdrawn from the log, and brought back: facts with who, when and why; the files stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store


@dataclass(frozen=True)
class Withdrawal:
    """That a delivery was withdrawn (or brought back: `withdrawn` is false); `recorded_at` is aware."""

    fact_id: str
    recorded_at: datetime
    actor: str
    model_id: str
    delivery: str
    withdrawn: bool
    reason: str


def record_withdrawal(cursor: duckdb.DuckDBPyConnection, entry: Withdrawal, recorded_at: datetime) -> None:
    """Insert a withdrawal; `recorded_at` as stored (UTC without zone). Call it inside `store.writing()`."""
    cursor.execute(
        "INSERT INTO withdrawals VALUES (?, ?, ?, ?, ?, ?, ?)",
        [entry.fact_id, recorded_at, entry.actor, entry.model_id, entry.delivery, entry.withdrawn, entry.reason],
    )


def list_withdrawals(store: Store, model_id: str, as_of: datetime | None = None) -> list[Withdrawal]:
    """The withdrawals of a model's files in their order, as recorded at `as_of`; the last one of a delivery holds."""
    statement = (
        "SELECT fact_id, recorded_at, actor, model_id, delivery_id, withdrawn, reason FROM withdrawals "
        "WHERE model_id = ? AND recorded_at <= ? ORDER BY recorded_at, fact_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [model_id, horizon(as_of)]).fetchall()
    return [Withdrawal(str(row[0]), as_utc(row[1]), *row[2:]) for row in found]


def is_any_withdrawn(store: Store, model_id: str) -> bool:
    """Return whether a file of the model is withdrawn now."""
    last = {entry.delivery: entry.withdrawn for entry in list_withdrawals(store, model_id)}
    return any(last.values())
