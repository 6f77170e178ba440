"""Who may reach the server: people who log in, this machine alone, or, when a setting says so, everybody to read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard.access.login import PUBLIC_URL, Login, configured_login
from dashboard.access.loopback import is_address, is_loopback
from dashboard.errors import InputRefusedError, Problem, shorten

SETTING = "DASHBOARD_ALLOW_UNAUTHENTICATED"


@dataclass(frozen=True)
class Exposure:
    """Where the server listens, and who is let in: people who log in, everybody, or this machine alone."""

    host: str
    login: Login | None
    everybody: bool

    @property
    def reading_only(self) -> bool:
        """Whether others than this machine's people reach the pages without a login."""
        return self.login is None and self.everybody and not is_loopback(self.host)

    def answers_to(self, name: str, *, program: bool) -> bool:
        """Whether a request under this host name is answered: a foreign name that leads here opens nothing.

        Programs of this machine reach the API by its loopback address even where people log in.
        """
        name = name.lower().rstrip(".")
        if self.login is not None:
            return name == self.login.host or (program and is_loopback(name))
        if is_loopback(name):
            return True
        public = urlsplit(os.environ.get(PUBLIC_URL, "")).hostname
        return self.reading_only and (is_address(name) or name == public)


def everybody_allowed() -> bool:
    """Whether the setting opens the pages to everybody who reaches the port."""
    return os.environ.get(SETTING) == "1"


def exposure_of(host: str) -> Exposure:
    """How a server that listens on `host` is exposed; raises InputRefusedError for unsafe settings."""
    login = configured_login()
    if login is not None and everybody_allowed():
        message = "received 1 although a login is configured; allowed is one of both; unset it"
        raise InputRefusedError([Problem(message, field=SETTING)])
    if login is None and not is_loopback(host) and not everybody_allowed():
        message = (
            f"received {shorten(host)}; without login only this machine may reach the pages: 127.0.0.1, ::1 or "
            f"localhost; use one of these, configure a login (docs/login.md), or set {SETTING}=1 so that everybody "
            "who reaches the port may read"
        )
        raise InputRefusedError([Problem(message, field="--host")])
    return Exposure(host, login, everybody_allowed())
