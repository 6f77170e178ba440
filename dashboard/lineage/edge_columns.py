"""Edges as columns of numbers, and the names that the numbers stand for: a hundred thousand of them are no burden."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from dashboard.lineage.names import NODE_KINDS

if TYPE_CHECKING:
    import pyarrow as pa

# The end of what still holds, in microseconds since 1970.
OPEN = np.iinfo(np.int64).max
KIND_CODES = {kind: place for place, kind in enumerate(NODE_KINDS)}
# By how the ids of nodes begin.
CODES_WRITTEN = {f"{kind}:": place for kind, place in KIND_CODES.items()}


class Names:
    """Ids of nodes and other texts by number; numbers are given once and never change."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.texts: list[str] = []
        # The place of the node's kind in NODE_KINDS; -1 for other texts.
        self.kinds: list[int] = []
        self._places: dict[str, int] = {}
        self._adding = threading.Lock()

    def place(self, text: str) -> int:
        """The number of a text."""
        found = self._places.get(text)
        return self._added(text) if found is None else found

    def _added(self, text: str) -> int:
        # Graphs are put together by several threads.
        with self._adding:
            found = self._places.get(text)
            if found is None:
                found = len(self.texts)
                self.kinds.append(CODES_WRITTEN.get(text[: text.find(":") + 1], -1))
                self.texts.append(text)
                self._places[text] = found
            return found

    def known(self, text: str) -> int | None:
        """The number of a text that was named before."""
        return self._places.get(text)

    def places(self, column: pa.ChunkedArray) -> np.ndarray:
        """The numbers of a column of texts; -1 for null."""
        import pyarrow.compute as pc

        encoded = pc.fill_null(column, "\x00").combine_chunks().dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        numbers = np.array([-1 if text == "\x00" else self.place(text) for text in texts], dtype=np.int64)
        return numbers[encoded.indices.to_numpy()] if len(texts) else np.zeros(0, dtype=np.int64)


@dataclass
class EdgeColumns:
    """Edges as columns of numbers: nodes, the tables that they belong to, kind, origin, detail (-1: none), begin, end.

    Begin and end are microseconds since 1970, UTC; what still holds ends at OPEN.
    """

    source: np.ndarray
    target: np.ndarray
    source_table: np.ndarray
    target_table: np.ndarray
    kind: np.ndarray
    origin: np.ndarray
    detail: np.ndarray
    begun: np.ndarray
    ended: np.ndarray

    def __len__(self) -> int:
        """The number of edges."""
        return len(self.source)

    def at(self, places: np.ndarray) -> EdgeColumns:
        """Some of the edges, by a mask or by their places."""
        return EdgeColumns(*(getattr(self, one.name)[places] for one in fields(self)))

    def __add__(self, other: EdgeColumns) -> EdgeColumns:
        """The edges of both."""
        pairs = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self))
        return EdgeColumns(*(np.concatenate(pair) for pair in pairs))


def edge_columns(rows: Iterable[tuple[int, ...]]) -> EdgeColumns:
    """Edges from rows with the columns in their order; raises ValueError where a row has other columns."""
    found = list(rows)
    if not found:
        return EdgeColumns(*(np.zeros(0, dtype=np.int64) for _ in fields(EdgeColumns)))
    return EdgeColumns(*(np.array(column, dtype=np.int64) for column in zip(*found, strict=True)))
