"""Which version was in charge when, where several versions score the same cases: the one in production at the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.versions import in_production
from dashboard.schema.times import instant
from dashboard.store.engine.clock import stored
from dashboard.store.events import RecordedEvent


@dataclass(frozen=True)
class Charge:
    """A version in production from `start` until before `end` (None: open), in UTC without zone."""

    version: str
    start: datetime
    end: datetime | None


def list_charges(card: ModelCard, deployments: Iterable[RecordedEvent]) -> list[Charge]:
    """When each version was in production, by the card's deployments and by events of that kind, in order of time."""
    found = in_production([*_on_card(card), *_as_events(deployments)])
    return sorted(found, key=lambda charge: (charge.start, charge.version))


def _on_card(card: ModelCard) -> Iterator[tuple[str, Charge]]:
    for version in card.versions:
        for entry in version.deployments:
            end = instant(entry.end + timedelta(days=1), card.time_zone) if entry.end else None
            start = stored(instant(entry.start, card.time_zone))
            yield entry.environment_name, Charge(version.version, start, None if end is None else stored(end))


def _as_events(deployments: Iterable[RecordedEvent]) -> Iterator[tuple[str, Charge]]:
    for event in deployments:
        until = None if event.happened_until is None else stored(event.happened_until)
        charge = Charge(str(event.content["version"]), stored(event.happened_at), until)
        yield str(event.content["environment_name"]), charge


def written_charges(charges: Sequence[Charge]) -> list[list[str]]:
    """Charges as JSON values, for what depends on them."""
    return [[charge.version, str(charge.start), str(charge.end)] for charge in charges]
