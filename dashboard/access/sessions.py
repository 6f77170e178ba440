"""Whether a login still holds: not expired, not too old, not ended. Asked on every run and before every action."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.access.login import Login, login_principal
from dashboard.access.principal import Principal
from dashboard.errors import ForbiddenError
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.sessions import RecordedLogin, all_of, append_end, append_login, is_recorded, last_ends
from dashboard.words import Sentence, mark

# What Streamlit adds to the claims; it differs between the cookie and a page.
ADDED = frozenset({"origin", "is_logged_in", "provider", "tokens"})
CLOCKS_DIFFER_BY_S = 60.0
HOUR_S = 3600.0
# Signs in what browsers say of themselves, the more particular ones first, and what people call it.
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


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


def note_login(store: Store, session: Session, login: Login, agent: str) -> None:
    """Record a login that is seen for the first time, so that its person can find and end it.

    One to which nothing is open is not recorded: whoever has an account at the provider could make the chain grow.
    """
    claims, principal = session.claims, session.principal
    key = session_key(claims)
    if not principal.roles or is_recorded(store, key):
        return
    begun, ends = check_times(claims, login), _seconds(claims, "exp") or 0.0
    until = datetime.fromtimestamp(min(ends, begun + login.hours * HOUR_S), UTC)
    subject = principal.person or principal.actor
    found = RecordedLogin(key, subject, datetime.fromtimestamp(begun, UTC), until, browser_of(agent))
    audit_context = AuditContext("log_in", principal.actor)
    with store.writing(audit_context) as cursor:
        append_login(cursor, found, principal.actor)
        audit_context.after[f"login {subject}"] = {"end": found.ends_at.isoformat(), "browser": found.browser}


def browser_of(agent: str) -> str:
    """Browser and system by what the browser says of itself; what is not known is left out."""
    found = [next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def _names(principal: Principal) -> list[str]:
    """The keys under which all logins of somebody may have been ended."""
    return [all_of(name) for name in (principal.person, principal.actor) if name is not None]


def _seconds(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
