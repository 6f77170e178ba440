"""When what is said about a model ends by itself, although nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.governance.situation.situation import Situation

NEVER = datetime(9999, 12, 31)


def valid_until(situation: Situation, model_id: str, asked_at: datetime) -> datetime:
    """The instant (UTC, naive) at which something else is the case without anything being recorded.

    The next day begins in the model's zone, or something that is recorded ahead of its time comes to pass. A question
    about a day or about an instant of knowledge has its answer for ever.
    """
    if situation.on is not None or situation.as_of is not None:
        return NEVER
    turns = [turn for turn in _turns(situation, model_id, asked_at) if turn > asked_at]
    return min(turns).astimezone(UTC).replace(tzinfo=None)


def _turns(situation: Situation, model_id: str, asked_at: datetime) -> Iterator[datetime]:
    card = situation.cards[model_id]
    zone = ZoneInfo(card.time_zone)
    tomorrow = asked_at.astimezone(zone).date() + timedelta(days=1)
    yield datetime.combine(tomorrow, time(), zone).astimezone(UTC)
    yield from situation.moments_of(model_id)
    yield from (version.trained_at for version in card.versions if version.trained_at is not None)
