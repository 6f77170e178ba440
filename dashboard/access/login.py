"""The login of a deployment: its settings from the environment, and who the claims of a login speak of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import SplitResult, urlsplit

from dashboard.access.loopback import is_loopback
from dashboard.access.persons import person_principal
from dashboard.access.principal import Principal
from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.config.login import SETTING as ROLES_SETTING, LoginRules, load_login_rules
from dashboard.store.engine.database import Store
from dashboard.store.organisation import Organisation, get_organisation

METADATA_URL = "DASHBOARD_OIDC_METADATA_URL"
CLIENT_ID = "DASHBOARD_OIDC_CLIENT_ID"
CLIENT_SECRET = "DASHBOARD_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of a setting
COOKIE_SECRET = "DASHBOARD_COOKIE_SECRET"  # noqa: S105 - the name of a setting
PUBLIC_URL = "DASHBOARD_PUBLIC_URL"
SCOPE = "DASHBOARD_OIDC_SCOPE"
PROMPT = "DASHBOARD_OIDC_PROMPT"
HOURS = "DASHBOARD_SESSION_HOURS"
NEEDED = (METADATA_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET, PUBLIC_URL)
# A public URL may be set without login: it names the host then.
MEANT = (METADATA_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET)
LONGEST_SESSION_HOURS = 24.0
SHORTEST_SECRET = 32
FEWEST_SIGNS = 8
UNCLEAN = re.compile(r"[^\w.@+-]")
LONGEST_SUBJECT = 100


@dataclass(frozen=True)
class Login:
    """Where people log in, under which address the dashboard is reached, and how claims are read.

    `hours` is how long a login lasts at most. `public_url` has no slash at its end.
    """

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    public_url: str
    scope: str = "openid email profile"
    prompt: str = "login"
    hours: float = 8.0
    rules: LoginRules = LoginRules()

    @property
    def host(self) -> str:
        """The name under which browsers reach the dashboard."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach it encrypted."""
        return self.public_url.startswith("https://")

    def secrets(self) -> dict[str, object]:
        """The settings as Streamlit wants them."""
        return {
            "redirect_uri": f"{self.public_url}/oauth2callback",
            "cookie_secret": self.cookie_secret,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "server_metadata_url": self.metadata_url,
            "client_kwargs": {"scope": self.scope, "prompt": self.prompt},
        }


def configured_login() -> Login | None:
    """The login that the environment sets, None when it sets none.

    Raises InputRefusedError naming every setting that is missing, weak or cannot be read.
    """
    names = (*NEEDED, SCOPE, PROMPT, HOURS, ROLES_SETTING)
    return _login(tuple(os.environ.get(name, "").strip() for name in names))


@cache
def _login(values: tuple[str, ...]) -> Login | None:
    names = (*NEEDED, SCOPE, PROMPT, HOURS)
    settings = dict(zip(names, values, strict=False))
    if not any(settings[name] for name in MEANT):
        return None
    problems = [Problem(message, field=name) for name, message in _faults(settings)]
    if problems:
        raise InputRefusedError(problems)
    return Login(
        metadata_url=settings[METADATA_URL],
        client_id=settings[CLIENT_ID],
        client_secret=settings[CLIENT_SECRET],
        cookie_secret=settings[COOKIE_SECRET],
        public_url=as_browsers_say(settings[PUBLIC_URL]),
        scope=settings[SCOPE] or Login.scope,
        prompt=settings[PROMPT] or Login.prompt,
        hours=float(settings[HOURS] or Login.hours),
        rules=load_login_rules(),
    )


