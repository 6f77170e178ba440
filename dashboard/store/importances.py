"""How much each version of a model uses each feature: from the card, or computed from its artifact."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import horizon
from dashboard.store.engine.database import Store, rows


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
    """The newest computed importance of each version: method, rows, basis, content (feature -> share), recorded_at."""
    return _computed(store, " AND model_id = ?", [horizon(as_of), model_id]).get(model_id, {})


def importances_of_all(store: Store, as_of: datetime | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    """As `computed_importances`, of every model that has any."""
    return _computed(store, "", [horizon(as_of)])


def _computed(store: Store, only: str, values: Sequence[object]) -> dict[str, dict[str, dict[str, Any]]]:
    statement = (
        "SELECT model_id, version, method, rows, basis, content, recorded_at FROM importances "
        f"WHERE recorded_at <= ?{only} "
        "QUALIFY row_number() OVER (PARTITION BY model_id, version ORDER BY recorded_at DESC) = 1"
    )
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with store.cursor() as cursor:
        for row in rows(cursor, statement, values):
            content = json.loads(str(row["content"]))
            found.setdefault(str(row["model_id"]), {})[str(row["version"])] = {**row, "content": content}
    return found


def importances(store: Store, card: ModelCard, as_of: datetime | None = None) -> dict[str, dict[str, float]]:
    """Version -> feature -> share; the card's own statement comes before what was computed."""
    return stated_or_computed(card, computed_importances(store, card.id, as_of))


def stated_or_computed(card: ModelCard, computed: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """As `importances`, of what was read as `computed` before."""
    found = {version: dict(row["content"]) for version, row in computed.items()}
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
    return found.get(version, {}) if version is not None else newest_importance(card, found)


def newest_importance(card: ModelCard, found: Mapping[str, dict[str, float]]) -> dict[str, float]:
    """Feature -> share of the newest version that has one; empty = unknown."""
    for entry in reversed(card.versions):
        if entry.version in found:
            return found[entry.version]
    return {}
