"""How much each version of a model uses each feature: from the card, or computed from its artifact."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

import duckdb

from dashboard.schema.card import ModelCard
from dashboard.store.clock import horizon
from dashboard.store.database import Store, rows


def append_importance(  # noqa: PLR0913 - a column each
    cursor: duckdb.DuckDBPyConnection,
    model_id: str,
    version: str,
    shares: dict[str, float],
    *,
    method: str,
    sample: int,
    basis: str,
    recorded_at: datetime,
) -> None:
    """Record shares of importance (sum 1) of one version; `basis` names what they were computed from."""
    cursor.execute(
        "INSERT INTO importances VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [str(uuid.uuid4()), recorded_at, model_id, version, method, sample, basis, json.dumps(shares)],
    )


def computed_importances(store: Store, model_id: str, as_of: datetime | None = None) -> dict[str, dict[str, Any]]:
    """The newest computed importance of each version: method, rows, basis, content (feature -> share)."""
    statement = (
        "SELECT version, method, rows, basis, content FROM importances WHERE model_id = ? AND recorded_at <= ? "
        "QUALIFY row_number() OVER (PARTITION BY version ORDER BY recorded_at DESC) = 1"
    )
    with store.cursor() as cursor:
        found = rows(cursor, statement, [model_id, horizon(as_of)])
    return {str(row["version"]): {**row, "content": json.loads(str(row["content"]))} for row in found}


def importances(store: Store, card: ModelCard, as_of: datetime | None = None) -> dict[str, dict[str, float]]:
    """Version -> feature -> share; the card's own statement comes before what was computed."""
    found = {version: dict(row["content"]) for version, row in computed_importances(store, card.id, as_of).items()}
    for version in card.versions:
        if version.importance:
            whole = sum(version.importance.values()) or 1.0
            found[version.version] = {name: share / whole for name, share in version.importance.items()}
    return found


def importance_in_force(
    store: Store, card: ModelCard, version: str | None = None, as_of: datetime | None = None
) -> dict[str, float]:
    """Feature -> share of the asked-for version, else of the newest version that has one; empty = unknown."""
    found = importances(store, card, as_of)
    if version is not None:
        return found.get(version, {})
    for entry in reversed(card.versions):
        if entry.version in found:
            return found[entry.version]
    return {}
