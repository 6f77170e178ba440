"""Tables as plain text: columns with blanks between them, long texts folded where the line is too narrow."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

GAP = "   "
RULE = "─"
ABSENT = "–"
TOO_NARROW = 1


def text_table(records: Sequence[dict[str, Any]], names: Sequence[str], room: int) -> str:
    """Flat objects as lines of at most `room` characters, numbers to the right; no line ends in blanks.

    A line is wider only where there are more columns than characters.
    """
    columns = [[name, *(cell_text(record[name]) for record in records)] for name in names]
    to_right = [any(isinstance(record[name], int | float) for record in records) for name in names]
    widths = fitted([max(map(width, column)) for column in columns], room - 1 - len(GAP) * (len(names) - 1))
    lines = [
        _line(parts, widths, to_right)
        for cells in zip(*columns, strict=True)
        for parts in _parts_by_line(cells, widths)
    ]
    heading = len(list(_parts_by_line(names, widths)))
    rule = " " + RULE * (sum(widths) + len(GAP) * (len(names) - 1))
    return "\n".join(["", *lines[:heading], rule, *lines[heading:]])


def cell_text(value: Any) -> str:
    """A value as a cell shows it: on one line, without what a terminal would take for a command."""
    if value is None:
        return ABSENT
    text = f"{value:.5g}" if isinstance(value, float) else str(value)
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def width(text: str) -> int:
    """How many places of a terminal a text takes: wide characters two, marks above others none."""
    return len(text) if text.isascii() else sum(map(_places, text))


@lru_cache(4096)
def _places(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fitted(wanted: Sequence[int], room: int) -> list[int]:
    """The widths of columns in a room: the widest give up until all fit, and none is narrower than one place.

    >>> fitted([4, 10, 6], 18), fitted([4, 10, 6], 12), fitted([4, 10], 20)
    ([4, 8, 6], [4, 4, 4], [4, 10])
    """
    widths = list(wanted)
    while (excess := sum(widths) - room) > 0 and max(widths) > TOO_NARROW:
        widest = max(widths)
        those = [place for place, one in enumerate(widths) if one == widest]
        next_widest = max([one for one in widths if one < widest], default=TOO_NARROW)
        step, left = divmod(min(excess, (widest - next_widest) * len(those)), len(those))
        for position, place in enumerate(those):
            widths[place] -= step + (position < left)
    return widths


def _parts_by_line(cells: Iterable[str], widths: Sequence[int]) -> Iterator[Sequence[str]]:
    """Yield the lines that a row of cells takes, each as one text for each column."""
    pairs = list(zip(cells, widths, strict=True))
    # Most rows take one line.
    if all(width(cell) <= most for cell, most in pairs):
        yield [cell for cell, _ in pairs]
        return
    folded = [list(fold(cell, most)) for cell, most in pairs]
    for line in range(max(map(len, folded))):
        yield [parts[line] if line < len(parts) else "" for parts in folded]


def fold(text: str, most: int) -> Iterator[str]:
    """Break a text between its words into pieces of at most `most` places; longer words are broken themselves.

    >>> list(fold("ab abcdef", 4))
    ['ab', 'abcd', 'ef']
    """
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= most:
            line = longer
            continue
        if line:
            yield line
        *whole, line = _cut(word, most)
        yield from whole
    yield line


def _cut(word: str, most: int) -> list[str]:
    pieces, used = [""], 0
    for character in word:
        places = _places(character)
        if used + places > most and pieces[-1]:
            pieces.append("")
            used = 0
        pieces[-1] += character
        used += places
    return pieces


def _line(parts: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    shown = []
    for part, most, right in zip(parts, widths, to_right, strict=True):
        blanks = " " * (most - width(part))
        shown.append(blanks + part if right else part + blanks)
    return (" " + GAP.join(shown)).rstrip()
