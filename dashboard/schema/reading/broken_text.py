"""Text that is no Unicode: halves of characters, as bytes that are no UTF-8 and broken JSON give them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.reading.error_messages import written
from dashboard.schema.reading.strict_model import Location


def refuse_broken_text(values: Any) -> None:
    """Raise InputRefusedError for texts, keys and file names anywhere in `values` that cannot be stored or sent on."""
    wanted = "which is no Unicode text; allowed is Unicode; correct it"
    found = [(at, text) for at, text in _texts(values) if _is_broken(text)]
    problems = [Problem(f"received {shorten(text)}, {wanted}", field=written(at)) for at, text in found]
    if problems:
        raise InputRefusedError(problems)


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _texts(values: Any) -> Iterator[tuple[Location, str]]:
    waiting: list[tuple[Location, Any]] = [((), values)]
    while waiting:
        at, held = waiting.pop()
        if isinstance(held, str | PurePath):
            yield at, str(held)
        elif isinstance(held, dict):
            waiting += [((*at, str(key)), inner) for key, inner in held.items()]
            yield from ((at or (str(key),), str(key)) for key in held)
        elif isinstance(held, list | tuple):
            waiting += [((*at, place), inner) for place, inner in enumerate(held)]
