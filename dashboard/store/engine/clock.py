"""The one clock of the ledger: UTC, and how instants stand in the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import overload

# The instant for which the demo's replay acts, in its thread of a process of its own; None everywhere else.
_replayed: ContextVar[datetime | None] = ContextVar("replayed", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC; while the demo replays its history, the instant that it replays."""
    return _replayed.get() or real_now()


def this_hour() -> datetime:
    """The hour of the present instant: what rests on what has not come is worked out anew in the next one."""
    return now().replace(minute=0, second=0, microsecond=0)


def real_now() -> datetime:
    """The present instant of the machine, whatever is replayed: when something is really written."""
    return datetime.now(UTC)


def replayed_now() -> datetime | None:
    """The instant that is replayed; None when the clock is that of the machine."""
    return _replayed.get()


@contextmanager
def replaying(instant: datetime) -> Iterator[None]:
    """Let the clock stand at a past instant within the block: for the demo's replay only.

    The ledger marks every record that is written meanwhile, and refuses it in a chain that holds others. Raises
    ValueError for an instant without zone or in the future.
    """
    if instant.tzinfo is None or instant > real_now():
        raise ValueError(f"{instant} cannot be replayed; give a past instant with a time zone")
    before = _replayed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _replayed.reset(before)


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
