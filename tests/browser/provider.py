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
    """Where it listens, and how its people are set."""

    def __init__(self, port: int) -> None:
        self.address = f"http://localhost:{port}"

    def set_claims(self, subject: str, **claims: object) -> None:
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
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "NO_COLOR": "1"}}
    with subprocess.Popen(command, **quiet) as process:
        try:
            provider = Provider(port)
            wait_for(provider)
            yield provider
        finally:
            process.terminate()
            process.wait(timeout=600)


def wait_for(provider: Provider) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{provider.address}/.well-known/openid-configuration", timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the login provider did not start")
