"""How the arrays of a profile stand in the store: one compressed block, readable with zlib, json and numpy alone.

A block is zlib over: four bytes (little endian) with the length of a JSON header, the header
`[[name, dtype, shape], ...]`, and the arrays one after the other, each with the lowest byte of all its items first,
then the next byte of all, and so on: the high bytes of counts are nearly all zero. Counts are kept in the smallest
unsigned type that holds them. `docs/store.md` shows how to read a block without this program.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNSIGNED = (np.uint8, np.uint16, np.uint32, np.uint64)
# Counts of fine bins repeat in runs, not in phrases; looking for these alone is smaller here and seven times faster.
LEVEL, WINDOW, MEMORY, STRATEGY = 6, 15, 9, zlib.Z_RLE
# Headers that were read last.
HEADERS = 1024


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """One block from named arrays; whole numbers must not be negative. Raises ValueError for negative counts."""
    header, parts = [], []
    for name, array in arrays.items():
        small = smallest(array)
        header.append([name, small.dtype.str, list(small.shape)])
        parts.append(small.reshape(-1).view(np.uint8).reshape(-1, small.itemsize).T.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW, MEMORY, STRATEGY)
    return packer.compress(len(text).to_bytes(4, "little") + text + b"".join(parts)) + packer.flush()


def unpack(block: bytes) -> dict[str, NDArray[Any]]:
    """The named arrays of a block."""
    data = zlib.decompress(block)
    start = 4 + int.from_bytes(data[:4], "little")
    arrays = {}
    for name, kind, shape, count in _header(data[4:start]):
        width = kind.itemsize
        planes = np.frombuffer(data, dtype=np.uint8, count=width * count, offset=start).reshape(width, count)
        arrays[name] = planes.T.copy().reshape(-1).view(kind).reshape(shape)
        start += width * count
    return arrays


# Blocks of one layout have few headers.
@lru_cache(HEADERS)
def _header(text: bytes) -> tuple[tuple[str, np.dtype[Any], tuple[int, ...], int], ...]:
    """The name, type, shape and number of items of each array."""
    return tuple((name, np.dtype(kind), tuple(shape), math.prod(shape)) for name, kind, shape in json.loads(text))


def smallest(array: NDArray[Any]) -> NDArray[Any]:
    """Counts in the smallest unsigned type that holds them; other numbers as they are. Raises ValueError below zero."""
    if array.dtype.kind != "i":
        return np.ascontiguousarray(array)
    if array.size and array.min() < 0:
        raise ValueError("counts must not be negative")
    largest = int(array.max()) if array.size else 0
    kind = next(kind for kind in UNSIGNED if largest <= np.iinfo(kind).max)
    return np.ascontiguousarray(array.astype(kind))
