"""What each model shares with others, as `monitor` found it: a row whenever that changes, the newest one counts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb

from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.engine.clock import horizon
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models, of_models


def append_overlap(
    cursor: duckdb.DuckDBPyConnection, model_id: str, content: Mapping[str, Any], recorded_at: datetime
) -> None:
    """Record what a model shares; `content` is JSON, `recorded_at` as stored (UTC without zone)."""
    written, key = json.dumps(dict(content), sort_keys=True, ensure_ascii=False), figures_key(cursor)
    insert_row(cursor, "model_overlaps", [str(uuid.uuid4()), recorded_at, model_id, written, key])


def overlaps_of(store: Store, models: Models = None, as_of: datetime | None = None) -> dict[str, dict[str, Any]]:
    """What each model shares as known at `as_of`, by model; nothing of a model whose cards were never compared."""
    only, chosen = of_models(models)
    statement = (
        "SELECT model_id, max_by(content, recorded_at) FROM model_overlaps "
        f"WHERE recorded_at <= ? AND {only} GROUP BY model_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()
    return {str(model_id): json.loads(content) for model_id, content in found}
