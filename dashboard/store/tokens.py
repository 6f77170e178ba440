"""Tokens by which programs are known: a random key shown once and kept as its hash, with the scopes it opens."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

import duckdb

from dashboard.errors import InputRefusedError, NotFoundError, Problem, shorten
from dashboard.store.audit.insert_tracking import insert_row
from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, rows

Scope = Literal["read", "predictions", "lineage", "events", "cards", "actions", "decisions"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
# What stands under a person's name: sign-offs, ratings, acceptances and the like.
DECISIONS: Scope = "decisions"
KEY_BYTES = 32
MOST_FOUND = 200
PREFIX = "ml_"

NOT_REVOKED = (
    "SELECT t.fact_id, t.name, t.scopes, t.person_id, t.ends_at FROM tokens t "
    "WHERE NOT EXISTS (SELECT 1 FROM token_revocations r WHERE r.token_id = t.fact_id)"
)
# How long a token is valid unless it says so, and how long before its end its owner hears of it.
VALID_DAYS, NOTICE_DAYS = 90, 14
State = Literal["in_force", "ends_soon", "no_end", "ended", "revoked"]


@dataclass(frozen=True)
class Token:
    """A token without its key. `person` is whose name it acts in, if any.

    `revoked_at` is None unless it was taken back; from `ends_at` on it opens nothing (None: it has no end, as tokens
    made before there were ends).
    """

    name: str
    scopes: tuple[str, ...]
    recorded_at: datetime
    actor: str
    revoked_at: datetime | None
    person: str | None = None
    ends_at: datetime | None = None

    @property
    def ends_on(self) -> date | None:
        """The last day, in UTC, on which it is valid; None without an end."""
        return None if self.ends_at is None else (self.ends_at - timedelta(microseconds=1)).date()

    def state(self, moment: datetime) -> State:
        """How the token stands at an instant."""
        if self.revoked_at is not None and self.revoked_at <= moment:
            return "revoked"
        if self.ends_at is None:
            return "no_end"
        if self.ends_at <= moment:
            return "ended"
        return "ends_soon" if self.ends_at - moment <= timedelta(days=NOTICE_DAYS) else "in_force"


@dataclass(frozen=True)
class Key:
    """What a key opens until `ends_at`: the token's name and scopes, and the person in whose name it acts."""

    name: str
    scopes: tuple[str, ...]
    person: str | None
    ends_at: datetime | None = None

    def ended(self, moment: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.ends_at is not None and self.ends_at <= moment


_FOUND: dict[tuple[object, str], Key] = {}


def last_day(moment: datetime) -> date:
    """The last day of a token that is made at an instant and does not say how long it is valid."""
    return moment.astimezone(UTC).date() + timedelta(days=VALID_DAYS)


def create_token(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    scopes: Sequence[str],
    actor: str,
    person: str | None = None,
    until: date | None = None,
) -> str:
    """Record a new token, valid until the end of a day in UTC, and return its key, which is kept nowhere.

    Without a day it is valid for 90 days. Raises InputRefusedError when a token of this name is in force.
    """
    if _in_force(cursor, name) is not None:
        message = f"received {shorten(name)}; a token of this name is in force; revoke it or choose another name"
        raise InputRefusedError([Problem(message, field="name")])
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    ordered = " ".join(scope for scope in SCOPES if scope in scopes)
    ends_at = datetime.combine((until or last_day(now())) + timedelta(days=1), time(), UTC)
    values = [str(uuid.uuid4()), stored(now()), actor, name, ordered, _hash(key), person, stored(ends_at)]
    insert_row(cursor, "tokens", values)
    return key


def revoke_token(cursor: duckdb.DuckDBPyConnection, name: str, actor: str) -> None:
    """Record that a token is valid no more; raises NotFoundError when none of this name is in force."""
    token_id = _in_force(cursor, name)
    if token_id is None:
        raise NotFoundError(f"token {shorten(name)} is not in force; `token list` names those that are")
    values = [str(uuid.uuid4()), stored(now()), actor, token_id]
    insert_row(cursor, "token_revocations", values)


def find_token(store: Store, key: str) -> Key | None:
    """Find the token with this key that was not revoked; None when there is none. Who asks looks whether it ended."""
    # No two states of any store are called alike, and a program that sends much comes with one key.
    state = (store.state_of("tokens", "token_revocations") or store.version, _hash(key))
    if (known := _FOUND.get(state)) is not None:
        return known
    with store.cursor() as cursor:
        found = cursor.execute(f"{NOT_REVOKED} AND t.secret_sha256 = ?", [state[1]]).fetchone()
    if found is None:
        return None
    if len(_FOUND) >= MOST_FOUND:
        _FOUND.clear()
    opens = _FOUND[state] = Key(found[1], tuple(found[2].split()), found[3], _utc(found[4]))
    return opens


def list_tokens(store: Store, as_of: datetime | None = None) -> list[Token]:
    """Every token, revoked and ended ones too, oldest first, as known at `as_of`."""
    statement = (
        "SELECT t.*, r.recorded_at AS revoked_at FROM tokens t LEFT JOIN token_revocations r "
        "ON r.token_id = t.fact_id AND r.recorded_at <= ? WHERE t.recorded_at <= ? ORDER BY t.recorded_at, t.name"
    )
    with store.cursor() as cursor:
        return [_token(row) for row in rows(cursor, statement, [horizon(as_of)] * 2)]


def _token(row: dict[str, object]) -> Token:
    made, ended = row["recorded_at"], row["revoked_at"]
    assert isinstance(made, datetime)
    person = None if row["person_id"] is None else str(row["person_id"])
    return Token(
        str(row["name"]),
        tuple(str(row["scopes"]).split()),
        as_utc(made),
        str(row["actor"]),
        _utc(ended),
        person,
        _utc(row["ends_at"]),
    )


def _utc(instant: object) -> datetime | None:
    return as_utc(instant) if isinstance(instant, datetime) else None


def _in_force(cursor: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """The newest token of a name that was neither revoked nor ended."""
    ends = "(t.ends_at IS NULL OR t.ends_at > ?)"
    found = cursor.execute(f"{NOT_REVOKED} AND t.name = ? AND {ends}", [name, stored(now())]).fetchone()
    return found[0] if found else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
