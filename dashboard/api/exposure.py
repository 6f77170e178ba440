"""Who may reach the server: without login it answers on this machine only, unless a setting says otherwise."""

from __future__ import annotations

import ipaddress
import os

from dashboard.errors import InputRefusedError, Problem, shorten

SETTING = "DASHBOARD_ALLOW_UNAUTHENTICATED"


def everybody_allowed() -> bool:
    """Whether the setting opens the pages to everybody who reaches the port."""
    return os.environ.get(SETTING) == "1"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_exposure(host: str) -> None:
    """Raise InputRefusedError for an address that others reach, unless the setting allows it."""
    if is_loopback(host) or everybody_allowed():
        return
    message = (
        f"received {shorten(host)}; without login only this machine may reach the pages: 127.0.0.1, ::1 or localhost; "
        f"use one of these, or set {SETTING}=1 to open every page to everybody who reaches the port"
    )
    raise InputRefusedError([Problem(message, field="--host")])
