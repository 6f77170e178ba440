"""Hints in messages: the known name that is nearest to what was received."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from dashboard.errors import shorten

SHOWN_NAMES = 20


def shown(received: object) -> str:
    """A received value as it stands in a message, in the words of YAML and JSON."""
    if isinstance(received, bool):
        return str(received).lower()
    if isinstance(received, dict | list):
        kind = "mapping" if isinstance(received, dict) else "list"
        return f"a {kind} of {len(received)}" if received else f"an empty {kind}"
    return "nothing" if received is None else shorten(received)


def nearest(received: object, known: Iterable[str]) -> str:
    """`; did you mean '...'` for the closest known name, or nothing when none is close."""
    names = {name.casefold(): name for name in known}
    found = get_close_matches(str(received)[:100].casefold(), names, n=1, cutoff=0.6)
    return f"; did you mean '{names[found[0]]}'" if found else ""


def listed(names: Iterable[str]) -> str:
    """The names separated by commas, cut after the first 20."""
    every = list(names)
    shown = ", ".join(every[:SHOWN_NAMES])
    return f"{shown}, ..." if len(every) > SHOWN_NAMES else shown
