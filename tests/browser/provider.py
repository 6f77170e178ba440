"""A login provider of our own: OpenID Connect as a process on this machine, with people whose claims a test sets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

SECRET = "a-cookie-secret-of-the-tests-0123456789-abcdefgh"


class Provider:
    """Where it listens, and how its people are set; it may go away and come back with other keys."""

    def __init__(self, port: int) -> None:
        self.address = f"http://localhost:{port}"
        self._command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
        self._process: subprocess.Popen[bytes] | None = None
        self._people: dict[str, dict[str, object]] = {}

    def start(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "NO_COLOR": "1"}}
        self._process = subprocess.Popen(self._command, **quiet)
        wait_for(self)
        for subject, claims in self._people.items():
            self.set_claims(subject, **claims)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=600)
        self._process = None

    def set_claims(self, subject: str, **claims: object) -> None:
        self._people[subject] = claims
        request = urllib.request.Request(
            f"{self.address}/users/{subject}", json.dumps(claims).encode(), {"Content-Type": "application/json"}
        )
        request.method = "PUT"
        urllib.request.urlopen(request, timeout=300).close()

    def settings(self, address: str, **more: str) -> dict[str, str]:
        """The environment of a dashboard at `address` whose people log in here."""
        return {
            "DASHBOARD_OIDC_METADATA_URL": f"{self.address}/.well-known/openid-configuration",
            "DASHBOARD_OIDC_CLIENT_ID": "ledger",
            "DASHBOARD_OIDC_CLIENT_SECRET": "known-to-both",
            "DASHBOARD_COOKIE_SECRET": SECRET,
            "DASHBOARD_PUBLIC_URL": address,
            **more,
        }


@contextmanager
def login_provider() -> Iterator[Provider]:
    """A running provider; raises AssertionError when it does not start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    provider = Provider(port)
    try:
        provider.start()
        yield provider
    finally:
        provider.stop()


def wait_for(provider: Provider) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{provider.address}/.well-known/openid-configuration", timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the login provider did not start")
