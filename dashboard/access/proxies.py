"""The proxies whose word about the address of a client is taken: none, unless the environment names them."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator

from dashboard.errors import InputRefusedError, Problem, shorten

SETTING = "DASHBOARD_TRUSTED_PROXIES"
# What the server's library reads. Without it, it takes the word of every program of this machine.
LIBRARY_SETTING = "FORWARDED_ALLOW_IPS"
# Networks of so many addresses and more are no list of proxies.
WIDEST = {4: 16, 6: 48}


def trusted_proxies() -> str:
    """The addresses and networks of proxies, with commas between them; raises InputRefusedError for unsafe ones."""
    given = [part.strip() for part in os.environ.get(SETTING, "").split(",") if part.strip()]
    problems = [Problem(message, field=SETTING) for part in given for message in _faults(part)]
    if problems:
        raise InputRefusedError(problems)
    return ",".join(given)


def check_library_setting() -> None:
    """Raise InputRefusedError where the server's library would take the word of others than the trusted proxies."""
    found = os.environ.get(LIBRARY_SETTING)
    if found != trusted_proxies():
        message = (
            f"received {shorten(found) if found else 'nothing'}; only the proxies of {SETTING} are trusted; unset it, "
            f"set {SETTING} and start with python -m dashboard serve"
        )
        raise InputRefusedError([Problem(message, field=LIBRARY_SETTING)])


def _faults(part: str) -> Iterator[str]:
    try:
        network = ipaddress.ip_network(part)
    except ValueError:
        yield f"received {shorten(part)}; addresses or networks are needed; write 10.0.0.7, or 10.0.0.0/28"
        return
    if network.prefixlen < WIDEST[network.version]:
        yield (
            f"received {shorten(part)}; whoever is in so wide a network could give any address as theirs; "
            "name the proxies alone"
        )
