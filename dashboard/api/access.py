"""Who calls, and what that opens: the key of a token, or the secret that the server shares with its own machine."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, replace

from dashboard.access.persons import person_principal
from dashboard.access.principal import Principal, operator
from dashboard.api.access_failures import Failures
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.tokens import Key, find_token

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ACTOR = re.compile(r"cli:[\w.@-]{1,64}")


class RefusedError(Exception):
    """A call that is not let in: the HTTP status and what to do about it."""

    def __init__(self, status: int, message: str) -> None:
        """Keep status and message."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """What a request says about who sends it: three headers, and the address it comes from."""

    authorization: str
    actor: str
    person: str
    address: str


class Access:
    """Tells callers apart and slows down those who guess."""

    def __init__(self) -> None:
        """Make this run's local secret."""
        self.secret = secrets.token_urlsafe(32)
        self._failures = Failures()

    def principal(self, store: Store, credentials: Credentials) -> Principal:
        """Who calls; raises RefusedError for an unknown key: 401, or 429 after many such keys.

        A key is looked up before anything is counted: what others send slows down nobody whose key is in force.
        """
        kind, _, key = credentials.authorization.partition(" ")
        if not key or kind.lower() != "bearer":
            raise RefusedError(401, "received no token; a token is needed; send Authorization: Bearer TOKEN")
        if credentials.address in LOOPBACK and hmac.compare_digest(key.encode(), self.secret.encode()):
            return _local(store, credentials)
        found = find_token(store, key)
        if found is None:
            if self._failures.note(key, credentials.address):
                raise RefusedError(429, "received too many unknown tokens; wait a minute")
            raise RefusedError(
                401, "received a token that is not in force; create one: token create NAME --scope SCOPE"
            )
        if found.ended(now()):
            raise RefusedError(
                401, "received a token that has ended; create a new one: token create NAME --scope SCOPE"
            )
        return _of_token(store, found)


def _local(store: Store, credentials: Credentials) -> Principal:
    """The command line of this machine, or a person for whom it acts."""
    actor = credentials.actor if ACTOR.fullmatch(credentials.actor) else "cli:unknown"
    return (
        person_principal(store, credentials.person, f"{actor} as {credentials.person}")
        if credentials.person
        else operator(actor)
    )


def _of_token(store: Store, key: Key) -> Principal:
    """A program with what its token opens; a token of a person opens at most what that person may."""
    actor, scopes = f"token:{key.name}", frozenset(key.scopes)
    if key.person is None:
        return replace(operator(actor), scopes=scopes, at_command_line=False)
    return replace(person_principal(store, key.person, f"{actor} as {key.person}"), scopes=scopes)
