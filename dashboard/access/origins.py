"""From which pages a browser may act: those of this dashboard alone, by scheme, host and port."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from dashboard.access.exposure import Exposure
from dashboard.access.login import PUBLIC_URL, as_browsers_say

SCHEMES = {"ws": "http", "wss": "https"}


def own_origin(exposure: Exposure, scheme: str, host: str) -> str:
    """The origin of the dashboard's pages, as browsers write it, for a request by this scheme with this Host header.

    With a login it is that of the public address. Without one the Host was checked before; where it is that of the
    public address, its scheme and port are taken, since a proxy may end the encryption.
    """
    if exposure.login is not None:
        return exposure.login.public_url
    public = os.environ.get(PUBLIC_URL, "").strip()
    if public and urlsplit(public).hostname == urlsplit(f"//{host}").hostname:
        return as_browsers_say(public)
    return as_browsers_say(f"{SCHEMES.get(scheme, scheme)}://{host}")


def is_own(exposure: Exposure, scheme: str, host: str, origin: str | None) -> bool:
    """Whether an Origin header names a page of this dashboard; the header is missing where no browser asks."""
    try:
        return origin is not None and origin == own_origin(exposure, scheme, host)
    except (ValueError, KeyError):
        return False
