"""Universal Binary JSON (draft 12) as XGBoost writes it, read within the bounds of its bytes."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from dashboard.explanations.sandbox.model_file import ModelRefusedError

DEEPEST = 60
# Numbers by their mark: the format of struct, and that of numpy.
NUMBERS = {"i": ">b", "U": ">B", "I": ">h", "l": ">i", "L": ">q", "d": ">f", "D": ">d"}
ARRAYS = {"i": ">i1", "U": ">u1", "I": ">i2", "l": ">i4", "L": ">i8", "d": ">f4", "D": ">f8"}
WORDS: dict[str, object] = {"Z": None, "T": True, "F": False}


def read_ubjson(content: bytes) -> Any:
    """The value in some bytes: dicts, lists, arrays of numbers, texts. Raises ModelRefusedError."""
    reader = _Reader(content)
    try:
        return reader.value(reader.mark(), 0)
    except (struct.error, UnicodeDecodeError, IndexError) as fault:
        raise ModelRefusedError("received a damaged model file; it ends early; store the model again") from fault


class _Reader:
    """A place in some bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    def mark(self) -> str:
        """The next mark; no-ops are passed over."""
        while True:
            found = chr(self._content[self._place])
            self._place += 1
            if found != "N":
                return found

    def value(self, mark: str, depth: int) -> Any:
        """The value behind its mark."""
        if depth > DEEPEST:
            raise ModelRefusedError("received parts that are nested too deeply")
        if mark in WORDS:
            return WORDS[mark]
        if mark in NUMBERS:
            return struct.unpack(NUMBERS[mark], self._take(struct.calcsize(NUMBERS[mark])))[0]
        if mark == "S":
            return self._text(self.mark())
        if mark == "C":
            return self._take(1).decode()
        if mark == "[":
            return self._list(depth)
        if mark == "{":
            return self._object(depth)
        raise ModelRefusedError("received a damaged model file; store the model again")

    def _take(self, size: int) -> bytes:
        if size < 0 or size > len(self._content) - self._place:
            raise IndexError
        self._place += size
        return self._content[self._place - size : self._place]

    def _count(self, mark: str) -> int:
        if mark not in "iUIlL":
            raise IndexError
        return int(self.value(mark, 0))

    def _text(self, mark: str) -> str:
        return self._take(self._count(mark)).decode()

    def _head(self) -> tuple[str | None, int | None, str]:
        """The one type and the number of what a container holds, where they are stated, and the mark behind them."""
        mark, kind, number = self.mark(), None, None
        if mark == "$":
            kind, mark = self.mark(), self.mark()
        if mark == "#":
            number = self._count(self.mark())
            # Whatever is counted takes at least a byte.
            if number < 0 or number > len(self._content) - self._place or kind in WORDS:
                raise IndexError
            mark = ""
        elif kind is not None:
            raise IndexError
        return kind, number, mark

    def _list(self, depth: int) -> Any:
        kind, number, mark = self._head()
        if number is None:
            found = []
            while mark != "]":
                found.append(self.value(mark, depth + 1))
                mark = self.mark()
            return found
        if kind in ARRAYS:
            assert kind is not None
            layout = np.dtype(ARRAYS[kind])
            return np.frombuffer(self._take(number * layout.itemsize), dtype=layout)
        return [self.value(kind or self.mark(), depth + 1) for _ in range(number)]

    def _object(self, depth: int) -> dict[str, Any]:
        kind, number, mark = self._head()
        found: dict[str, Any] = {}
        if number is not None:
            for _ in range(number):
                name = self._text(self.mark())
                found[name] = self.value(kind or self.mark(), depth + 1)
            return found
        while mark != "}":
            name = self._text(mark)
            found[name] = self.value(self.mark(), depth + 1)
            mark = self.mark()
        return found
