"""What a plain word in a YAML file stands for: only true and false are booleans, dates stay text."""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
FRACTION = re.compile(r"[-+]?([0-9]{1,40}\.[0-9]{0,40}|\.[0-9]{1,40}|[0-9]{1,40})([eE][-+]?[0-9]{1,3})?")
NO_NUMBERS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def resolve(text: str) -> Scalar:
    """The value of a word without quotes, after YAML 1.2: numbers, true, false, null, otherwise the text itself.

    So `no`, `on`, `12:30:45`, `1_000`, `007` and `2013-04-01` are text.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if WHOLE.fullmatch(text):
        return int(text)
    if FRACTION.fullmatch(text) and not re.match(r"[-+]?0[0-9]+$", text):
        return float(text)
    if NO_NUMBERS.fullmatch(text):
        return float(text.replace(".", ""))
    return text
