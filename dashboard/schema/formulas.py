"""Text in CSV that no spreadsheet takes for a formula, and the way back to the text itself.

A quote goes where a formula could begin: at the start, also before a tab or line break there, and after a semicolon,
tab or line break, at which a spreadsheet may split a cell. Text that has a quote there already gets another one, so
that `unguarded` gives every text back. Numbers and dates are not texts and stay as they are.
"""

from __future__ import annotations

import re

# Signs that begin a formula, also in full width; white space, invisible signs and quotes may stand before them.
BEGINNINGS = re.compile(
    "(?:^|(?<=[;\t\r\n]))(?=[\\s\"\u00a0\u200b\u200c\u200d\u2060\ufeff\x00-\x20]*['=+\\-@\u2212\uff0b\uff0d\uff1d\uff20])"
    "|^(?=[\t\r\n])"
)
GUARDED = re.compile("(^|[;\t\r\n])'")


def guarded(text: str) -> str:
    """The text as it stands in CSV; a text without such signs is unchanged."""
    return BEGINNINGS.sub("'", text)


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return GUARDED.sub(r"\1", text)
