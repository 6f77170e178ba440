"""Versions that came after the first card: each tells that a training is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.governance.situation.history import card_days
from dashboard.governance.situation.situation import Situation


@dataclass(frozen=True)
class NewVersion:
    """A version that a later card brought: when it was registered (UTC), and on which day of the model."""

    version: str
    recorded_at: datetime
    day: date


def new_versions(situation: Situation, model_id: str) -> list[NewVersion]:
    """The versions that cards after the first one brought by the day asked about, as they were registered."""
    known: set[str] = set()
    found, asked = [], situation.day(model_id)
    days = card_days(situation, model_id)
    for place, (day, recorded) in enumerate(zip(days, situation.histories[model_id], strict=True)):
        for version in recorded.card.versions:
            if place and version.version not in known and day <= asked:
                found.append(NewVersion(version.version, recorded.recorded_at, day))
        known |= {version.version for version in recorded.card.versions}
    return found
