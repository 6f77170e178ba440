"""Two commands at once: the second waits for the first, unless a server holds the home; then it asks the server."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dashboard.errors import StoreInUseError

WAIT_SECONDS = 30.0
PAUSE_SECONDS = 0.2

Made = TypeVar("Made")


def patiently(home: Path, attempt: Callable[[], Made], wait_s: float = WAIT_SECONDS) -> Made:
    """What `attempt` returns once no other command holds the home.

    Raises StoreInUseError at once when a server holds it, and when another command still does after `wait_s` seconds.
    """
    until = time.monotonic() + wait_s
    announced = False
    while True:
        try:
            return attempt()
        except StoreInUseError as held:
            from dashboard.cli.client import is_served

            if is_served(home, held) or time.monotonic() > until:
                raise
            if not announced:
                print(f"waiting up to {wait_s:.0f} seconds for another command: {held}", file=sys.stderr)
                announced = True
        time.sleep(PAUSE_SECONDS)
