"""Whether a login still holds: not expired, not too old, not ended. Asked on every run and before every action."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.access.login import Login, login_principal
from dashboard.access.principal import Principal
from dashboard.errors import ForbiddenError
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.sessions import all_of, append_end, last_ends
from dashboard.words import Sentence, mark

# What Streamlit adds to the claims; it differs between the cookie and a page.
ADDED = frozenset({"origin", "is_logged_in", "provider", "tokens"})
CLOCKS_DIFFER_BY_S = 60.0
HOUR_S = 3600.0


class SignedOutError(ForbiddenError):
    """Nobody is logged in, or no longer."""


@dataclass(frozen=True)
class Session:
    """One login: its claims, and who it is."""

    claims: Mapping[str, object]
    principal: Principal


def session_key(claims: Mapping[str, object]) -> str:
    """What tells one login from every other: the hash of its claims, among them its instant and its nonce."""
    kept = {name: value for name, value in claims.items() if name not in ADDED}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def open_session(store: Store, claims: Mapping[str, object], login: Login) -> Session:
    """The login with these claims, with the rights of this moment; raises SignedOutError when it does not hold."""
    begun = check_times(claims, login)
    principal = login_principal(store, claims, login.rules)
    ends = last_ends(store, [session_key(claims), *_names(principal)])
    ended = session_key(claims) in ends or any(at.timestamp() >= begun for at in ends.values())
    if ended:
        raise SignedOutError(Sentence(mark("This login was ended. Please sign in again.")))
    return Session(claims, principal)


def check_times(claims: Mapping[str, object], login: Login) -> float:
    """When a login began, in seconds of the epoch; raises SignedOutError for none, an expired and too old a one."""
    begun, ends, moment = _seconds(claims, "iat"), _seconds(claims, "exp"), now().timestamp()
    known = claims.get("is_logged_in") is True and bool(claims.get("sub"))
    if not known or begun is None or ends is None or begun > moment + CLOCKS_DIFFER_BY_S:
        raise SignedOutError(Sentence(mark("Please sign in.")))
    if moment >= ends or moment >= begun + login.hours * HOUR_S:
        raise SignedOutError(Sentence(mark("Your login has expired. Please sign in again.")))
    return begun


def end_session(store: Store, claims: Mapping[str, object], login: Login) -> None:
    """Record that somebody logged out, so that no copy of their cookie opens anything."""
    principal = login_principal(store, claims, login.rules)
    audit_context = AuditContext("log_out", principal.actor)
    with store.writing(audit_context) as cursor:
        append_end(cursor, session_key(claims), principal.actor)
        audit_context.after[f"login {principal.person or principal.actor}"] = {"ended": True}


def _names(principal: Principal) -> list[str]:
    """The keys under which all logins of somebody may have been ended."""
    return [all_of(name) for name in (principal.person, principal.actor) if name is not None]


def _seconds(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
