"""Faults of models' data as monitoring found them: recorded whenever one changes, the newest row of each counts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models, of_models


@dataclass(frozen=True)
class RecordedFault:
    """A fault as it stands: its id, its content as JSON values, when it was found and when it last changed."""

    model_id: str
    fault: str
    content: Mapping[str, Any]
    found_at: datetime
    recorded_at: datetime


def append_fault(
    cursor: duckdb.DuckDBPyConnection, model_id: str, fault: str, content: Mapping[str, Any], recorded_at: datetime
) -> None:
    """Record what is known of a fault; `recorded_at` as stored (UTC without zone)."""
    written = json.dumps(dict(content), sort_keys=True, ensure_ascii=False, default=str)
    row = [str(uuid.uuid4()), recorded_at, model_id, fault, written, figures_key(cursor)]
    insert_row(cursor, "quality_faults", row)


def list_faults(store: Store, models: Models = None, as_of: datetime | None = None) -> list[RecordedFault]:
    """The faults of models as known at `as_of`, in the order in which they were found."""
    only, chosen = of_models(models)
    statement = (
        "SELECT model_id, fault, max_by(content, recorded_at), min(recorded_at) AS found_at, max(recorded_at) "
        f"FROM quality_faults WHERE recorded_at <= ? AND {only} GROUP BY model_id, fault ORDER BY found_at, fault"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()
    return [
        RecordedFault(str(model), str(fault), json.loads(content), as_utc(first), as_utc(last))
        for model, fault, content, first, last in found
    ]
