"""Logins: those that were seen, and those that were ended, of which a copied cookie opens nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.audit.insert_tracking import insert_row
from dashboard.store.engine.clock import as_utc, now, stored
from dashboard.store.engine.database import Store


@dataclass(frozen=True)
class RecordedLogin:
    """A login: its key, whose it is (a person, or who the login provider says), from when until when, and where."""

    key: str
    subject: str
    begun_at: datetime
    ends_at: datetime
    browser: str


def all_of(subject: str) -> str:
    """The key under which every login of a person or subject so far is ended."""
    return hashlib.sha256(f"all sessions of {subject}".encode()).hexdigest()


def append_end(cursor: duckdb.DuckDBPyConnection, key: str, actor: str) -> None:
    """Record that the login with this key, or everything that `all_of` means, is over."""
    cursor.execute("INSERT INTO ended_sessions VALUES (?, ?, ?, ?)", [str(uuid.uuid4()), stored(now()), actor, key])


def last_ends(store: Store, keys: Sequence[str], as_of: datetime | None = None) -> dict[str, datetime]:
    """Return when each of these keys was ended last until `as_of` (default: now); those that never were are missing."""
    statement = (
        "SELECT session_sha256, max(recorded_at) FROM ended_sessions "
        "WHERE session_sha256 IN (SELECT unnest(?)) AND recorded_at <= ? GROUP BY session_sha256"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [list(keys), stored(as_of or now())]).fetchall()
    return {str(key): as_utc(ended_at) for key, ended_at in found}


def append_login(cursor: duckdb.DuckDBPyConnection, login: RecordedLogin, actor: str) -> None:
    """Record a login that was seen for the first time."""
    moments = [stored(login.begun_at), stored(login.ends_at)]
    row = [str(uuid.uuid4()), stored(now()), actor, login.key, login.subject, *moments, login.browser]
    insert_row(cursor, "logins", row)


def is_recorded(store: Store, key: str) -> bool:
    """Whether the login with this key was seen before."""
    with store.cursor() as cursor:
        return cursor.execute("SELECT 1 FROM logins WHERE session_sha256 = ?", [key]).fetchone() is not None


def list_logins(store: Store, subject: str | None = None, as_of: datetime | None = None) -> list[RecordedLogin]:
    """The logins of somebody, or of everybody, that hold at an instant (default: now), newest first."""
    moment = stored(as_of or now())
    statement = (
        "SELECT session_sha256, subject, begun_at, ends_at, browser FROM logins "
        "WHERE (? IS NULL OR subject = ?) AND recorded_at <= ? AND ends_at > ? ORDER BY begun_at DESC, session_sha256"
    )
    with store.cursor() as cursor:
        rows = cursor.execute(statement, [subject, subject, moment, moment]).fetchall()
    found = [RecordedLogin(row[0], row[1], as_utc(row[2]), as_utc(row[3]), row[4]) for row in rows]
    subjects = {login.subject for login in found}
    ends = last_ends(store, [*(all_of(one) for one in subjects), *(login.key for login in found)], as_of)
    return [login for login in found if login.key not in ends and not _all_ended(login, ends)]


def _all_ended(login: RecordedLogin, ends: Mapping[str, datetime]) -> bool:
    ended_at = ends.get(all_of(login.subject))
    return ended_at is not None and ended_at >= login.begun_at
