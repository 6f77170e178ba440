"""How the arrays of a profile stand in the store: one compressed block, readable with zlib, json and numpy alone.

A block is zlib over: four bytes (little endian) with the length of a JSON header, the header
`[[name, dtype, shape], ...]`, and the arrays' bytes one after the other. Counts are kept in the smallest unsigned type
that holds them. `docs/store.md` shows how to read a block without this program.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNSIGNED = (np.uint8, np.uint16, np.uint32, np.uint64)
LEVEL = 6


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """One block from named arrays; whole numbers must not be negative. Raises ValueError for negative counts."""
    header, parts = [], []
    for name, array in arrays.items():
        small = _smallest(array)
        header.append([name, small.dtype.str, list(small.shape)])
        parts.append(small.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    return zlib.compress(len(text).to_bytes(4, "little") + text + b"".join(parts), LEVEL)


def unpack(block: bytes) -> dict[str, NDArray[Any]]:
    """The named arrays of a block, read only."""
    data = zlib.decompress(block)
    start = 4 + int.from_bytes(data[:4], "little")
    arrays = {}
    for name, kind, shape in json.loads(data[4:start]):
        count = math.prod(shape)
        arrays[name] = np.frombuffer(data, dtype=kind, count=count, offset=start).reshape(shape)
        start += arrays[name].nbytes
    return arrays


def _smallest(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind != "i":
        return np.ascontiguousarray(array)
    if array.size and array.min() < 0:
        raise ValueError("counts must not be negative")
    largest = int(array.max()) if array.size else 0
    kind = next(kind for kind in UNSIGNED if largest <= np.iinfo(kind).max)
    return np.ascontiguousarray(array.astype(kind))
