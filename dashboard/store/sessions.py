"""Logins that were ended: a copied cookie of one of them opens nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

import duckdb

from dashboard.store.engine.clock import as_utc, now, stored
from dashboard.store.engine.database import Store


def all_of(subject: str) -> str:
    """The key under which every login of a person or subject so far is ended."""
    return hashlib.sha256(f"all sessions of {subject}".encode()).hexdigest()


def append_end(cursor: duckdb.DuckDBPyConnection, key: str, actor: str) -> None:
    """Record that the login with this key, or everything that `all_of` means, is over."""
    cursor.execute("INSERT INTO ended_sessions VALUES (?, ?, ?, ?)", [str(uuid.uuid4()), stored(now()), actor, key])


def last_ends(store: Store, keys: Sequence[str]) -> dict[str, datetime]:
    """Return when each of these keys was ended last; those that never were are missing."""
    statement = (
        "SELECT session_sha256, max(recorded_at) FROM ended_sessions "
        "WHERE session_sha256 IN (SELECT unnest(?)) GROUP BY session_sha256"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [list(keys)]).fetchall()
    return {str(key): as_utc(ended_at) for key, ended_at in found}
