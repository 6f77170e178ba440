"""Who calls, and what that opens: the key of a token, or the secret that the server shares with its own machine."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass

from dashboard.store.database import Store
from dashboard.store.tokens import SCOPES, find_token

LOOPBACK = ("127.0.0.1", "::1", "localhost")
FAILURES_ALLOWED = 30
FAILURES_WITHIN = 60.0
ADDRESSES_REMEMBERED = 1000
ACTOR = re.compile(r"cli:[\w.@-]{1,64}")


class RefusedError(Exception):
    """A call that is not let in: the HTTP status and what to do about it."""

    def __init__(self, status: int, message: str) -> None:
        """Keep status and message."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Caller:
    """Who calls, as the ledger names them, and the scopes that are open; `local` means this machine's command line."""

    actor: str
    scopes: frozenset[str]
    local: bool = False

    def require(self, scope: str | None) -> None:
        """Raise RefusedError unless the scope is open; None is open to the command line alone."""
        if self.local or scope in self.scopes:
            return
        if scope is None:
            raise RefusedError(403, "no token opens this; use the command line on the server's machine")
        have = ", ".join(sorted(self.scopes))
        raise RefusedError(
            403, f"the token opens {have}; needed is {scope}; create one: token create NAME --scope {scope}"
        )


class Access:
    """Tells callers apart and slows down those who guess."""

    def __init__(self) -> None:
        """Make this run's local secret."""
        self.secret = secrets.token_urlsafe(32)
        self._failures: dict[str, deque[float]] = {}
        self._changing = threading.Lock()

    def caller(self, store: Store, authorization: str, claimed: str, address: str) -> Caller:
        """The caller by the headers of a request; raises RefusedError: 401 unknown, 429 after many failures."""
        kind, _, key = authorization.partition(" ")
        if not key or kind.lower() != "bearer":
            raise RefusedError(401, "received no token; a token is needed; send Authorization: Bearer TOKEN")
        if self._failed_often(address):
            raise RefusedError(429, "received too many unknown tokens from this address; wait a minute")
        if address in LOOPBACK and hmac.compare_digest(key.encode(), self.secret.encode()):
            return Caller(claimed if ACTOR.fullmatch(claimed) else "cli:unknown", frozenset(SCOPES), local=True)
        found = find_token(store, key)
        if found is None:
            self._note_failure(address)
            raise RefusedError(
                401, "received a token that is not in force; create one: token create NAME --scope SCOPE"
            )
        return Caller(f"token:{found[0]}", frozenset(found[1]))

    def _failed_often(self, address: str) -> bool:
        with self._changing:
            times = self._failures.get(address, deque())
            return len(times) >= FAILURES_ALLOWED and time.monotonic() - times[0] < FAILURES_WITHIN

    def _note_failure(self, address: str) -> None:
        with self._changing:
            if len(self._failures) >= ADDRESSES_REMEMBERED:
                self._failures.pop(next(iter(self._failures)))
            self._failures.setdefault(address, deque(maxlen=FAILURES_ALLOWED)).append(time.monotonic())
