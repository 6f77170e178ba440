"""How much each version of a model uses each feature: from the card, or computed from its artifact."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb

from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.engine.clock import horizon
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models, of_models
from dashboard.store.traced_models import TracedModel


def append_importance(  # noqa: PLR0913 - a column each
    cursor: duckdb.DuckDBPyConnection,
    model_id: str,
    version: str,
    shares: dict[str, float],
    intervals: Mapping[str, tuple[float, float] | None],
    *,
    method: str,
    sample: int,
    basis: str,
    recorded_at: datetime,
) -> None:
    """Record shares of importance (sum 1) of one version, with the interval of each where it is known.

    `basis` names what they were computed from.
    """
    content, key = json.dumps(shares), figures_key(cursor)
    row = [
        str(uuid.uuid4()), recorded_at, model_id, version, method, sample, basis, content, key, json.dumps(intervals),
    ]  # fmt: skip
    insert_row(cursor, "importances", row)


def computed_importances(store: Store, model_id: str, as_of: datetime | None = None) -> dict[str, dict[str, Any]]:
    """The newest computed importance of each version: method, rows, basis, content (feature -> share), recorded_at.

    And `intervals`: feature -> low and high end or None; None as a whole where it was computed before there were any.
    """
    return importances_of(store, model_id, as_of).get(model_id, {})


def importances_of(
    store: Store, models: Models = None, as_of: datetime | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the computed importances of each of some models that has any."""
    only, chosen = of_models(models)
    values: list[object] = [horizon(as_of), *chosen]
    statement = (
        "SELECT model_id, version, max_by({'method': method, 'rows': rows, 'basis': basis, 'content': content, "
        f"'intervals': intervals, 'recorded_at': recorded_at}}, recorded_at) FROM importances "
        f"WHERE recorded_at <= ? AND {only} "
        "GROUP BY model_id, version"
    )
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with store.cursor() as cursor:
        for model_id, version, newest in cursor.execute(statement, values).fetchall():
            texts = {name: newest[name] and json.loads(newest[name]) for name in ("content", "intervals")}
            known = {"model_id": model_id, "version": version, **newest, **texts}
            found.setdefault(str(model_id), {})[str(version)] = known
    return found


def importances(store: Store, card: ModelCard, as_of: datetime | None = None) -> dict[str, dict[str, float]]:
    """Version -> feature -> share; the card's own statement comes before what was computed."""
    return stated_or_computed(card, computed_importances(store, card.id, as_of))


def stated_or_computed(card: ModelCard, computed: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return stated importances, else those of `computed`, which was read before."""
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


def traced_importance(model: TracedModel, computed: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """The same as `newest_importance` of `stated_or_computed`, for a model that was read in bulk."""
    for entry in reversed(model.versions):
        stated: Mapping[str, float] | None = entry.get("importance")
        if stated:
            whole = sum(stated.values()) or 1.0
            return {name: share / whole for name, share in stated.items()}
        if (known := computed.get(str(entry["version"]))) is not None:
            return dict(known["content"])
    return {}


def newest_importance(card: ModelCard, found: Mapping[str, dict[str, float]]) -> dict[str, float]:
    """Feature -> share of the newest version that has one; empty = unknown."""
    for entry in reversed(card.versions):
        if entry.version in found:
            return found[entry.version]
    return {}
