"""Tables of JSON that are no JSON Lines: a list of rows, and the split form of pandas and MLflow.

A file is read value by value, so that memory does not grow with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from dashboard.store.log.diagnosis import RepeatedKeyError, unique_keys

BLOCK_CHARACTERS = 1_048_576
LONGEST_VALUE = 1_048_576
LOOKED_AT = 4_096
SPACE = re.compile(r"\s*")
ROWS = ("dataframe_records", "records", "instances", "inputs")
WRAPPER = re.compile(
    r'\s*\{\s*"(columns|index|data|schema|dataframe_split|dataframe_records|records|instances|inputs)"\s*:\s*[\[{]'
)
# An object of objects: pandas' orient "columns" and "index", or a row that begins with a structure.
NESTED = re.compile(r'\s*\{\s*"[^"]*"\s*:\s*\{')
ALLOWED = "a list of rows, {columns, data} or one object per line is needed; write it so"


class NotATableError(Exception):
    """JSON that is none of the tables known here; `row` is where, if it is in a row."""

    def __init__(self, message: str, row: int | None = None) -> None:
        """Keep the row beside the message."""
        super().__init__(message)
        self.row = row


def tells_table(path: Path) -> str | None:
    """What a file of JSON holds, in words, when it is a table as a whole; None when it is JSON Lines or unknown."""
    with path.open(encoding="utf-8-sig", errors="replace") as text:
        start = text.read(LOOKED_AT)
    if re.match(r"\s*\[\s*[{\]]", start):
        return "a list"
    if WRAPPER.match(start):
        return "one table ({columns, data} or its like)"
    return "one table by columns" if NESTED.match(start) and _is_by_columns(path) else None


def _is_by_columns(path: Path) -> bool:
    """Whether a file is one object of which all values are objects."""
    with path.open(encoding="utf-8-sig", errors="replace") as text:
        values = _Values(text)
        try:
            for _ in values.members():
                if values.peek() != "{":
                    return False
                values.skip()
            return values.at_end()
        except NotATableError:
            return False


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table as objects. Raises NotATableError, and UnicodeDecodeError when it is no UTF-8."""
    is_list = _starts_with_list(path)
    if not is_list and not _is_wrapped(path):
        raise NotATableError(f"received a table by columns or by index (pandas' orient columns or index); {ALLOWED}")
    columns = None if is_list else _columns(path)
    with path.open(encoding="utf-8-sig") as text:
        values = _Values(text)
        number = 0
        try:
            for number, row in enumerate(_row_values(values), start=1):
                yield _as_object(row, columns, number)
        except RepeatedKeyError as fault:
            raise NotATableError(str(fault), number + 1) from fault
        if not values.at_end():
            raise NotATableError(f"received more after the table; {ALLOWED}")


def _as_object(row: Any, columns: list[str] | None, number: int) -> dict[str, Any]:
    if isinstance(row, dict):
        return row
    if not isinstance(row, list) or columns is None:
        raise NotATableError(f"received {_kind(row)} as a row; {ALLOWED}", number)
    if len(row) != len(columns):
        message = (
            f"received a row with {len(row)} values for {len(columns)} columns; one for each is needed; correct it"
        )
        raise NotATableError(message, number)
    return dict(zip(columns, row, strict=True))


def _kind(value: Any) -> str:
    kinds = {list: "a list", dict: "an object", str: "a text", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), "a number")


def _starts_with_list(path: Path) -> bool:
    with path.open(encoding="utf-8-sig") as text:
        return text.read(LOOKED_AT).lstrip().startswith("[")


def _is_wrapped(path: Path) -> bool:
    with path.open(encoding="utf-8-sig") as text:
        return WRAPPER.match(text.read(LOOKED_AT)) is not None


def _columns(path: Path) -> list[str] | None:
    """The names of the columns of the split form, wherever they stand; None where there are none."""
    with path.open(encoding="utf-8-sig") as text:
        values = _Values(text)
        for key in _keys(values):
            if key == "columns":
                names = values.value()
                if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                    raise NotATableError(f"received columns that are no list of names; {ALLOWED}")
                return names
            values.skip()
    return None


def _keys(values: _Values) -> Iterator[str]:
    """The keys of the object at hand, and of the table wrapped in it; the caller takes or skips each value."""
    for key in values.members():
        if key == "dataframe_split":
            yield from values.members()
        else:
            yield key


def _row_values(values: _Values) -> Iterator[Any]:
    if values.peek() == "[":
        yield from values.items()
        return
    found = False
    for key in _keys(values):
        if key in ("data", *ROWS) and values.peek() == "[":
            found = True
            yield from values.items()
        else:
            values.skip()
    if not found:
        raise NotATableError(f"received a table without rows (data); {ALLOWED}")


class _Values:
    """Takes a text of JSON apart, value by value, holding only the one at hand."""

    def __init__(self, text: IO[str]) -> None:
        """Begin at the start of the text."""
        self._text = text
        self._held = ""
        self._at = 0
        self._decoder = json.JSONDecoder(parse_constant=lambda _: None, object_pairs_hook=unique_keys)

    def peek(self) -> str:
        """The next sign that is no space; empty at the end."""
        while True:
            match = SPACE.match(self._held, self._at)
            assert match is not None
            self._at = match.end()
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def at_end(self) -> bool:
        """Whether nothing but space is left."""
        return self.peek() == ""

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._held, self._at)
            except RepeatedKeyError:
                raise
            except RecursionError:
                raise NotATableError(f"received JSON nested too deeply; {ALLOWED}") from None
            except ValueError as fault:
                if len(self._held) - self._at > LONGEST_VALUE:
                    raise NotATableError(f"received JSON that is not valid, or a row of over 1 MB; {ALLOWED}") from None
                if not self._more():
                    raise NotATableError(f"received JSON that is not valid ({fault.args[0]}); {ALLOWED}") from None
                continue
            # A number may go on in what is not read yet.
            if end == len(self._held) and self._more():
                continue
            self._at = end
            return found

    def items(self) -> Iterator[Any]:
        """The values of the list at hand, one by one."""
        yield from self._parts("[", "]", self.value)

    def members(self) -> Iterator[str]:
        """The keys of the object at hand; the caller takes or skips the value of each."""
        yield from self._parts("{", "}", self._key)

    def skip(self) -> None:
        """Pass over the value at hand."""
        opening = self.peek()
        if opening == "[":
            for _ in self.items():
                pass
        elif opening == "{":
            for _ in self.members():
                self.value()
        else:
            self.value()

    def _key(self) -> str:
        key = self.value()
        self._take(":")
        return str(key)

    def _parts(self, opening: str, closing: str, part: Any) -> Iterator[Any]:
        self._take(opening)
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield part()
            if self.peek() == closing:
                self._at += 1
                return
            self._take(",")

    def _take(self, sign: str) -> None:
        received = self.peek()
        if received != sign:
            seen = repr(received) if received else "the end"
            raise NotATableError(f"received JSON that is not valid ({seen} where {sign!r} belongs); {ALLOWED}")
        self._at += 1

    def _more(self) -> bool:
        block = self._text.read(BLOCK_CHARACTERS)
        self._held = self._held[self._at :] + block
        self._at = 0
        return bool(block)
