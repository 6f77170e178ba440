"""What a model is: its card, versions, importance and history."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.roles import RoleHolder
from dashboard.schema.card.versions import Deployment
from dashboard.schema.texts import LocalText
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.events import RecordedEvent, list_events
from dashboard.store.importances import computed_importances
from dashboard.views.columns import declare
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

SECTIONS = ("business", "roles", "risks", "data", "monitoring", "retraining")
SHOWN_KINDS = ("deployment", "incident", "outside")


@view("card", columns=declare("section field", Column("value", "text", mark("Value"))))
def card_fields(store: Store, query: Query) -> pd.DataFrame:
    """What is written on the model's card?

    Columns: section, field (dotted path), value (text in the asked-for language; empty fields are left out).
    """
    card = _card(store, query)
    found: list[dict[str, str]] = []
    for name in ModelCard.model_fields:
        section = name if name in (*SECTIONS, "versions") else "model"
        path = "" if section == name else name
        _flatten(getattr(card, name), section, path, query.language, found)
    return pd.DataFrame(found)


def _card(store: Store, query: Query) -> ModelCard:
    assert query.model is not None
    return get_card(store, query.model, query.as_of)


def _flatten(value: Any, section: str, path: str, language: str, found: list[dict[str, str]]) -> None:
    if value is None or value in ([], {}):
        return
    if isinstance(value, LocalText):
        found.append({"section": section, "field": path, "value": value.in_language(language)})
    elif isinstance(value, RoleHolder) and value.start is None and value.end is None:
        found.append({"section": section, "field": path, "value": value.person})
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            _flatten(getattr(value, name), section, f"{path}.{name}".strip("."), language, found)
    elif isinstance(value, dict):
        for name, part in value.items():
            _flatten(part, section, f"{path}.{name}".strip("."), language, found)
    elif isinstance(value, list):
        for position, part in enumerate(value, start=1):
            _flatten(part, section, f"{path}.{position}".strip("."), language, found)
    else:
        found.append({"section": section, "field": path, "value": str(value)})


@view(
    "versions",
    columns=declare("version trained_at algorithm deployed_at artifact code_revision training_data environment"),
)
def versions(store: Store, query: Query) -> pd.DataFrame:
    """Which versions are there, how were they made and since when do they run?

    Columns: version, trained_at, algorithm, deployed_at (first day of the first deployment), artifact (SHA-256, null =
    none given), code_revision, training_data, environment (packages and versions).
    """
    found = []
    for version in _card(store, query).versions:
        deployed = min((deployment.start for deployment in version.deployments), default=None)
        found.append(
            {
                "version": version.version,
                "trained_at": written(version.trained_at),
                "algorithm": version.algorithm,
                "deployed_at": deployed.isoformat() if deployed else None,
                "artifact": version.artifact_sha256,
                "code_revision": version.code_revision,
                "training_data": version.training_data,
                "environment": ", ".join(f"{name} {number}" for name, number in version.environment.items()) or None,
            }
        )
    return pd.DataFrame(found, dtype=object)


@view("importance-source", columns=declare("version", Column("method", "code", mark("Method")), "rows basis"))
def importance_source(store: Store, query: Query) -> pd.DataFrame:
    """Where does the importance of each version come from?

    Columns: version, method (card, shap, permutation or unknown), rows (sample behind it), basis.
    """
    card = _card(store, query)
    computed = computed_importances(store, card.id, query.as_of)
    found = []
    for version in card.versions:
        row = computed.get(version.version)
        if version.importance:
            found.append({"version": version.version, "method": "card", "rows": None, "basis": None})
        elif row:
            found.append({"version": version.version, **{name: row[name] for name in ("method", "rows", "basis")}})
        else:
            found.append({"version": version.version, "method": "unknown", "rows": None, "basis": None})
    return pd.DataFrame(found, dtype=object)


@view("timeline", columns=declare("at", Column("until", "instant", mark("Until")), "from to kind title version detail"))
def timeline(store: Store, query: Query) -> pd.DataFrame:
    """What happened to the model, and when?

    Columns: at, until (UTC), from, to (first and last day in the model's time zone; to is null where no end is stated),
    kind, title, version, detail. Deployments of the card; deployments, incidents and what happened outside, recorded as
    events; by time.
    """
    card = _card(store, query)
    found = [_of_event(event, card) for event in list_events(store, card.id, SHOWN_KINDS, query.as_of)]
    known = {(row["at"][:10], row["version"]) for row in found if row["kind"] == "deployment" and row["at"]}
    found += [
        _of_card(version.version, deployment)
        for version in card.versions
        for deployment in version.deployments
        if (deployment.start.isoformat(), version.version) not in known
    ]
    found.sort(key=lambda row: str(row["at"]))
    return pd.DataFrame(found, dtype=object)


def _of_event(event: RecordedEvent, card: ModelCard) -> dict[str, Any]:
    content, (first, last) = event.content, event.days(card)
    return {
        "at": written(event.happened_at),
        "until": written(event.happened_until),
        "from": first.isoformat(),
        "to": last.isoformat() if event.happened_until else None,
        "kind": event.kind,
        "title": content.get("title") or content.get("cause") or content.get("environment_name"),
        "version": event.version,
        "detail": _detail(event),
    }


def _of_card(version: str, deployment: Deployment) -> dict[str, Any]:
    return {
        "at": f"{deployment.start.isoformat()}T00:00:00Z",
        "until": None,
        "from": deployment.start.isoformat(),
        "to": None,
        "kind": "deployment",
        "title": deployment.environment_name,
        "version": version,
        "detail": deployment.environment_name,
    }


def _detail(event: RecordedEvent) -> str | None:
    """The severity of an incident, the category of what happened outside, the place of a deployment."""
    content = event.content
    if event.kind == "incident":
        return str(content["severity"])
    return content.get("category") or content.get("environment_name")
