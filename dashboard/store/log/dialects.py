"""What a CSV file separates its values by, which columns it has, and what was taken for granted in telling so."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from dashboard.errors import InputRefusedError, Problem
from dashboard.store.log.copies import LONGEST_LINE, Copy
from dashboard.store.log.diagnosis import explain_csv

COMMA, TAB = ",", "\t"
SEPARATORS = {COMMA: "commas", ";": "semicolons", TAB: "tabs", "|": "vertical bars"}
LOOKED_AT = 50


@dataclass(frozen=True)
class Header:
    """The columns of a CSV file, what separates them, how many records a faithful reader finds (None: unknown)."""

    names: list[str]
    delimiter: str
    records: int | None
    left_out: tuple[int, ...]
    notes: tuple[str, ...]


def read_header(copy: Copy) -> Header:
    """Read the first line of a CSV file. Raises InputRefusedError when it has no columns or cannot be read."""
    csv.field_size_limit(LONGEST_LINE)
    try:
        delimiter = _delimiter(copy)
        first = list(islice(_records(copy, delimiter, strict=True), 1))
    except UnicodeDecodeError as fault:
        raise InputRefusedError(explain_csv(copy)) from fault
    except csv.Error as fault:
        message = "received a header whose quotes do not match; column names separated by commas are needed; correct it"
        raise InputRefusedError([Problem(message, copy.name, 1)]) from fault
    names = first[0] if first else []
    if not names:
        message = "received an empty line; a header with the column names is needed; put it first"
        raise InputRefusedError([Problem(message, copy.name, 1)])
    lines = copy.lines
    if lines and not lines.quotes and 0 < lines.crlf < lines.lines - 1:
        raise InputRefusedError(explain_csv(copy))
    notes = [] if delimiter == COMMA else [f"values are separated by {SEPARATORS[delimiter]}"]
    left_out = (0,) if len(names) > 1 and not names[0].strip() else ()
    if left_out:
        notes.append("the first column has no name; it is taken for the row index of pandas and left out")
    return Header(names, delimiter, lines.lines - 1 if lines else None, left_out, tuple(notes))


def _delimiter(copy: Copy) -> str:
    """The sign that splits the first records into as many values each, most of them; a comma where none does.

    Raises UnicodeDecodeError.
    """
    widths = {sign: [len(record) for record in _first(copy, sign)] for sign in SEPARATORS}
    even = {sign: found[0] for sign, found in widths.items() if found and found[0] > 1 and len(set(found)) == 1}
    split = even or {sign: found[0] for sign, found in widths.items() if found and found[0] > 1}
    usual = TAB if copy.name.lower().removesuffix(".gz").endswith((".tsv", ".tab")) else COMMA
    return max(split, key=lambda sign: (split[sign], sign == usual), default=usual)


def _first(copy: Copy, sign: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for record in islice(_records(copy, sign, strict=False), LOOKED_AT):
            if record or not found:
                found.append(record)
    except csv.Error:
        return found
    return found


def _records(copy: Copy, sign: str, strict: bool) -> Iterator[list[str]]:
    with copy.path.open(encoding="utf-8-sig", newline="") as text:
        yield from csv.reader(text, delimiter=sign, strict=strict)
