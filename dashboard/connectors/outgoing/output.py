"""What others print or answer, as far as it is kept: the end of it, readable, without signs that steer a terminal."""

from __future__ import annotations

import re

MOST_KEPT = 1_000
_UNREADABLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def readable_tail(output: bytes) -> str:
    r"""Return the last 1,000 readable characters of an output, without spaces at both ends.

    >>> readable_tail(b"\x1b[31mno memory\x1b[0m\r\n")
    'no memory'
    """
    return _UNREADABLE.sub("", output.decode(errors="replace")).strip()[-MOST_KEPT:]
