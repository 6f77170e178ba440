"""What people and machines did to the model: versions that went live, packages that changed, incidents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dashboard.governance.causes.happenings import Happening
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.views.cause_lanes.registry import lane
from dashboard.views.query import Query
from dashboard.words import Sentence, mark

WENT_LIVE = mark("Version {version} went live ({environment})")
CHANGED = mark("{package} {before} became {after} ({environment})")
INCIDENT, INCIDENT_CAUSE = mark("Incident"), mark("Incident: {cause}")
# From this severity on an incident counts like an alert.
SEVERE = 3


@dataclass(frozen=True)
class _Deployment:
    day: date
    version: str
    environment_name: str
    packages: Mapping[str, str]


@lane("deployment")
def deployments(store: Store, query: Query) -> Iterable[Happening]:
    """Days on which a version went live somewhere."""
    for one in _deployments(store, query):
        what = Sentence(WENT_LIVE, {"version": one.version, "environment": one.environment_name})
        yield Happening("deployment", one.day, one.day, one.day, "unknown", what, one.version)


@lane("environment")
def changed_packages(store: Store, query: Query) -> Iterable[Happening]:
    """Days on which a deployment brought another version of a package than the one before it in the same place."""
    before: dict[str, dict[str, str]] = {}
    for one in _deployments(store, query):
        known = before.setdefault(one.environment_name, {})
        for package, after in sorted(one.packages.items()):
            if package in known and known[package] != after:
                values = {
                    "package": package,
                    "before": known[package],
                    "after": after,
                    "environment": one.environment_name,
                }
                yield Happening("environment", one.day, one.day, one.day, "unknown", Sentence(CHANGED, values), package)
        known |= one.packages


@lane("incident")
def incidents(store: Store, query: Query) -> Iterable[Happening]:
    """Times in which the model did not do its work."""
    zone = ZoneInfo(_card(store, query).time_zone)
    for event in list_events(store, query.model, ("incident",), query.as_of):
        day = event.happened_at.astimezone(zone).date()
        ends = event.happened_until.astimezone(zone).date() if event.happened_until else None
        cause = event.content.get("cause")
        what = Sentence(INCIDENT_CAUSE, {"cause": str(cause).strip().rstrip(".")}) if cause else Sentence(INCIDENT)
        status = "alert" if event.content["severity"] >= SEVERE else "warn"
        yield Happening("incident", day, day, ends, status, what)


def _deployments(store: Store, query: Query) -> list[_Deployment]:
    """Those of events and of the card, each once, by day."""
    card = _card(store, query)
    found = {(one.day, one.version, one.environment_name): one for one in _on_card(card)}
    zone = ZoneInfo(card.time_zone)
    for event in list_events(store, card.id, ("deployment",), query.as_of):
        day = event.happened_at.astimezone(zone).date()
        place = str(event.content["environment_name"])
        one = _Deployment(day, str(event.version), place, event.content.get("environment") or {})
        found[day, one.version, place] = one
    return sorted(found.values(), key=lambda one: (one.day, one.environment_name, one.version))


def _on_card(card: ModelCard) -> Iterator[_Deployment]:
    for version in card.versions:
        for one in version.deployments:
            yield _Deployment(one.start, version.version, one.environment_name, one.environment)


def _card(store: Store, query: Query) -> ModelCard:
    assert query.model is not None
    return get_card(store, query.model, query.as_of)
