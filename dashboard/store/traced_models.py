"""What lineage needs of all models: a few parts of their cards, uses, deployments and logged versions, read in bulk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.schema.texts import LocalText
from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store
from dashboard.store.log.files import IN_FORCE, PREDICTIONS

PATHS = (
    "$.name", "$.status", "$.time_zone", "$.business.process", "$.business.purposes", "$.business.value", "$.versions",
    "$.data.features", "$.data.columns", "$.data.actual", "$.data.reads", "$.data.writes", "$.data.reference",
    "$.monitoring.features.little_importance",
)  # fmt: skip


@dataclass(frozen=True)
class TracedModel:
    """A model as its card in force tells: `versions` and `value` as in its JSON.

    `features` are the card's by column, `renamed` tells names in files (name there -> name on the card); `reads` and
    `writes` are the datasets that the card names, `reference` holds its days (from, to) as written.
    `little_importance` is the card's own limit of `features.little_importance`, if it has one.
    """

    id: str
    name: LocalText
    stage: str | None
    time_zone: str
    process: str | None
    purposes: tuple[str, ...]
    value: Mapping[str, Any]
    versions: tuple[Mapping[str, Any], ...]
    features: Mapping[str, Mapping[str, Any]]
    renamed: Mapping[str, str]
    actual: str | None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    reference: Mapping[str, str] | None = None
    little_importance: float | None = None


@dataclass(frozen=True)
class TracedUse:
    """A consumer used a model for a purpose since an instant (UTC, aware)."""

    model_id: str
    consumer: str
    purpose: str
    since: datetime


@dataclass(frozen=True)
class TracedDeployment:
    """A version went live somewhere, by an event; instants UTC, aware, `until` exclusive and None while it runs."""

    model_id: str
    version: str
    environment_name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class LoggedVersion:
    """A version made predictions since an instant (UTC, aware)."""

    model_id: str
    version: str
    since: datetime


def traced_models(store: Store, as_of: datetime | None = None) -> dict[str, TracedModel]:
    """Every model by id, as known at `as_of`; what is in force now is read once while no card is registered."""
    state = store.state_of("cards") if as_of is None else None
    if state is None:
        return _read_models(store, as_of)
    known = _IN_FORCE.get(store.home)
    if known is None or known[0] != state:
        known = _IN_FORCE[store.home] = state, _read_models(store, None)
    return dict(known[1])


# What is in force in a home, with what stands for the cards that it was read from.
_IN_FORCE: dict[Path, tuple[object, dict[str, TracedModel]]] = {}


def _read_models(store: Store, as_of: datetime | None) -> dict[str, TracedModel]:
    statement = (
        "SELECT model_id, json_extract(content, ?::VARCHAR[]) FROM cards WHERE recorded_at <= ? "
        "QUALIFY row_number() OVER (PARTITION BY model_id ORDER BY recorded_at DESC) = 1 ORDER BY model_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [list(PATHS), horizon(as_of)]).fetchall()
    return {model_id: _traced(model_id, texts) for model_id, texts in found}


def _traced(model_id: str, texts: list[str | None]) -> TracedModel:
    read = (None if text is None else json.loads(text) for text in texts)
    values: dict[str, Any] = dict(zip(PATHS, read, strict=True))
    return TracedModel(
        model_id,
        LocalText(values["$.name"]),
        values["$.status"],
        values["$.time_zone"] or "UTC",
        values["$.business.process"],
        tuple(values["$.business.purposes"] or ()),
        values["$.business.value"] or {},
        tuple(values["$.versions"] or ()),
        values["$.data.features"] or {},
        values["$.data.columns"] or {},
        values["$.data.actual"],
        tuple(values["$.data.reads"] or ()),
        tuple(values["$.data.writes"] or ()),
        values["$.data.reference"],
        values["$.monitoring.features.little_importance"],
    )


def traced_uses(store: Store, as_of: datetime | None = None) -> list[TracedUse]:
    """Who used which model for what, each once with the first instant of it."""
    statement = (
        "SELECT model_id, content->>'$.consumer' AS consumer, content->>'$.purpose' AS purpose, min(happened_at) "
        "FROM events WHERE kind = 'usage' AND least(known_at, recorded_at) <= ? GROUP BY ALL ORDER BY ALL"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of)]).fetchall()
    return [TracedUse(model, consumer, purpose, as_utc(since)) for model, consumer, purpose, since in found]


def traced_deployments(store: Store, as_of: datetime | None = None) -> list[TracedDeployment]:
    """Every deployment that an event reported, by model and time."""
    statement = (
        "SELECT model_id, version, content->>'$.environment_name', happened_at, happened_until "
        "FROM events WHERE kind = 'deployment' AND least(known_at, recorded_at) <= ? ORDER BY model_id, happened_at"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of)]).fetchall()
    return [
        TracedDeployment(model, version, place, as_utc(since), as_utc(until) if until else None)
        for model, version, place, since, until in found
    ]


def logged_versions(store: Store, as_of: datetime | None = None) -> list[LoggedVersion]:
    """The versions of models of which the log holds predictions."""
    statement = (
        f"SELECT model_id, version, min(first_at) FROM log_files WHERE kind = '{PREDICTIONS}' AND recorded_at <= ? "
        f"AND first_at IS NOT NULL AND {IN_FORCE} GROUP BY ALL ORDER BY ALL"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), horizon(as_of)]).fetchall()
    return [LoggedVersion(model, version, as_utc(since)) for model, version, since in found]