def _faults(settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Setting and message of everything that is missing or wrong."""
    missing = [name for name in NEEDED if not settings[name]]
    yield from ((name, f"received nothing; a login needs {', '.join(NEEDED)}; set it") for name in missing)
    if settings[METADATA_URL]:
        yield from _url_faults(METADATA_URL, settings[METADATA_URL])
    if settings[PUBLIC_URL]:
        yield from _url_faults(PUBLIC_URL, settings[PUBLIC_URL])
        if urlsplit(settings[PUBLIC_URL]).path.strip("/") or urlsplit(settings[PUBLIC_URL]).query:
            yield (
                PUBLIC_URL,
                f"received {shorten(settings[PUBLIC_URL])}; allowed is https://HOST without a path; cut it",
            )
    if settings[COOKIE_SECRET] and weak(settings[COOKIE_SECRET]):
        example = 'make one: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        needed = f"at least {SHORTEST_SECRET} random characters are needed"
        yield COOKIE_SECRET, f"received a secret that can be guessed; {needed}; {example}"
    if settings[HOURS] and not _allowed_hours(settings[HOURS]):
        allowed = f"allowed are hours above 0 up to {LONGEST_SESSION_HOURS:.0f}"
        yield HOURS, f"received {shorten(settings[HOURS])}; {allowed}; write 8"
    if settings[SCOPE] and "openid" not in settings[SCOPE].split():
        yield SCOPE, f"received {shorten(settings[SCOPE])}; openid must be among it; write openid email profile"


def _url_faults(name: str, url: str) -> Iterator[tuple[str, str]]:
    found = _split(url)
    if found is None or found.scheme not in ("http", "https") or not found.hostname or found.username:
        yield name, f"received {shorten(url)}; an address is needed; write https://HOST/..."
    elif found.scheme == "http" and not is_loopback(found.hostname):
        yield name, f"received {shorten(url)}; unencrypted is allowed on this machine only; write https://..."


def _split(url: str) -> SplitResult | None:
    try:
        found = urlsplit(url)
        _ = found.port
    except ValueError:
        return None
    return found


def as_browsers_say(url: str) -> str:
    """An address as the Origin header of browsers has it: small letters, no port where it is the usual one."""
    found = urlsplit(url)
    host = f"[{found.hostname}]" if ":" in (found.hostname or "") else found.hostname
    usual = {"https": 443, "http": 80}[found.scheme]
    return f"{found.scheme}://{host}" + (f":{found.port}" if found.port not in (None, usual) else "")


def weak(secret: str) -> bool:
    """Whether a secret is short, or made of few different signs."""
    return len(secret.encode()) < SHORTEST_SECRET or len(set(secret)) < FEWEST_SIGNS


def _allowed_hours(text: str) -> bool:
    try:
        return 0 < float(text) <= LONGEST_SESSION_HOURS
    except ValueError:
        return False


def claimed(claims: Mapping[str, object], path: str) -> list[str]:
    """The values of a claim as text; dots lead into nested claims where no claim has the whole name."""
    found: object = claims.get(path)
    if found is None and "." in path:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list | tuple) else [found]
    return [_text(value) for value in values if isinstance(value, str | int | float)]


def _text(value: float | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def person_of(claims: Mapping[str, object], rules: LoginRules, organisation: Organisation) -> str | None:
    """The registered person whose login this is: by the claim that is set, else by a verified e-mail address.

    None when nobody, or more than one person, fits.
    """
    if rules.person_claim is not None:
        fitting = [value for value in claimed(claims, rules.person_claim) if value in organisation.people]
        return fitting[0] if len(fitting) == 1 else None
    address = claims.get("email")
    # Only the truth value itself: a text may be anything that a user typed at some provider.
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    wanted = address.strip().casefold()
    same = [person.id for person in organisation.people.values() if (person.email or "").casefold() == wanted]
    return same[0] if len(same) == 1 else None


def login_principal(store: Store, claims: Mapping[str, object], rules: LoginRules) -> Principal:
    """Who is logged in, with the roles of their claims and those granted in the ledger, as they are now."""
    organisation = get_organisation(store)
    roles = frozenset(rule.role for rule in rules.claimed_roles if rule.value in claimed(claims, rule.claim))
    person = person_of(claims, rules, organisation)
    if person is not None:
        return person_principal(store, person, f"login:{person}", frozenset(roles))
    subject = UNCLEAN.sub("_", str(claims.get("sub", "")))[:LONGEST_SUBJECT]
    # Nobody gets the name of a registered person in the ledger by choosing it at the login provider.
    actor = f"login:subject {subject}" if subject in organisation.people else f"login:{subject}"
    return Principal(actor, roles=frozenset(roles))
