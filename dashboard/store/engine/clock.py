"""The one clock of the ledger: UTC, and how instants stand in the store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def stored(instant: datetime) -> datetime:
    """An aware instant as the store keeps it: UTC without zone. Raises ValueError for an instant without zone."""
    if instant.tzinfo is None:
        raise ValueError(f"instant {instant} has no time zone; give it one")
    return instant.astimezone(UTC).replace(tzinfo=None)


def as_utc(instant: datetime) -> datetime:
    """An instant read from the store, made aware again."""
    return instant.replace(tzinfo=UTC)


@overload
def written(instant: datetime) -> str: ...
@overload
def written(instant: datetime | None) -> str | None: ...
def written(instant: datetime | None) -> str | None:
    """An instant as people and programs read it, like 2013-04-01T08:30:00Z; without zone it is taken as UTC."""
    if instant is None:
        return None
    aware = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.isoformat().replace("+00:00", "Z")


def horizon(as_of: datetime | None) -> datetime:
    """The latest recording instant that a read may see, as stored; None means everything recorded so far."""
    return datetime(9999, 12, 31) if as_of is None else stored(as_of)
